import type { PeerFacts } from '../facts/facts.ts'

/** Tells when a channel has grown. */
export interface NewBlocks {
  /** Resolves once the channel has more blocks than `height`. Rejects with the signal's reason. */
  above(channel: string, height: number, signal: AbortSignal): Promise<void>
  close(): void
}

/** One subscription for however many wait; each wait costs one entry in a set. */
export function newBlocks(facts: PeerFacts): NewBlocks {
  const waiting = new Map<string, Set<() => void>>()
  const heightOf = (channel: string) => facts.state().channels[channel]?.height ?? 0
  const subscription = facts.subscribe((event) => {
    if (event.type !== 'channel.height') return
    for (const look of waiting.get(event.channel) ?? []) look()
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
        const look = () => {
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
        look()
      }),
    close: () => subscription.unsubscribe(),
  }
}
