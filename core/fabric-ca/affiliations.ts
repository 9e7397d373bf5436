import { CaError, caCode, notAuthorized } from './ca-error.ts'
import { textField, type Caller } from './request.ts'
import type { Registry } from './registry.ts'
import { contains, isTrue } from './rights.ts'

/** An affiliation with those below it, as Fabric CA answers it. */
export interface AffiliationInfo {
  name: string
  affiliations?: AffiliationInfo[]
}

/** Those at or below a place; '' is the root. @throws CaError */
export function readAffiliations(registry: Registry, { identity }: Caller, place: string): AffiliationInfo {
  if (!isTrue(identity, 'hf.AffiliationMgr') || !contains(identity.affiliation, place)) throw notAuthorized()
  if (place !== '' && !registry.affiliations.includes(place)) {
    throw new CaError(404, caCode.get, 'Failed to get Affiliation: sql: no rows in result set')
  }
  return infoOf(place, registry.affiliations)
}

/** Add one, and with `force` those above it. @throws CaError */
export function addAffiliation(
  fields: Record<string, unknown>,
  registry: Registry,
  { identity }: Caller,
  force: boolean,
): AffiliationInfo {
  const name = textField(fields, 'name')
  if (!isTrue(identity, 'hf.AffiliationMgr') || !contains(identity.affiliation, name)) throw notAuthorized()
  if (name === '') throw new CaError(400, caCode.addAffiliation, 'Missing affiliation name')
  if (registry.affiliations.includes(name)) {
    throw new CaError(400, caCode.addAffiliation, `Affiliation '${name}' already exists`)
  }
  const parts = name.split('.')
  const above = parts.slice(1).map((_, i) => parts.slice(0, i + 1).join('.'))
  const missing = above.filter((each) => !registry.affiliations.includes(each))
  if (missing.length > 0 && !force) {
    const reason = "use 'force' option on request to add the parent affiliations"
    throw new CaError(
      400,
      caCode.addAffiliation,
      `Parent affiliation '${missing.at(-1) ?? ''}' does not exist; ${reason}`,
    )
  }
  registry.affiliations.push(...missing, name)
  return { name }
}

function infoOf(name: string, all: readonly string[]): AffiliationInfo {
  const below = all
    .filter((each) => contains(name, each) && each !== name)
    .filter((each) => each.split('.').length === (name === '' ? 1 : name.split('.').length + 1))
    .map((each) => infoOf(each, all))
  return below.length === 0 ? { name } : { name, affiliations: below }
}
