import type { Folder } from '../../project/folder.ts'
import type { Detected } from '../../project/detected.ts'
import { parsePackageJson } from './package-json.ts'

/** A Node package; a chaincode where it depends on Fabric's shim or contract API. */
export async function detectNode(folder: Folder): Promise<Detected | undefined> {
  const text = await folder.read('package.json')
  if (text === undefined) return undefined
  const json = parsePackageJson(text, folder.path)
  const typescript =
    folder.names.has('tsconfig.json') || 'typescript' in json.devDependencies || 'typescript' in json.dependencies
  return {
    language: 'node',
    dialect: typescript ? 'TypeScript' : 'JavaScript',
    buildTool: 'npm',
    ...(json.name === undefined ? {} : { name: json.name.replace(/^@[^/]*\//, '') }),
    ...(json.version === undefined ? {} : { version: json.version }),
    chaincode: 'fabric-shim' in json.dependencies || 'fabric-contract-api' in json.dependencies,
  }
}
