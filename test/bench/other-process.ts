import { inFlight, oneAtATime } from './measure.ts'
import { openPeer } from './open-peer.ts'
import type { Core, Turn } from './other-build.ts'
import { Scope } from './scope.ts'

/**
 * A program: the peer of another build, as one side of a ratio. Its argument is a chaincode's folder. Sends a message
 * when the chaincode is ready, and one for each turn it is sent. Imports nothing of this build's core.
 */
const [folder = ''] = process.argv.slice(2)
const scope = new Scope()
process.once('SIGTERM', () => void scope.close().finally(() => process.exit()))

const part = async (name: string) =>
  (await import(new URL(`../bench-against/${name}.js`, import.meta.url).href)) as unknown

async function answer(work: () => Promise<number>): Promise<void> {
  try {
    process.send?.({ figure: await work() })
  } catch (error) {
    process.send?.({ failed: error instanceof Error ? error.message : String(error) })
  }
}

const opened = (async () => {
  const { startPeer } = (await part('core')) as Pick<Core, 'startPeer'>
  const { apply } = (await part('apply')) as Pick<Core, 'apply'>
  return openPeer({ startPeer, apply }, scope, folder, { watch: false })
})()

process.on('message', ({ kind, width, calls }: Turn) => {
  void answer(async () => {
    const peer = await opened
    const call = async (n: number) => {
      const [fn, args] = calls[n] ?? ['', []]
      await peer[kind](fn, args)
    }
    return width === 1 ? oneAtATime(calls.length, call) : inFlight(width, calls.length, call)
  })
})
void answer(async () => {
  await opened
  return 0
})
