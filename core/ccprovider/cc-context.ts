/** Fabric's CCContext: which chaincode, on which channel, a launch or a call is about (core/common/ccprovider, 1.0). */
export interface CCContext {
  readonly channel: string
  readonly name: string
  readonly version: string
  /** A system chaincode runs inside the peer. */
  readonly systemChaincode: boolean
}

/**
 * `name:version`: what a chaincode registers as and what the peer's registry is keyed by. The channel is not
 * part of it: one process serves all channels.
 */
export function canonicalName(cc: Pick<CCContext, 'name' | 'version'>): string {
  if (cc.version === '') throw new RangeError(`CCContext of ${cc.name} has no version`)
  return `${cc.name}:${cc.version}`
}

/** The same for names that arrive as text, e.g. in a REGISTER. */
export function parseCanonicalName(text: string): { name: string; version: string } {
  const colon = text.indexOf(':')
  return colon < 0 ? { name: text, version: '' } : { name: text.slice(0, colon), version: text.slice(colon + 1) }
}
