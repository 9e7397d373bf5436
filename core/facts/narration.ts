import type { PeerFact } from '../contract/events.ts'
import { movedServices, type MovedService } from '../contract/moved-services.ts'
import type { PeerState } from '../contract/state.ts'

/** The line that the peer logs for a fact; undefined if the fact is too small to mention. Pure. */
export function narrate(fact: PeerFact, state: PeerState): string | undefined {
  switch (fact.type) {
    case 'listener':
      return narrateListener(fact.listener)
    case 'authorities':
      return narrateAuthorities(state)
    case 'services':
      return narrateServices(state)
    case 'channel.height':
      if (fact.moves !== undefined)
        return `Took ${fact.channel} to ${fact.height} ${fact.height === 1 ? 'block' : 'blocks'}`
      return fact.at === undefined || fact.height === 0
        ? undefined
        : `Committed block ${fact.height - 1} on ${fact.channel}`
    case 'chaincode.opened':
      return `Opened ${fact.chaincode.canonicalName}, ${fact.chaincode.dialect}, in ${fact.chaincode.folder}`
    case 'chaincode.closed':
      return `Closed ${fact.name}`
    case 'definitions':
      return fact.definedByHand.length === 0 ? undefined : narrateDefinitions(fact)
    case 'chaincode.error':
      return fact.error === undefined ? undefined : `${fact.error.what} ${fact.error.why}`
    case 'build':
      if (fact.build.state !== 'serving') return undefined
      return `${nameOf(fact.name, state)}: build ${fact.build.number} serves from now on`
    case 'registration':
      if (fact.registration.state === 'ready') return `${nameOf(fact.name, state)} is ready`
      return fact.registration.ended === undefined ? undefined : fact.registration.ended.error.what
    case 'notice':
      return `${fact.notice.error.what} ${fact.notice.error.why}`
    default:
      return undefined
  }
}

/** The chaincode that a fact is about. Pure. */
export function chaincodeOf(fact: PeerFact): string | undefined {
  if (fact.type === 'chaincode.opened') return fact.chaincode.name
  return 'name' in fact ? fact.name : undefined
}

function narrateListener(listener: PeerState['listener']): string | undefined {
  if (listener.state !== 'listening') return undefined
  const moved = listener.wanted.endsWith(':0') || listener.wanted === listener.address
  return `Listening for chaincode on ${listener.address}${moved ? '' : `: ${listener.wanted} is taken`}`
}

function narrateDefinitions({ name, definedByHand }: Extract<PeerFact, { type: 'definitions' }>): string {
  const each = definedByHand.map(
    ({ channel, version, sequence }) => `${channel} (version ${version}, sequence ${sequence})`,
  )
  return `${name} is defined by hand on ${each.join(' and ')}`
}

function narrateServices(state: PeerState): string {
  const { peers, orderer, tls } = state.services
  const listening = Object.entries(peers).map(([mspId, address]) => `${mspId}'s peer on ${address}`)
  const how = { none: '', server: ' over TLS', mutual: ' over TLS, with client certificates' }[tls]
  return `Client applications reach ${[...listening, `the orderer on ${orderer ?? ''}`].join(', ')}${how}${narrateTaken(state, ['peer', 'orderer'])}`
}

function narrateTaken(state: PeerState, services: MovedService['service'][]): string {
  const taken = movedServices(state).flatMap(({ service, wanted }) => (services.includes(service) ? [wanted] : []))
  if (taken.length === 0) return ''
  return `: ${taken.join(', ')} ${taken.length === 1 ? 'is' : 'are'} taken`
}

function narrateAuthorities(state: PeerState): string {
  const listening = Object.entries(state.authorities).map(([mspId, { url }]) => `${mspId}'s at ${url}`)
  return `Fabric CA: ${listening.join(', ')}${narrateTaken(state, ['ca'])}`
}

function nameOf(name: string, state: PeerState): string {
  return state.chaincodes[name]?.canonicalName ?? name
}
