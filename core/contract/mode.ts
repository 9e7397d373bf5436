/** Fabric's `chaincode.mode`. dev: a plain process. net: a Docker container. */
export type Mode = 'dev' | 'net'

/** Who starts the process in dev mode: Slipway (*managed*) or the author (*attached*). */
export type StartedBy = 'slipway' | 'you'
