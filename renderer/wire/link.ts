import { createBirpc } from 'birpc'
import type { PeerNews } from '../../core/contract/api.ts'
import { disconnected, rpcClient, type RpcClient } from '../../core/contract/rpc-client.ts'
import { doorEnd, type DoorFunctions, type HostFunctions } from '../../core/contract/wire.ts'
import type { Wire } from './wire.ts'

/** What a link reports to its owner. */
export interface LinkListener {
  up(): void
  down(): void
  news(news: PeerNews): void
}

/** Speak over a wire. Each time it opens a fresh conversation begins; when it closes, all open calls fail. */
export function openLink(wire: Wire, listener: LinkListener): RpcClient {
  let host: RpcClient | undefined

  function up(): void {
    down()
    host = connect(wire, listener)
    listener.up()
    host.listen()
  }

  function down(): void {
    if (host === undefined) return
    const ended = host
    host = undefined
    ended.close()
    listener.down()
  }

  const stopOpen = wire.onOpen(up)
  const stopClose = wire.onClose(down)

  return {
    call: (name, args, signal) => (host === undefined ? Promise.reject(disconnected()) : host.call(name, args, signal)),
    listen: () => host?.listen(),
    close() {
      stopOpen()
      stopClose()
      down()
    },
  }
}

function connect(wire: Wire, listener: LinkListener): RpcClient {
  let stop = (): void => undefined
  const host = createBirpc<HostFunctions, DoorFunctions>(
    { news: (news) => listener.news(news) },
    {
      ...doorEnd,
      post: (message) => wire.post(message),
      on: (heard) => {
        stop = wire.onMessage(heard)
      },
      off: () => stop(),
    },
  )
  return rpcClient(host)
}
