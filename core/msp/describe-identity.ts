import { join } from 'node:path'
import { PeerError } from '../contract/error.ts'
import type { IdentityDescription } from '../contract/identity.ts'
import { clientIds } from './client-ids.ts'
import { identityName } from './identity-name.ts'
import type { KeyRules } from './key-rules.ts'
import { identityOf, rolesOf } from './msp.ts'
import type { Organisation } from './organisation.ts'
import { damaged, readPem } from './pem-files.ts'

/** Describe an identity, even if it can't be read or a peer refuses it. */
export async function describeIdentity(
  { folder, mspId, caCertificates, revoked }: Organisation,
  name: string,
  { defaultId, keys }: { defaultId: string; keys: KeyRules },
): Promise<IdentityDescription> {
  const id = identityName(name, mspId)
  const file = join(folder, name, 'cert.pem')
  const who = { id, name, mspId, isDefault: id === defaultId, isEndorser: name === 'peer' }
  try {
    return { ...who, ...(await read(file, mspId, { caCertificates, keys, revoked })) }
  } catch (error) {
    return { ...who, ...NOTHING, error: PeerError.from(error).toJSON() }
  }
}

type Content = Omit<IdentityDescription, 'id' | 'name' | 'mspId' | 'isDefault' | 'isEndorser' | 'error'>

async function read(file: string, mspId: string, rules: Parameters<typeof identityOf>[2]): Promise<Content> {
  const pem = await readPem(file)
  try {
    const { certificate, problem, keyAlgorithm } = identityOf(mspId, pem, rules)
    const { x509, organizationalUnits, attributes, notBefore, notAfter } = certificate
    const roles = rolesOf(organizationalUnits)
    const content: Content = {
      affiliation: organizationalUnits.filter((unit) => !roles.some((named) => named === unit)),
      attributes: Object.fromEntries(Object.entries(attributes).filter(([key]) => !key.startsWith('hf.'))),
      subject: x509.subject.replaceAll('\n', ', '),
      issuer: x509.issuer.replaceAll('\n', ', '),
      notBefore,
      notAfter,
      certificate: pem,
      clientIds: clientIds(certificate),
    }
    const [role] = roles
    if (keyAlgorithm !== undefined) content.keyAlgorithm = keyAlgorithm
    if (role !== undefined && roles.length === 1) content.role = role
    const shownProblem = expiry(notBefore, notAfter) ?? problem
    if (shownProblem !== undefined) content.problem = shownProblem
    return content
  } catch (error) {
    throw damaged(file, error)
  }
}

/** Why its dates make it invalid at this moment; a peer checks only the end. */
function expiry(notBefore: number, notAfter: number): string | undefined {
  if (Date.now() > notAfter) return `it expired on ${new Date(notAfter).toISOString().slice(0, 10)}`
  return Date.now() < notBefore ? `it is not valid before ${new Date(notBefore).toISOString().slice(0, 10)}` : undefined
}

const NOTHING = {
  affiliation: [],
  attributes: {},
  subject: '',
  issuer: '',
  notBefore: 0,
  notAfter: 0,
  certificate: '',
  clientIds: { golang: '', node: '', java: '' },
}
