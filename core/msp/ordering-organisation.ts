import { join } from 'node:path'
import type { SigningIdentity } from './identity.ts'
import { ORDERER_MSP_ID } from './network-names.ts'
import { pair, readSigningIdentity, unopened } from './organisation.ts'
import { isFolder, makeFolder, readPem } from './pem-files.ts'
import { openTlsCa } from './tls-ca.ts'

/** The organisation whose node orders a development peer's transactions. It neither calls nor endorses. */
export interface OrderingOrganisation {
  readonly mspId: string
  readonly folder: string
  /** PEM. */
  readonly caCertificates: readonly string[]
  /** Signs blocks. */
  readonly node: SigningIdentity
  /** The certificate of the CA that signs its TLS certificates, PEM. */
  readonly tlsRoot: string
}

/**
 * The one in `<dataDir>/orderer`, which is made the first time. Throws IDENTITY_DAMAGED if it can't be read,
 * LEDGER_OPEN if it can't be written.
 */
export async function openOrderingOrganisation(dataDir: string): Promise<OrderingOrganisation> {
  const folder = join(dataDir, 'orderer')
  if (!(await isFolder(folder))) await make(folder, dataDir)
  const mspId = ORDERER_MSP_ID
  const [node, caCertificate, tlsRoot] = await Promise.all([
    readSigningIdentity(join(folder, 'node'), mspId),
    readPem(join(folder, 'ca', 'cert.pem')),
    openTlsCa({ folder, mspId }).catch((error: unknown) => {
      throw unopened(dataDir, error)
    }),
  ])
  return { mspId, folder, caCertificates: [caCertificate], node, tlsRoot }
}

async function make(folder: string, dataDir: string): Promise<void> {
  try {
    const { makeCA, issueCertificate } = await import('./make-certificates.ts')
    const ca = await makeCA('ca.orderer')
    const node = await issueCertificate(ca, { name: 'orderer0', role: 'orderer' })
    await makeFolder(folder, { ...pair('ca', ca), ...pair('node', node) })
  } catch (error) {
    throw unopened(dataDir, error)
  }
}
