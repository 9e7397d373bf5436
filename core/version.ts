import { version } from '../package.json' with { type: 'json' }

/** Slipway's own version. */
export const VERSION: string = version
