import { CaError, caCode, notAuthorized } from './ca-error.ts'
import { textField, type Caller } from './request.ts'
import { attributesIn, numberField } from './register.ts'
import {
  findIdentity,
  hashSecret,
  maxEnrollments,
  ownAttributes,
  type Attribute,
  type RegisteredIdentity,
  type Registry,
} from './registry.ts'
import { contains, isRegistrar, mayGive, mayManage, mustManage } from './rights.ts'

/** An identity as Fabric CA answers it. */
export interface IdentityInfo {
  id: string
  type: string
  affiliation: string
  attrs: Attribute[]
  max_enrollments: number
}

export function identityInfo(
  id: string,
  { type, affiliation, attrs, maxEnrollments: most }: RegisteredIdentity,
): IdentityInfo {
  return { id, type, affiliation, attrs, max_enrollments: most }
}

/** Those that the caller may manage. @throws CaError */
export function listIdentities({ identities }: Registry, { identity: caller }: Caller): IdentityInfo[] {
  if (!isRegistrar(caller)) throw notAuthorized()
  return Object.entries(identities)
    .filter(([, identity]) => mayManage(caller, identity))
    .map(([id, identity]) => identityInfo(id, identity))
}

/** @throws CaError */
export function readIdentity(registry: Registry, { identity: caller }: Caller, id: string): IdentityInfo {
  const identity = findIdentity(registry, id)
  mustManage(caller, identity)
  return identityInfo(id, identity)
}

/** Change what the fields name (fabric-ca lib/serveridentities.go, processPutRequest). @throws CaError */
export async function modifyIdentity(
  fields: Record<string, unknown>,
  registry: Registry,
  { identity: caller }: Caller,
  id: string,
): Promise<IdentityInfo> {
  const identity = findIdentity(registry, id)
  mustManage(caller, identity)
  const wanted = textField(fields, 'affiliation')
  if (wanted !== '' && wanted !== '.' && !registry.affiliations.includes(wanted)) {
    throw new CaError(400, caCode.modifyIdentity, `Affiliation '${wanted}' is not supported`)
  }
  const affiliation = wanted === '' ? identity.affiliation : wanted === '.' ? '' : wanted
  const type = textField(fields, 'type') || identity.type
  const attrs = attributesIn(fields['attrs'])
  if (!contains(caller.affiliation, affiliation) || !mayManage(caller, { type, affiliation })) throw notAuthorized()
  if (!mayGive(caller, attrs, identity.attrs)) throw notAuthorized()
  const most = numberField(fields, 'max_enrollments') ?? 0
  const secret = textField(fields, 'secret')
  Object.assign(identity, {
    type,
    affiliation,
    attrs: merged(identity.attrs, [...attrs, ...ownAttributes(id, type, affiliation)]),
    maxEnrollments: most === 0 ? identity.maxEnrollments : maxEnrollments(most),
  } satisfies Partial<RegisteredIdentity>)
  if (secret !== '') Object.assign(identity, { secret: await hashSecret(secret), failedLogins: 0 })
  return identityInfo(id, identity)
}

/** An empty value takes an attribute away. */
function merged(before: readonly Attribute[], changes: readonly Attribute[]): Attribute[] {
  const kept = before.filter(({ name }) => !changes.some((change) => change.name === name))
  return [...kept, ...changes.filter(({ value, name }) => value !== '' || name === 'hf.Affiliation')]
}
