/*
 * A second door of core, for what tidies up after a Slipway that was killed. It loads nothing of the peer, since the
 * containers of the killed one run until it is there.
 */

export { cleanAfter } from './container/docker/clean-after.ts'
