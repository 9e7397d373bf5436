import { CaError, caCode, notAuthorized } from './ca-error.ts'
import { badBody, textField, type Caller } from './request.ts'
import { maxEnrollments, newIdentity, randomSecret, type Attribute, type Registry } from './registry.ts'
import { mayGive, mustManage } from './rights.ts'

/** Register an identity; returns its secret (fabric-ca lib/serverregister.go). @throws CaError */
export async function register(
  fields: Record<string, unknown>,
  registry: Registry,
  { identity: registrar }: Caller,
): Promise<{ id: string; secret: string }> {
  const id = textField(fields, 'id')
  const type = textField(fields, 'type') || registrar.type
  const affiliation = affiliationOf(textField(fields, 'affiliation'), registrar.affiliation)
  const attrs = attributesIn(fields['attrs'])
  mustManage(registrar, { type, affiliation })
  if (affiliation !== '' && !registry.affiliations.includes(affiliation)) throw notAuthorized()
  if (!mayGive(registrar, attrs)) throw notAuthorized()
  if (id === '') throw new CaError(400, caCode.addIdentity, "Missing 'ID' in request to add a new identity")
  const most = maxEnrollments(numberField(fields, 'max_enrollments'))
  if (Object.hasOwn(registry.identities, id)) {
    throw new CaError(409, caCode.duplicateIdentity, `Identity '${id}' is already registered`)
  }
  const secret = textField(fields, 'secret') || randomSecret()
  const identity = await newIdentity(id, { type, affiliation, attrs, maxEnrollments: most, secret })
  // Whatever the id is called, it becomes a property of its own.
  Object.defineProperty(registry.identities, id, {
    value: identity,
    enumerable: true,
    writable: true,
    configurable: true,
  })
  return { id, secret }
}

/** Without one it is the registrar's; `.` names the root. */
function affiliationOf(requested: string, own: string): string {
  if (requested === '') return own
  return requested === '.' ? '' : requested
}

/** @throws CaError */
export function attributesIn(value: unknown): Attribute[] {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) throw badBody('attrs must be a list')
  return value.map((each: unknown) => {
    const { name, value: text = '', ecert } = (each ?? {}) as { name?: unknown; value?: unknown; ecert?: unknown }
    if (typeof name !== 'string' || typeof text !== 'string') throw badBody('an attribute has a name and a value')
    return { name, value: text, ...(ecert === true && { ecert }) }
  })
}

/** @throws CaError */
export function numberField(fields: Record<string, unknown>, name: string): number | undefined {
  const value = fields[name]
  if (value === undefined || value === null) return undefined
  if (typeof value === 'number') return value
  throw badBody(`${name} must be a number`)
}
