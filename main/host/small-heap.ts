import { setFlagsFromString } from 'node:v8'

/**
 * Make V8 collect garbage more often, so that the process of a peer takes less memory: of 250 MB after many calls 40
 * are in use. Each call makes some 100 KB of messages, which live until it is answered. With many in flight V8 takes
 * them for lasting ones: it grows the space of young objects to 32 MB, and moves them to the old space, which it lets
 * grow to several times what is in use before it looks there.
 *
 * For processes of our own that keep running, before core is loaded: V8 never shrinks the young space by much. Both
 * flags are read at each collection, so that they count for a process that has begun; the more usual
 * --max-semi-space-size is read when V8 starts, and a Node started again would cost each command 40 ms. The V8
 * of Node 20 to 24 knows both; one that didn't would go on, and say so on stderr. A smaller percentage than 100 saves
 * another 20 MB, and costs a fifth more processor time with many calls in flight.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1')
  setFlagsFromString('--heap-growing-percent=100')
}
