import { isDeepStrictEqual } from 'node:util'
import { now } from '../facts/clock.ts'
import { canonicalName } from '../ccprovider/cc-context.ts'
import type { ChaincodeSettings } from '../contract/events.ts'
import type { ChaincodeState } from '../contract/chaincode-state.ts'
import type { NetworkChoice } from '../contract/network.ts'
import type { LaunchCommand } from '../contract/run-state.ts'
import { channelThere } from '../project/network-yaml.ts'
import type { Project } from '../project/project.ts'

/** The state of a chaincode that has just been opened. Pure. */
export function openedState(project: Project, command: LaunchCommand, watched: boolean): ChaincodeState {
  const { name, channel, channels, folder, language, dialect, buildTool } = project
  return {
    name,
    channel,
    channels: [...channels],
    folder,
    language,
    dialect,
    buildTool,
    ...settingsOf(project, command),
    registration: { state: 'none', since: now() },
    instances: {},
    commands: {},
    builds: [],
    differences: [],
    definedByHand: [],
    watch: watched ? { state: 'starting' } : { state: 'off' },
  }
}

/** The part of it that may change while it is open. Pure. */
export function settingsOf(
  project: Project,
  command: LaunchCommand,
): Required<
  Pick<
    ChaincodeSettings,
    'version' | 'canonicalName' | 'mode' | 'startedBy' | 'underDebugger' | 'initRequired' | 'command'
  >
> &
  Pick<ChaincodeState, 'server'> & { networks: NetworkChoice[] } {
  const { version, mode, startedBy, debug, initRequired, server } = project
  const canonical = canonicalName(project)
  const networks = networkChoices(project)
  const underDebugger = debug ?? false
  const settings = {
    version,
    canonicalName: canonical,
    mode,
    startedBy,
    underDebugger,
    initRequired,
    command,
    networks,
  }
  return { ...settings, ...(server === undefined ? {} : { server }) }
}

function networkChoices({ networks = {}, channel }: Project): NetworkChoice[] {
  return Object.values(networks).map((settings) => {
    const { name, allowSubmit } = settings
    return { name, allowSubmit, channel: channelThere(settings, { channel }) }
  })
}

/** Whether two readings of a folder define the same chaincode, apart from the version. Pure. */
export function sameDefinition(a: Project, b: Project): boolean {
  return (
    a.initRequired === b.initRequired &&
    (a.define ?? true) === (b.define ?? true) &&
    a.channels.join() === b.channels.join() &&
    sameBytes(a.endorsementPolicy, b.endorsementPolicy) &&
    sameBytes(a.collections, b.collections)
  )
}

/** Whether a server that its author starts is found where it was, for each organisation. */
export function sameAddresses(a: Project, b: Project): boolean {
  return a.server === b.server && isDeepStrictEqual(a.servers ?? {}, b.servers ?? {})
}

/** A missing one equals an empty one. */
function sameBytes(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return Buffer.compare(a ?? new Uint8Array(), b ?? new Uint8Array()) === 0
}
