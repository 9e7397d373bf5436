import { messageOf } from '../contract/error-message.ts'
import type { KeyPair } from '../msp/make-certificates.ts'
import { serialOf } from '../msp/revoked.ts'
import { requestedName, signRequest } from '../msp/sign-request.ts'
import { CaError, caCode } from './ca-error.ts'
import { badBody, fieldsOf, textField, type Caller, type CaRequest } from './request.ts'
import type { Attribute, Registry } from './registry.ts'

/** fabric-ca-server's default: 8760 h. */
const LIFE_MS = 365 * 24 * 3_600_000

/** The keys of an organisation's CA, and of the one for TLS. Each throws IDENTITY_DAMAGED. */
export interface SigningKeys {
  identities(): Promise<KeyPair>
  tls(): Promise<KeyPair>
}

export interface Enrollment {
  /** PEM. */
  certificate: string
  /** Of the CA that signed it, PEM. */
  chain: string
}

/**
 * Sign the request of a caller who has said who it is (fabric-ca lib/serverenroll.go). The profile `tls` is signed by the
 * CA that peers take TLS certificates of.
 * @throws CaError
 */
export async function enroll(
  request: CaRequest,
  registry: Registry,
  { id, identity }: Caller,
  keys: SigningKeys,
): Promise<Enrollment> {
  const fields = fieldsOf(request)
  const csr = textField(fields, 'certificate_request')
  const profile = textField(fields, 'profile')
  if (profile !== '' && profile !== 'tls') throw new CaError(500, caCode.unknown, `Invalid profile: '${profile}'`)
  await mustBeOf(id, csr)
  const ca = await (profile === 'tls' ? keys.tls() : keys.identities())
  const attributes = attributesFor(identity.attrs, fields['attr_reqs'])
  const units = [identity.type, ...identity.affiliation.split('.')].filter((unit) => unit !== '')
  const use = profile === 'tls' ? 'tls' : 'signature'
  const signed = await signRequest(ca, csr, { units, attributes, use, lifeMs: LIFE_MS })
  registry.certificates.push({
    serial: serialOf(signed),
    aki: signed.authorityKeyId.toLowerCase().replace(/^0+/, ''),
    id,
    notAfter: signed.notAfter.toISOString(),
  })
  return { certificate: signed.certificate, chain: ca.certificate }
}

async function mustBeOf(id: string, csr: string): Promise<void> {
  if (!csr.includes('-----BEGIN')) throw new CaError(400, caCode.badRequest, 'CSR Decode failed')
  let name: string
  try {
    name = await requestedName(csr)
  } catch (error) {
    throw new CaError(400, caCode.badRequest, `CSR Decode failed: ${messageOf(error)}`)
  }
  if (name === id) return
  throw new CaError(403, caCode.commonName, 'The CSR subject common name must equal the enrollment ID')
}

/** Those that are asked for, or else those registered for every certificate (lib/attrmgr/attrmgr.go). */
function attributesFor(owned: readonly Attribute[], requested: unknown): Record<string, string> | undefined {
  const values = new Map(owned.map(({ name, value }) => [name, value]))
  if (requested === undefined || requested === null) {
    const usual = owned.filter(({ ecert }) => ecert === true)
    return usual.length === 0 ? undefined : Object.fromEntries(usual.map(({ name }) => [name, values.get(name) ?? '']))
  }
  const requests = attributeRequests(requested)
  const missing = requests.filter(({ name, optional }) => !optional && !values.has(name)).map(({ name }) => name)
  if (missing.length > 0) {
    const reason = `The following required attributes are missing: [${missing.join(' ')}]`
    throw new CaError(500, caCode.unknown, `Failed to find requested attributes: ${reason}`)
  }
  return Object.fromEntries(
    requests.flatMap(({ name }) => {
      const value = values.get(name)
      return value === undefined ? [] : [[name, value]]
    }),
  )
}

function attributeRequests(requested: unknown): { name: string; optional: boolean }[] {
  if (!Array.isArray(requested)) throw badBody('attr_reqs must be a list')
  return requested.map((each: unknown) => {
    const { name, optional } = (each ?? {}) as { name?: unknown; optional?: unknown }
    if (typeof name !== 'string') throw badBody('an attribute request must have a name')
    return { name, optional: optional === true }
  })
}
