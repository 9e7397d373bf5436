import { join } from 'node:path'
import { PeerError } from '../contract/error.ts'
import type { IdentityDescription } from '../contract/identity.ts'
import { clientIds } from './client-ids.ts'
import { identityName } from './identity-name.ts'
import { identityOf, rolesOf } from './msp.ts'
import type { Organisation } from './organisation.ts'
import { damaged, readPem } from './pem-files.ts'

/** What is to be told of an identity, also of one that cannot be read or that a peer refuses. */
export async function describeIdentity(
  { folder, mspId, caCertificates }: Organisation,
  name: string,
  defaultId: string,
): Promise<IdentityDescription> {
  const id = identityName(name, mspId)
  const file = join(folder, name, 'cert.pem')
  const who = { id, name, mspId, isDefault: id === defaultId, isEndorser: name === 'peer' }
  try {
    return { ...who, ...(await read(file, mspId, caCertificates)) }
  } catch (error) {
    return { ...who, ...NOTHING, error: PeerError.from(error).toJSON() }
  }
}

async function read(file: string, mspId: string, caCertificates: readonly string[]) {
  const pem = await readPem(file)
  try {
    const { certificate, problem } = identityOf(mspId, pem, caCertificates)
    const { x509, organizationalUnits, attributes, notBefore, notAfter } = certificate
    const named = rolesOf(organizationalUnits)
    const [role] = named
    const told = expiry(notBefore, notAfter) ?? problem
    return {
      ...(role === undefined || named.length > 1 ? {} : { role }),
      affiliation: organizationalUnits.filter((unit) => !named.some((one) => one === unit)),
      attributes: Object.fromEntries(Object.entries(attributes).filter(([key]) => !key.startsWith('hf.'))),
      subject: x509.subject.replaceAll('\n', ', '),
      issuer: x509.issuer.replaceAll('\n', ', '),
      notBefore,
      notAfter,
      certificate: pem,
      clientIds: clientIds(certificate),
      ...(told === undefined ? {} : { problem: told }),
    }
  } catch (error) {
    throw damaged(file, error)
  }
}

/** Why it is refused at this moment because of its dates; a peer looks at the end alone. */
function expiry(notBefore: number, notAfter: number): string | undefined {
  if (Date.now() > notAfter) return `it expired on ${new Date(notAfter).toISOString().slice(0, 10)}`
  return Date.now() < notBefore ? `it is valid from ${new Date(notBefore).toISOString().slice(0, 10)} on` : undefined
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
