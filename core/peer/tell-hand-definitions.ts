import type { PeerFacts } from '../facts/facts.ts'
import type { Custodians } from '../custodian/custodians.ts'
import type { HandDefinitions } from '../scc/lifecycle/hand-definitions.ts'
import type { Disposers } from './disposers.ts'

/** Keep the state of the open chaincodes telling which definitions somebody committed with `_lifecycle`. */
export function tellHandDefinitions(
  { emit, state, subscribe }: PeerFacts,
  custodians: Custodians,
  hands: HandDefinitions,
  disposers: Disposers,
): void {
  const heights = new Map<string, number>()
  const tell = (name: string) => {
    const { channels = [] } = custodians.find(name)?.project ?? {}
    const definedByHand = channels.flatMap((channel) => hands.find(channel, name) ?? [])
    const before = state().chaincodes[name]?.definedByHand ?? []
    if (JSON.stringify(before) === JSON.stringify(definedByHand)) return
    emit({ type: 'definitions', name, definedByHand })
  }
  const subscription = subscribe((event) => {
    if (event.type === 'chaincode.opened') tell(event.chaincode.name)
    if (event.type !== 'channel.height') return
    const { channel, height } = event
    if (height <= (heights.get(channel) ?? 0)) hands.forget(channel)
    heights.set(channel, height)
    for (const name of custodians.names()) tell(name)
  })
  disposers.defer(() => void subscription.unsubscribe())
}
