import { RpcError, status } from '../comm/rpc-error.ts'
import type { PeerFacts } from '../facts/facts.ts'

/** Tells when a channel has grown. */
export interface NewBlocks {
  /**
   * Resolves once the channel has more blocks than `height`. Rejects with the signal's reason, and with `rewound` when
   * the channel is taken to another block.
   */
  above(channel: string, height: number, signal: AbortSignal): Promise<void>
  close(): void
}

/** What a client learns whose stream began before the channel was rewound: to it the peer has restarted. */
export function rewound(channel: string): RpcError {
  return new RpcError(status.UNAVAILABLE, `channel ${channel} was taken to another block; connect again`)
}

/** One subscription for however many wait; each wait costs one entry in a set. */
export function newBlocks(facts: PeerFacts): NewBlocks {
  const waiting = new Map<string, Set<(isRewound: boolean) => void>>()
  const heightOf = (channel: string) => facts.state().channels[channel]?.height ?? 0
  const subscription = facts.subscribe((event) => {
    if (event.type !== 'channel.height') return
    for (const look of waiting.get(event.channel) ?? []) look(event.moves !== undefined)
  })
  return {
    above: (channel, height, signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason as Error)
        const ofChannel = waiting.get(channel) ?? new Set()
        waiting.set(channel, ofChannel)
        const end = () => {
          ofChannel.delete(look)
          signal.removeEventListener('abort', gone)
        }
        const look = (isRewound: boolean) => {
          if (isRewound) {
            end()
            reject(rewound(channel))
            return
          }
          if (heightOf(channel) <= height) return
          end()
          resolve()
        }
        const gone = () => {
          end()
          reject(signal.reason as Error)
        }
        ofChannel.add(look)
        signal.addEventListener('abort', gone, { once: true })
        look(false)
      }),
    close: () => subscription.unsubscribe(),
  }
}
