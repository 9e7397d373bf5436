import type { Folder } from '../../project/folder.ts'
import type { Detected } from '../../project/detected.ts'

/** A Go module; a chaincode if it requires Fabric's shim or contract API, of any major version. */
export async function detectGolang(folder: Folder): Promise<Detected | undefined> {
  const text = await folder.read('go.mod')
  if (text === undefined) return undefined
  const module = /^\s*module\s+"?([^\s"/]+(?:\/[^\s"/]+)*)"?/m.exec(text)?.[1]
  const name = module
    ?.split('/')
    .filter((part, at) => at === 0 || !/^v\d+$/.test(part))
    .at(-1)
  return {
    language: 'golang',
    dialect: 'Go',
    buildTool: 'go',
    name,
    version: undefined,
    chaincode: /hyperledger\/fabric-(?:chaincode-go|contract-api-go)\b/.test(text.replace(/\/\/.*$/gm, '')),
  }
}
