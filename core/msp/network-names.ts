/** The MSP id of the ordering organisation, as in Fabric's test network; no other organisation may have it. */
export const ORDERER_MSP_ID = 'OrdererMSP'

/** As fabric-samples' test network names it all. */
const DOMAIN = 'example.com'

/**
 * The domain of an organisation, as the test network gives it: `org1.example.com` for Org1MSP, `example.com` for the
 * ordering one. Pure.
 */
export function domainOf(mspId: string): string {
  if (mspId === ORDERER_MSP_ID) return DOMAIN
  const name = mspId.toLowerCase()
  const short = name.replace(/[.-]*(?:msp)?[.-]*$/, '')
  return `${short === '' ? name : short}.${DOMAIN}`
}

/** The name of its node, which its TLS certificate has: `peer0.org1.example.com`, `orderer.example.com`. Pure. */
export function nodeNameOf(mspId: string): string {
  return `${mspId === ORDERER_MSP_ID ? 'orderer' : 'peer0'}.${domainOf(mspId)}`
}
