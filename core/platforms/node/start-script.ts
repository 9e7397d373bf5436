import { access } from 'node:fs/promises'
import path from 'node:path'
import type { PackageJson } from './package-json.ts'

/** How the start script runs. Without npm, if possible, which adds 150–290 ms to a start. */
export type StartScript =
  /** `fabric-chaincode-node start`, of the contract API; `server` if the chaincode is one. */
  | { kind: 'shim-cli'; command: 'start' | 'server'; args: string[] }
  /** `node index.js`, of the low-level shim. */
  | { kind: 'main'; file: string; args: string[] }
  /** Anything else: only npm knows what it does. */
  | { kind: 'npm'; script: string }

/** The script of Fabric's samples that starts the same contract as a server. */
const SERVER_SCRIPT = 'start:server-nontls'

/**
 * Read package.json's start script. `set -x &&` before it, as in Fabric's samples, only echoes. For chaincode that is a
 * server: its start script if that starts one, else the samples' script for it, else the contract API's.
 */
export function readStartScript(json: PackageJson, isServer: boolean): StartScript {
  const { scripts } = json
  if (!isServer) {
    const startScript = parse(scripts, 'start')
    const isServerScript = startScript.kind === 'shim-cli' && startScript.command === 'server'
    return isServerScript ? { kind: 'npm', script: 'start' } : startScript
  }
  const serves = /fabric-chaincode-node\s+server/.test(scripts['start'] ?? '')
  const serverScript = parse(scripts, !serves && SERVER_SCRIPT in scripts ? SERVER_SCRIPT : 'start')
  return serverScript.kind === 'shim-cli' ? { ...serverScript, command: 'server' } : serverScript
}

function parse(scripts: PackageJson['scripts'], name: string): StartScript {
  const script = scripts[name]
  if (script === undefined || scripts[`pre${name}`] !== undefined) return { kind: 'npm', script: name }
  const plain = script.trim().replace(/^set -x\s*&&\s*/, '')
  // Whatever a shell would expand or split is left to the shell.
  if (/[^\w\s./:=@,+-]/.test(plain)) return { kind: 'npm', script: name }
  const [program, first, ...rest] = plain.split(/\s+/)
  if (program === 'fabric-chaincode-node' && (first === 'start' || first === 'server')) {
    return { kind: 'shim-cli', command: first, args: rest }
  }
  if (program === 'node' && first !== undefined && !first.startsWith('-'))
    return { kind: 'main', file: first, args: rest }
  return { kind: 'npm', script: name }
}

/** The folder of the shim that the project itself would load, from the nearest node_modules. */
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
