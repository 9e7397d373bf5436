import type { Endorser } from '../endorser/process-proposal.ts'
import type { Envelope, SignedProposal } from '../protos/index.ts'
import { DiscoveryService, type SignedRequest } from '../protos/discovery.ts'
import { DeliverService, EndorserService, GatewayService } from '../protos/clients.ts'
import type { BroadcastParts } from './broadcast.ts'
import { duplexStream, serverStream, unary, type Service } from '../comm/client-server.ts'
import { deliver, type DeliverForm, type DeliverParts } from './deliver.ts'
import { filteredBlocks, privateBlocks, wholeBlocks } from './deliver-forms.ts'
import { discover, type DiscoveryParts } from './discovery.ts'
import { commitStatus, type CommitStatusParts } from './gateway-commit-status.ts'
import { endorse } from './gateway-endorse.ts'
import { evaluate } from './gateway-evaluate.ts'
import { chaincodeEvents } from './gateway-events.ts'
import type { GatewayPeer } from './gateway-proposal.ts'
import { submit } from './gateway-submit.ts'

export interface PeerServicesParts {
  gateway: GatewayPeer
  endorser: Endorser
  broadcast: BroadcastParts
  commit: CommitStatusParts
  deliver: DeliverParts
  discovery: DiscoveryParts
}

/** What a peer of an organisation offers to clients, on the port that Fabric calls `peer.listenAddress`. */
export function peerServices({
  gateway,
  endorser,
  broadcast,
  commit,
  deliver: parts,
  discovery,
}: PeerServicesParts): Service[] {
  const delivering = (form: DeliverForm<Uint8Array>) =>
    duplexStream<Envelope, Uint8Array>((requests, send, context) => deliver(requests, send, form, context, parts))
  return [
    [
      marshalled(GatewayService, ['chaincodeEvents']),
      {
        evaluate: unary((request: Parameters<typeof evaluate>[0], context) => evaluate(request, context, gateway)),
        endorse: unary((request: Parameters<typeof endorse>[0], context) => endorse(request, context, gateway)),
        submit: unary((request: Parameters<typeof submit>[0]) => submit(request, broadcast)),
        commitStatus: unary((request: Parameters<typeof commitStatus>[0], context) =>
          commitStatus(request, context, commit),
        ),
        chaincodeEvents: serverStream((request: Parameters<typeof chaincodeEvents>[0], send, context) =>
          chaincodeEvents(request, send, context, commit),
        ),
      },
    ],
    [
      EndorserService,
      {
        processProposal: unary((proposal: SignedProposal, { from, signal }) =>
          endorser.processProposal(proposal, { mspId: gateway.mspId, from, signal }),
        ),
      },
    ],
    [DiscoveryService, { discover: unary((request: SignedRequest, { from }) => discover(request, from, discovery)) }],
    [
      marshalled(DeliverService),
      {
        deliver: delivering(wholeBlocks),
        deliverFiltered: delivering(filteredBlocks),
        deliverWithPrivateData: delivering(privateBlocks(gateway.mspId)),
      },
    ],
  ]
}

/** A service of which these methods, or all, answer with bytes already. */
export function marshalled(definition: Service[0], methods = Object.keys(definition)): Service[0] {
  const responseSerialize = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  return Object.fromEntries(
    Object.entries(definition).map(([name, method]) => [
      name,
      methods.includes(name) ? { ...method, responseSerialize } : method,
    ]),
  )
}
