import type { TxSimulator } from '../ledger/ledger.ts'
import type { GatewayParts } from './gateway-parts.ts'
import { simulateOn, type Call, type Proposed, type SimulatedCall } from './simulate-call.ts'

/** What an organisation's peer executed, or why it didn't. */
export type PeerExecution = { mspId: string; simulated: SimulatedCall } | { mspId: string; error: unknown }

/** The peers of further organisations, which execute a call beside the first one, each at most once. */
export interface OtherPeers {
  /** Never rejects. */
  ask(mspId: string): Promise<PeerExecution>
  /** Abort what isn't answered, and wait for its end. Until then the first peer's simulator must stay open. */
  end(): Promise<void>
}

/** `simulator`: the first peer's; the others find the same state there. */
export function otherPeers(
  call: Call,
  proposed: Proposed,
  simulator: TxSimulator,
  parts: Pick<GatewayParts, 'execute'>,
): OtherPeers {
  const asked = new Map<string, Promise<PeerExecution>>()
  const enough = new AbortController()
  let executing = 0
  const execute = async (mspId: string): Promise<PeerExecution> => {
    const signal = call.signal === undefined ? enough.signal : AbortSignal.any([call.signal, enough.signal])
    const own = simulator.forPeer(mspId)
    executing += 1
    try {
      return { mspId, simulated: await simulateOn(mspId, own, { ...call, signal }, proposed, parts) }
    } catch (error) {
      return { mspId, error }
    } finally {
      executing -= 1
      own.done()
    }
  }
  return {
    ask(mspId) {
      const execution = asked.get(mspId) ?? execute(mspId)
      asked.set(mspId, execution)
      return execution
    },
    async end() {
      if (executing === 0) return
      enough.abort()
      await Promise.all(asked.values())
    },
  }
}

/**
 * Execute a call on its first peer, and at once on the others where the call names them, as a gateway sends it to all
 * that it is to be endorsed by (Fabric v2.5.16 internal/pkg/gateway/endorse.go). Where it names none, what the first one
 * read and wrote decides who else is asked. System chaincode runs inside the peer, once for all.
 */
export async function simulateOnFirst(
  mspId: string,
  simulator: TxSimulator,
  call: Call,
  proposed: Proposed,
  { others, execute }: { others: OtherPeers; execute: GatewayParts['execute'] },
): Promise<SimulatedCall> {
  const { definition, request } = call
  const first = simulateOn(mspId, simulator, call, proposed, { execute })
  if (!definition.systemChaincode) {
    for (const named of request.endorsers ?? []) if (named !== mspId) void others.ask(named)
  }
  return first
}
