import { join } from 'node:path'
import { messageOf } from '../contract/error-message.ts'
import { PeerError } from '../contract/error.ts'
import { systemFault } from '../contract/system-fault.ts'
import type { SigningIdentity } from './identity.ts'
import { pair, readSigningIdentity } from './organisation.ts'
import { isFolder, makeFolder, readPem } from './pem-files.ts'

/** The organisation whose node orders a development peer's transactions. It neither calls nor endorses. */
export interface OrderingOrganisation {
  readonly mspId: string
  /** PEM. */
  readonly caCertificates: readonly string[]
  /** Signs blocks. */
  readonly node: SigningIdentity
}

/** Its MSP id, as in Fabric's test network; no other organisation may have it. */
export const ORDERER_MSP_ID = 'OrdererMSP'

/**
 * The one in `<dataDir>/orderer`, which is made the first time. Throws IDENTITY_DAMAGED if it can't be read,
 * LEDGER_OPEN if it can't be written.
 */
export async function openOrderingOrganisation(dataDir: string): Promise<OrderingOrganisation> {
  const folder = join(dataDir, 'orderer')
  if (!(await isFolder(folder))) await make(folder, dataDir)
  const [node, caCertificate] = await Promise.all([
    readSigningIdentity(join(folder, 'node'), ORDERER_MSP_ID),
    readPem(join(folder, 'ca', 'cert.pem')),
  ])
  return { mspId: ORDERER_MSP_ID, caCertificates: [caCertificate], node }
}

async function make(folder: string, dataDir: string): Promise<void> {
  try {
    const { makeCA, issueCertificate } = await import('./make-certificates.ts')
    const ca = await makeCA('ca.orderer')
    const node = await issueCertificate(ca, { name: 'orderer0', role: 'orderer' })
    await makeFolder(folder, { ...pair('ca', ca), ...pair('node', node) })
  } catch (error) {
    throw new PeerError(
      'LEDGER_OPEN',
      { dataDir, message: messageOf(error), fault: systemFault(error) },
      { cause: error },
    )
  }
}
