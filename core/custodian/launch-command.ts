import { pastProxies } from '../container/process/process-spec.ts'
import { environment } from '../platforms/environment.ts'
import { powerShell, posix } from '../platforms/shell-words.ts'
import { canonicalName } from '../ccprovider/cc-context.ts'
import { getArgsAndEnv, getServerEnv } from '../chaincode/launch-config.ts'
import type { LaunchCommand } from '../contract/run-state.ts'
import type { Project } from '../project/project.ts'

/**
 * The exact command that starts a chaincode from a person's terminal, in the project's folder: for a POSIX shell, on
 * Windows for PowerShell.
 */
export function commandFor(
  project: Project,
  peerAddress: string,
  mspId: string,
  { output, platform = process.platform }: { output?: string; platform?: NodeJS.Platform } = {},
): LaunchCommand {
  const { env, flags } = fabricSettings(project, peerAddress, mspId)
  const ownStart = project.start
  const shell = platform === 'win32' ? powerShell : posix
  const build = project.build ?? project.terminal.build?.map(shell.quote).join(' ')
  const start = ownStart === undefined ? shell.call(project.terminal.argv) : shell.own(ownStart)
  const line = [start, ...flags.map(shell.quote)].join(' ')
  return {
    folder: project.folder,
    ...(build === undefined ? {} : { build }),
    env,
    argv: [...(ownStart === undefined ? project.terminal.argv : [ownStart]), ...flags],
    ...(output === undefined ? {} : { output }),
    text: shell.together(build, env, output === undefined ? line : shell.also(line, output)),
  }
}

/** What keeps a proxy of Slipway's own environment, which is probably the terminal's too, out of the way to the peer. */
function withoutProxy(env: Record<string, string>): Record<string, string> {
  const all = environment(env)
  const past = pastProxies(all)
  return { ...env, ...Object.fromEntries(Object.entries(past).filter(([name, value]) => all[name] !== value)) }
}

/** What Fabric passes to its program. */
function fabricSettings(
  project: Project,
  peerAddress: string,
  mspId: string,
): { env: Record<string, string>; flags: string[] } {
  const { language, server, start = '' } = project
  const ccid = canonicalName(project)
  if (server !== undefined) {
    const address = project.servers?.[mspId] ?? server
    return { env: { ...project.env, ...getServerEnv(language, ccid, address, mspId) }, flags: [] }
  }
  const { args, env: fabric } = getArgsAndEnv(language, ccid, peerAddress, mspId)
  // Shims get the address by a flag; the variable is for commands that use it.
  const { CORE_PEER_ADDRESS, ...shown } = fabric
  const usesAddress = (language === 'other' || start.includes('CORE_PEER_ADDRESS')) && CORE_PEER_ADDRESS !== undefined
  return {
    env: withoutProxy({ ...project.env, ...shown, ...(usesAddress ? { CORE_PEER_ADDRESS } : {}) }),
    flags: usesAddress ? [] : args,
  }
}
