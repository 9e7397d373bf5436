import { access } from 'node:fs/promises'
import path from 'node:path'
import type { PackageJson } from './package-json.ts'

/** How the start script runs, where it needs neither npm nor a shell: npm costs a start 150–290 ms. */
export type StartScript =
  /** `fabric-chaincode-node start`, of the contract API; `server` where the chaincode is one. */
  | { kind: 'shim-cli'; command: 'start' | 'server'; args: string[] }
  /** `node index.js`, of the low-level shim. */
  | { kind: 'main'; file: string; args: string[] }
  /** Anything else: only npm can tell what it does. */
  | { kind: 'npm'; script: string }

/** The script of Fabric's samples that starts the same contract as a server. */
const SERVER_SCRIPT = 'start:server-nontls'

/**
 * Understand package.json's start script. `set -x &&` before it, as in Fabric's samples, only echoes. Of chaincode that
 * is itself a server: its own start script where that starts one, the samples' script for it, or the contract API's.
 */
export function readStartScript(json: PackageJson, isServer: boolean): StartScript {
  const { scripts } = json
  if (!isServer) {
    const found = parse(scripts, 'start')
    return found.kind === 'shim-cli' && found.command === 'server' ? { kind: 'npm', script: 'start' } : found
  }
  const serves = /fabric-chaincode-node\s+server/.test(scripts['start'] ?? '')
  const script = !serves && SERVER_SCRIPT in scripts ? SERVER_SCRIPT : 'start'
  const found = parse(scripts, script)
  return found.kind === 'shim-cli' ? { ...found, command: 'server' } : found
}

function parse(scripts: PackageJson['scripts'], name: string): StartScript {
  const script = scripts[name]
  if (script === undefined || scripts[`pre${name}`] !== undefined) return { kind: 'npm', script: name }
  const plain = script.trim().replace(/^set -x\s*&&\s*/, '')
  // What a shell would expand or split is left to the shell.
  if (/[^\w\s./:=@,+-]/.test(plain)) return { kind: 'npm', script: name }
  const [program, first, ...rest] = plain.split(/\s+/)
  if (program === 'fabric-chaincode-node' && (first === 'start' || first === 'server')) {
    return { kind: 'shim-cli', command: first, args: rest }
  }
  if (program === 'node' && first !== undefined && !first.startsWith('-'))
    return { kind: 'main', file: first, args: rest }
  return { kind: 'npm', script: name }
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
