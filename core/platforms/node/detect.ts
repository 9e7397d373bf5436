import type { Folder } from '../../project/folder.ts'
import type { Detected } from '../../project/detected.ts'
import { parsePackageJson, type PackageJson } from './package-json.ts'

/** A Node package; a chaincode if it depends on Fabric's shim or contract API. Throws FOLDER_UNREADABLE, PROJECT_FILE_INVALID. */
export async function detectNode(folder: Folder): Promise<Detected | undefined> {
  const text = await folder.read('package.json')
  if (text === undefined) return undefined
  const json = await parsePackageJson(text, folder.path)
  const isTypeScript =
    folder.names.has('tsconfig.json') || 'typescript' in json.devDependencies || 'typescript' in json.dependencies
  return {
    language: 'node',
    dialect: isTypeScript ? 'TypeScript' : 'JavaScript',
    buildTool: 'npm',
    name: json.name?.replace(/^@[^/]*\//, ''),
    version: json.version,
    chaincode: isChaincode(json),
  }
}

/** The root of workspaces only carries their dependencies, unless it can be started as Fabric starts a chaincode. */
function isChaincode({ dependencies, scripts, hasWorkspaces }: PackageJson): boolean {
  if (hasWorkspaces && !('start' in scripts)) return false
  return 'fabric-shim' in dependencies || 'fabric-contract-api' in dependencies
}
