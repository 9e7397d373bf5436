/** Fabric's CCContext: the chaincode and channel of a launch or a call (core/common/ccprovider, 1.0). */
export interface CCContext {
  readonly channel: string
  readonly name: string
  readonly version: string
  /** A system chaincode runs inside the peer. */
  readonly systemChaincode: boolean
}

/**
 * `name:version`: the name under which a chaincode registers, and its key in the peer's registry. The channel is not
 * part of it: one process serves all channels.
 */
export function canonicalName(cc: Pick<CCContext, 'name' | 'version'>): string {
  if (cc.version === '') throw new RangeError(`CCContext of ${cc.name} has no version`)
  return `${cc.name}:${cc.version}`
}

/** The parts of a name that arrives as text, e.g. in a REGISTER. */
export function parseCanonicalName(text: string): { name: string; version: string } {
  const colon = text.indexOf(':')
  return colon < 0 ? { name: text, version: '' } : { name: text.slice(0, colon), version: text.slice(colon + 1) }
}
