import type { Folder } from '../../project/folder.ts'
import type { Detected } from '../../project/detected.ts'
import { findGoModule } from './module.ts'
import { describeLibrary, goPackage, isChaincode, requiresShim, type GoLibrary } from './programs.ts'

/**
 * A Go package: a chaincode if it is a program in a module that requires Fabric's shim or contract API. go.mod may be in a
 * folder above it; then the program must use the shim, since a module has others too. Throws FOLDER_UNREADABLE.
 */
export async function detectGolang(folder: Folder): Promise<Detected | undefined> {
  const isRoot = folder.names.has('go.mod')
  if (!isRoot && ![...folder.names].some((name) => name.endsWith('.go'))) return undefined
  // Says which folder can't be read, where go.mod can't.
  if (isRoot) await folder.read('go.mod')
  const module = await findGoModule(folder.path)
  if (module === undefined) return undefined
  const name = module.importPath
    .split('/')
    .filter((part, at) => at === 0 || !/^v\d+$/.test(part))
    .at(-1)
  const detected = { language: 'golang', dialect: 'Go', buildTool: 'go', name, version: undefined } as const
  if (!requiresShim(module.text)) return { ...detected, chaincode: false }
  const own = await goPackage(folder.path)
  if (own?.name === 'main') return { ...detected, chaincode: isRoot || (await isChaincode(folder.path, module)) }
  const library = await describeLibrary(folder.path, module)
  // With nothing in it yet, it may become one.
  return isEmpty(library) ? { ...detected, chaincode: true } : { ...detected, chaincode: false, library }
}

function isEmpty(library: GoLibrary): boolean {
  return library.package === undefined && library.programs.length === 0
}
