import { notAuthorized } from './ca-error.ts'
import { attributeOf, type Attribute, type RegisteredIdentity } from './registry.ts'

/*
 * What a registrar may do to whom (fabric-ca lib/serverrequestcontext.go, lib/attr/attribute.go). All refusals look the
 * same to a client, so these only say yes or no.
 */

/** Whether it is a registrar of this type, at or below its own affiliation. */
export function mayManage(
  caller: RegisteredIdentity,
  { type, affiliation }: { type: string; affiliation: string },
): boolean {
  return isRegistrarOf(caller, type) && contains(caller.affiliation, affiliation)
}

/** @throws CaError unless it may */
export function mustManage(caller: RegisteredIdentity, subject: { type: string; affiliation: string }): void {
  if (!mayManage(caller, subject)) throw notAuthorized()
}

export function isRegistrar(caller: RegisteredIdentity): boolean {
  return (attributeOf(caller, 'hf.Registrar.Roles') ?? '') !== ''
}

function isRegistrarOf(caller: RegisteredIdentity, type: string): boolean {
  const types = listOf(attributeOf(caller, 'hf.Registrar.Roles'))
  const wanted = (type === '' ? 'client' : type).toLowerCase()
  return types.some((each) => each === '*' || each.toLowerCase() === wanted)
}

/** The root affiliation, '', contains all. */
export function contains(own: string, affiliation: string): boolean {
  return own === '' || affiliation === own || affiliation.startsWith(`${own}.`)
}

export function isTrue(caller: RegisteredIdentity, attribute: string): boolean {
  return ['1', 't', 'true'].includes((attributeOf(caller, attribute) ?? '').toLowerCase())
}

const BOOLEAN = ['hf.Revoker', 'hf.IntermediateCA', 'hf.GenCRL', 'hf.AffiliationMgr']
const LISTS = ['hf.Registrar.Roles', 'hf.Registrar.DelegateRoles', 'hf.Registrar.Attributes']
const isBoolean = (value: string): boolean => /^(1|0|t|f|true|false)$/i.test(value)

/** Whether a registrar may give these attributes to an identity that has the `present` ones already. */
export function mayGive(
  caller: RegisteredIdentity,
  attrs: readonly Attribute[],
  present: readonly Attribute[] = [],
): boolean {
  const patterns = listOf(attributeOf(caller, 'hf.Registrar.Attributes'))
  const isAllowed = (name: string): boolean =>
    patterns.some((pattern) =>
      pattern.endsWith('*') ? name.startsWith(pattern.slice(0, pattern.indexOf('*'))) : name === pattern,
    )
  return attrs.every(({ name, value }) => {
    if (!isAllowed(name)) return false
    if (BOOLEAN.includes(name)) return isTrue(caller, name) && (value === '' || isBoolean(value))
    if (!name.startsWith('hf.')) return true
    return LISTS.includes(name) && (value === '' || mayGiveList(caller, name, value, [...attrs, ...present], isAllowed))
  })
}

function mayGiveList(
  caller: RegisteredIdentity,
  name: string,
  value: string,
  ofIdentity: readonly Attribute[],
  isAllowed: (name: string) => boolean,
): boolean {
  const values = listOf(value)
  if (name === 'hf.Registrar.Attributes') {
    return values.every(
      (each) => isAllowed(each) && (!each.startsWith('hf.') || ofIdentity.some((has) => has.name === each)),
    )
  }
  if (!isWithin(values, listOf(attributeOf(caller, name)))) return false
  const roles = listOf(ofIdentity.find((has) => has.name === 'hf.Registrar.Roles')?.value)
  return name !== 'hf.Registrar.DelegateRoles' || isWithin(values, roles)
}

function isWithin(values: readonly string[], all: readonly string[]): boolean {
  const known = all.map((each) => each.toLowerCase())
  return known.includes('*') || values.every((each) => known.includes(each.toLowerCase()))
}

function listOf(text = ''): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}
