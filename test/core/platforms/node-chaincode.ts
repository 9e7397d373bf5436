import { chaincodeFolder, differencesOf } from './chaincode-folder.ts'

type Json = Record<string, unknown>
type Locked = Record<string, Json>

const shim = { 'fabric-shim': { version: '2.5.8', bin: { 'fabric-chaincode-node': 'cli.js' } } }

/** A Node chaincode with a package.json, a lock file of these modules, and other files. */
export function node(json: Json, locked: Locked = {}, files: Record<string, string> = {}): Record<string, string> {
  const packageJson = {
    name: 'assets',
    main: 'index.js',
    scripts: { start: 'fabric-chaincode-node start' },
    dependencies: { 'fabric-shim': '2.5.8' },
    ...json,
  }
  const packages = Object.entries({ ...shim, ...locked }).map(([name, each]) => [`node_modules/${name}`, each])
  return {
    'package.json': JSON.stringify(packageJson, null, 2),
    'package-lock.json': JSON.stringify({ packages: { '': {}, ...(Object.fromEntries(packages) as Json) } }),
    'index.js': '',
    ...files,
  }
}

/** Of a folder of these files. */
export async function differences(files: Record<string, string>): Promise<string[]> {
  return differencesOf(await chaincodeFolder(files))
}
