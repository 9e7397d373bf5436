import type { PeerEvent, PeerFact, RunningFact } from '../../../core/contract/events.ts'
import type { PeerState } from '../../../core/contract/state.ts'
import type { ChaincodeState, WatchState } from '../../../core/contract/chaincode-state.ts'
import type { ContainerState } from '../../../core/contract/run-state.ts'
import type { HandDefinition } from '../../../core/contract/hand-definition.ts'
import type { BuildState } from '../../../core/contract/launch-state.ts'
import { movedServices, type MovedService } from '../../../core/contract/moved-services.ts'
import { threeParts } from '../../host/say.ts'

type Descriptions = {
  [Type in PeerFact['type']]?: (event: Extract<PeerFact, { type: Type }>, state: PeerState) => string[]
}

/** The events that a person at a terminal hears about. */
const descriptions: Descriptions = {
  listener: (_event, state) => describeListener(state),
  services: (_event, state) => describeServices(state),
  'chaincode.opened': ({ chaincode }) => [describeChaincode(chaincode), ...describeCommand(chaincode)],
  'chaincode.closed': ({ name }) => [`${name}: closed`],
  'chaincode.changed'({ name }, { chaincodes: { [name]: chaincode } }) {
    return chaincode === undefined ? [] : [describeChaincode(chaincode), ...describeCommand(chaincode)]
  },
  definitions: ({ name, definedByHand }) => definedByHand.map((definition) => describeDefinition(name, definition)),
  'chaincode.error': ({ error }) => (error === undefined ? [] : [threeParts(error)]),
  watch: ({ watch }) => describeWatch(watch),
  registration: ({ name, registration }, { chaincodes }) =>
    registration.state === 'ready' ? [describeReady(chaincodes[name], name)] : [],
  // If another process is running, the replaced one ended as part of the swap.
  'process.exited': ({ name, exit }, { chaincodes }) =>
    chaincodes[name]?.process === undefined ? [`${name}: ${exit.words}`] : [],
  instance: ({ name, mspId, of }) => describeInstance(name, mspId, of),
  takeover: ({ name, takeover }) =>
    takeover?.from === undefined
      ? []
      : [
          `${name}: process ${takeover.from.pid} (${takeover.from.program}) wants to take over; it waits until the one that serves ends. \`slipway run --take-over\` lets it.`,
        ],
  build: ({ name, build }) => describeBuild(name, build),
  authorities: (_event, state) => describeAuthorities(state),
  notice: ({ notice }) => [threeParts(notice.error)],
  container: ({ name, container }) => describeContainer(name, container),
  // A replaced container is no longer in the state, and ended as part of the swap.
  'container.exited': ({ name, id, exit }, { chaincodes }) =>
    chaincodes[name]?.container?.id === id ? [`${name}: ${exit.words}`] : [],
  differences: ({ name, differences }) =>
    differences.flatMap(({ fatal, what, why, do: advice }) =>
      fatal ? [threeParts({ what: `${name} on a real peer: ${what}`, why, do: advice })] : [],
    ),
}

/** An event in words, in any number of lines. `state` is the one after the event. */
export function describeEvent(state: PeerState, event: PeerEvent): string[] {
  const describe = descriptions[event.type] as ((event: PeerEvent, state: PeerState) => string[]) | undefined
  return describe?.(event, state) ?? []
}

/** The same for the state before the first event. */
export function describeState(state: PeerState): string[] {
  return [
    ...describeListener(state),
    ...describeServices(state),
    ...describeAuthorities(state),
    ...Object.values(state.chaincodes).flatMap((chaincode) => [
      describeChaincode(chaincode),
      ...chaincode.definedByHand.map((definition) => describeDefinition(chaincode.name, definition)),
      ...describeCommand(chaincode),
      ...(chaincode.registration.state === 'ready' ? [describeReady(chaincode, chaincode.name)] : []),
      ...describeWatch(chaincode.watch),
      ...(chaincode.error === undefined ? [] : [threeParts(chaincode.error)]),
    ]),
  ]
}

function describeAuthorities(state: PeerState): string[] {
  const listening = Object.entries(state.authorities).map(([mspId, { url }]) => `${mspId}'s ${url}`)
  return listening.length === 0 ? [] : [`Fabric CA: ${listening.join(', ')}`, ...describeMoved(state, ['ca'])]
}

