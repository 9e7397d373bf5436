import { access } from 'node:fs/promises'
import path from 'node:path'
import type { PackageJson } from './package-json.ts'

/** How the start script runs, where it needs neither npm nor a shell: npm costs a start 150–290 ms. */
export type StartScript =
  /** `fabric-chaincode-node start`, of the contract API. */
  | { kind: 'shim-cli'; args: string[] }
  /** `node index.js`, of the low-level shim. */
  | { kind: 'main'; file: string; args: string[] }
  /** Anything else: only npm can tell what it does. */
  | { kind: 'npm' }

/** Understand package.json's start script. `set -x &&` before it, as in Fabric's samples, only echoes. */
export function readStartScript(json: PackageJson): StartScript {
  const script = json.scripts['start']
  if (script === undefined || json.scripts['prestart'] !== undefined) return { kind: 'npm' }
  const plain = script.trim().replace(/^set -x\s*&&\s*/, '')
  // What a shell would expand or split is left to the shell.
  if (/[^\w\s./:=@,+-]/.test(plain)) return { kind: 'npm' }
  const [program, first, ...rest] = plain.split(/\s+/)
  if (program === 'fabric-chaincode-node' && first === 'start') return { kind: 'shim-cli', args: rest }
  if (program === 'node' && first !== undefined && !first.startsWith('-'))
    return { kind: 'main', file: first, args: rest }
  return { kind: 'npm' }
}

/** The folder of the shim that the project itself would load, nearest node_modules first. */
export async function findShim(folder: string): Promise<string | undefined> {
  for (let at = folder; ; at = path.dirname(at)) {
    const shim = path.join(at, 'node_modules', 'fabric-shim')
    if (await exists(path.join(shim, 'cli.js'))) return shim
    if (at === path.dirname(at)) return undefined
  }
}

export async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  )
}
