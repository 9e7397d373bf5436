import type { Envelope } from '../protos/index.ts'
import { AtomicBroadcastService, BroadcastResponse, Status } from '../protos/clients.ts'
import { broadcast, type BroadcastParts } from './broadcast.ts'
import { duplexStream, type Service } from '../comm/client-server.ts'
import { deliver, type DeliverParts } from './deliver.ts'
import { orderedBlocks } from './deliver-forms.ts'
import { marshalled } from './peer-services.ts'

/** What an orderer offers to clients, on a port of its own. The first refusal ends a stream of broadcasts. */
export function ordererServices(parts: { broadcast: BroadcastParts; deliver: DeliverParts }): Service[] {
  return [
    [
      marshalled(AtomicBroadcastService),
      {
        broadcast: duplexStream<Envelope, Uint8Array>(async (envelopes, send) => {
          for await (const envelope of envelopes) {
            const { status, info } = broadcast(envelope, parts.broadcast)
            const response = new BroadcastResponse()
            response.setStatus(status as Parameters<typeof response.setStatus>[0])
            response.setInfo(info)
            await send(response.serializeBinary())
            if (status !== Status.SUCCESS) return
          }
        }),
        deliver: duplexStream<Envelope, Uint8Array>((requests, send, context) =>
          deliver(requests, send, orderedBlocks, context, parts.deliver),
        ),
      },
    ],
  ]
}