function describeDefinition(name: string, { channel, version, sequence }: HandDefinition): string {
  return `${name}: defined by hand on ${channel}, version ${version}, sequence ${sequence}; Slipway leaves it so. \`slipway run --define\` defines it as its folder says.`
}

function describeServices(state: PeerState): string[] {
  const { peers, orderer, tls } = state.services
  if (Object.keys(peers).length === 0) return []
  const listening = Object.entries(peers).map(([mspId, address]) => `${mspId}'s peer ${address}`)
  const how = { none: '', server: ' (TLS)', mutual: ' (TLS, with client certificates)' }[tls]
  const served = `for client applications${how}: ${[...listening, `orderer ${orderer ?? ''}`].join(', ')}`
  return [served, ...describeMoved(state, ['peer', 'orderer'])]
}

function describeMoved(state: PeerState, services: MovedService['service'][]): string[] {
  return movedServices(state).flatMap(({ service, mspId, address, wanted }) => {
    if (!services.includes(service)) return []
    const whose = service === 'orderer' ? 'the orderer' : `${mspId ?? ''}'s ${service === 'ca' ? 'CA' : 'peer'}`
    return [`${wanted} is taken, so ${whose} listens on ${address}`]
  })
}

function describeListener({ listener }: PeerState): string[] {
  switch (listener.state) {
    case 'starting':
      return []
    case 'listening': {
      const moved = listener.address === listener.wanted || listener.wanted.endsWith(':0')
      return [`listening for chaincode on ${listener.address}${moved ? '' : ` (${listener.wanted} is taken)`}`]
    }
    case 'failed':
      return [threeParts(listener.error)]
  }
}

function describeChaincode(cc: ChaincodeState): string {
  return `${cc.canonicalName}: ${cc.dialect} from ${cc.folder}, channel ${cc.channel}, ${cc.mode} mode`
}

function describeCommand(cc: ChaincodeState): string[] {
  return cc.startedBy === 'you' && cc.mode === 'dev'
    ? [`${cc.name}: start it with\n  ${cc.command.text.replaceAll('\n', '\n  ')}`]
    : []
}

/** While it is watched there is nothing to say; that it isn't is easily missed. */
function describeWatch(watch: WatchState): string[] {
  return watch.state === 'failed' ? [threeParts(watch.error)] : []
}

function describeReady(cc: ChaincodeState | undefined, name: string): string {
  if (cc?.mode === 'net') return `${cc.canonicalName}: ready, in a container`
  const by = cc?.process === undefined ? '' : `, process ${cc.process.pid}, ${cc.process.start} start`
  return `${cc?.canonicalName ?? name}: ready${by}`
}

function describeInstance(name: string, mspId: string, of: RunningFact | undefined): string[] {
  switch (of?.type) {
    case 'process.started':
      return [`${name} for ${mspId}: process ${of.process.pid}`]
    case 'container':
      return of.container?.state === 'running' ? [`${name} for ${mspId}: ready, in a container`] : []
    case 'process.exited':
    case 'container.exited':
      return [`${name} for ${mspId}: ${of.exit.words}`]
    default:
      return []
  }
}

function describeContainer(name: string, container: ContainerState | undefined): string[] {
  switch (container?.state) {
    case 'paused':
      return [`${name}: its container is paused`]
    case 'lost':
      return [`${name}: the Docker engine doesn't answer, so the state of its container is unknown`]
    default:
      return []
  }
}

function describeBuild(name: string, build: BuildState): string[] {
  const title = `${name}: build ${build.number}`
  switch (build.state) {
    case 'building': {
      const more = build.files.length > 3 ? ` and ${build.files.length - 3} more` : ''
      return [`${title} begins${build.files.length === 0 ? '' : ` (${build.files.slice(0, 3).join(', ')}${more})`}`]
    }
    case 'serving':
      return [`${title} serves${build.durationMs === undefined ? '' : ` after ${seconds(build.durationMs)}`}`]
    case 'failed': {
      const places = build.diagnostics.map((d) => `  ${d.file}:${d.line}:${d.column ?? 1} ${d.message}`)
      return [`${title} failed`, ...places.slice(0, 10)]
    }
    case 'launching':
    case 'was-ready':
    case 'aborted':
      return []
  }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 0)} s`
}
