import { randomBytes, randomInt, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { CaError, caCode } from './ca-error.ts'

/** What a Fabric CA knows: plain data, kept as JSON. */
export interface Registry {
  /** By enrolment id. */
  identities: Record<string, RegisteredIdentity>
  certificates: IssuedCertificate[]
  /** `org1.department1`; each comes with those above it. */
  affiliations: string[]
}

export interface Attribute {
  name: string
  value: string
  /** Whether it goes into certificates that ask for none in particular. */
  ecert?: boolean
}

export interface RegisteredIdentity {
  type: string
  affiliation: string
  attrs: Attribute[]
  /** -1: any number. */
  maxEnrollments: number
  enrollments: number
  failedLogins: number
  revoked: boolean
  secret: HashedSecret
}

interface HashedSecret {
  salt: string
  hash: string
}

export interface IssuedCertificate {
  /** Hex, in lower case, without leading zeros. */
  serial: string
  aki: string
  /** Enrolment id. */
  id: string
  notAfter: string
  revoked?: { at: string; reason: string }
}

const hashed = promisify<string, Buffer, number, Buffer>(scrypt)
const HASH_BYTES = 32

const AFFILIATIONS = ['org1', 'org1.department1', 'org1.department2', 'org2', 'org2.department1']

/**
 * As fabric-ca-server bootstraps itself: `admin` with the secret `adminpw`, and the affiliations of its sample file.
 * @param affiliation one more, with a department
 */
export async function newRegistry(affiliation: string): Promise<Registry> {
  const registry: Registry = {
    identities: {},
    certificates: [],
    affiliations: [...new Set([...AFFILIATIONS, affiliation, `${affiliation}.department1`])],
  }
  const all = ['hf.AffiliationMgr', 'hf.GenCRL', 'hf.IntermediateCA', 'hf.Revoker'].map((name) => ({
    name,
    value: 'true',
  }))
  const any = ['hf.Registrar.Attributes', 'hf.Registrar.DelegateRoles', 'hf.Registrar.Roles']
  registry.identities['admin'] = await newIdentity('admin', {
    type: 'client',
    affiliation: '',
    attrs: [...all, ...any.map((name) => ({ name, value: '*' }))],
    maxEnrollments: -1,
    secret: 'adminpw',
  })
  return registry
}

export interface IdentityRequest {
  type: string
  affiliation: string
  attrs: Attribute[]
  maxEnrollments: number
  secret: string
}

/** With the attributes that say who it is, which every certificate has (lib/serverregister.go, registerUserID). */
export async function newIdentity(id: string, request: IdentityRequest): Promise<RegisteredIdentity> {
  const { type, affiliation, attrs, maxEnrollments, secret } = request
  return {
    type,
    affiliation,
    attrs: [...attrs, ...ownAttributes(id, type, affiliation)],
    maxEnrollments,
    enrollments: 0,
    failedLogins: 0,
    revoked: false,
    secret: await hashSecret(secret),
  }
}

export function ownAttributes(id: string, type: string, affiliation: string): Attribute[] {
  const values = { 'hf.EnrollmentID': id, 'hf.Type': type, 'hf.Affiliation': affiliation }
  return Object.entries(values).map(([name, value]) => ({ name, value, ecert: true }))
}

export async function hashSecret(secret: string): Promise<HashedSecret> {
  const salt = randomBytes(16)
  return { salt: salt.toString('base64'), hash: (await hashed(secret, salt, HASH_BYTES)).toString('base64') }
}

export async function isSecret({ salt, hash }: HashedSecret, secret: string): Promise<boolean> {
  return timingSafeEqual(await hashed(secret, Buffer.from(salt, 'base64'), HASH_BYTES), Buffer.from(hash, 'base64'))
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** One that a registration leaves to the CA. */
export function randomSecret(): string {
  return Array.from({ length: 12 }, () => LETTERS[randomInt(LETTERS.length)]).join('')
}

/** @throws CaError as Fabric CA's database says it */
export function findIdentity({ identities }: Registry, id: string): RegisteredIdentity {
  const identity = Object.hasOwn(identities, id) ? identities[id] : undefined
  if (identity !== undefined) return identity
  throw new CaError(404, caCode.get, 'Failed to get User: sql: no rows in result set')
}

export function attributeOf({ attrs }: Pick<RegisteredIdentity, 'attrs'>, name: string): string | undefined {
  return attrs.find((attribute) => attribute.name === name)?.value
}

/** The number of enrolments that a registration may ask for (lib/util.go, getMaxEnrollments). */
export function maxEnrollments(wanted: number | undefined): number {
  if (wanted === undefined || wanted === 0) return -1
  if (Number.isInteger(wanted) && wanted >= -1) return wanted
  throw new CaError(400, caCode.maxEnrollments, `Invalid max enrollment value specified '${wanted}'`)
}
