import { X509Certificate } from 'node:crypto'
import { serialOf } from '../msp/revoked.ts'
import { verifyMessage } from '../msp/signature.ts'
import { CaError, caCode, notAuthenticated } from './ca-error.ts'
import { isSecret, type RegisteredIdentity, type Registry } from './registry.ts'

/** An HTTP request, with its body read to the end. */
export interface CaRequest {
  method: string
  /** Path and query, as sent. */
  url: string
  authorization: string | undefined
  body: Uint8Array
}

/** Who asks. */
export interface Caller {
  id: string
  identity: RegisteredIdentity
}

/** cfg.identities.passwordattempts of fabric-ca-server. */
const PASSWORD_ATTEMPTS = 10

/** The body's fields; each is checked where it is used. @throws CaError */
export function fieldsOf({ body }: Pick<CaRequest, 'body'>): Record<string, unknown> {
  if (body.length === 0) throw new CaError(400, caCode.emptyBody, 'Empty request body')
  const text = Buffer.from(body).toString()
  try {
    const fields: unknown = JSON.parse(text)
    if (typeof fields === 'object' && fields !== null && !Array.isArray(fields))
      return fields as Record<string, unknown>
    throw new Error('it is not an object')
  } catch (error) {
    throw badBody((error as Error).message)
  }
}

/** @throws CaError where it is of another type */
export function textField(fields: Record<string, unknown>, name: string): string {
  const value = fields[name] ?? ''
  if (typeof value === 'string') return value
  throw badBody(`${name} must be a string`)
}

export function badBody(reason: string): CaError {
  return new CaError(400, caCode.badBody, `Invalid request body: ${reason}`)
}

/** Name and secret of an enrolment (HTTP's basic authentication). The attempt is counted. @throws CaError */
export async function bySecret({ authorization }: CaRequest, registry: Registry): Promise<Caller> {
  if (authorization === undefined) throw new CaError(401, caCode.noAuthorization, 'No authorization header')
  const [, encoded] = /^basic\s+(\S+)$/i.exec(authorization) ?? []
  const pair = Buffer.from(encoded ?? '', 'base64').toString()
  const colon = pair.indexOf(':')
  const id = pair.slice(0, Math.max(0, colon))
  const identity = Object.hasOwn(registry.identities, id) ? registry.identities[id] : undefined
  if (identity === undefined) throw notAuthenticated()
  if (identity.failedLogins >= PASSWORD_ATTEMPTS) {
    const message = `Incorrect password entered ${identity.failedLogins} times, max incorrect password limit of ${PASSWORD_ATTEMPTS} reached`
    throw new CaError(401, caCode.passwordAttempts, message)
  }
  if (!(await isSecret(identity.secret, pair.slice(colon + 1)))) {
    identity.failedLogins += 1
    throw notAuthenticated()
  }
  const isUsedUp = identity.maxEnrollments >= 0 && identity.enrollments >= identity.maxEnrollments
  if (identity.revoked || isUsedUp) throw notAuthenticated()
  return { id, identity }
}

export interface TokenCaller extends Caller {
  certificate: X509Certificate
}

/**
 * Who signed the request, by its token: `base64(certificate).base64(signature)`, over method, path, body and certificate,
 * or over body and certificate alone, as clients before 1.4 do (fabric-ca util/util.go, VerifyToken).
 * @param caCertificates of the CA, PEM
 * @throws CaError
 */
export function byToken(request: CaRequest, registry: Registry, caCertificates: readonly string[]): TokenCaller {
  const { authorization } = request
  if (authorization === undefined) throw new CaError(401, caCode.noAuthorization, 'No authorization header')
  const [encoded = '', signature, ...more] = authorization.split('.')
  if (signature === undefined || more.length > 0) throw notAuthenticated()
  const certificate = certificateIn(encoded)
  if (certificate === undefined) throw notAuthenticated()
  const base64 = (bytes: Uint8Array | string) => Buffer.from(bytes).toString('base64')
  const old = `${base64(request.body)}.${encoded}`
  const signed = [`${request.method}.${base64(request.url)}.${old}`, old]
  const isSigned = signed.some((text) =>
    verifyMessage(Buffer.from(text), Buffer.from(signature, 'base64'), certificate.publicKey),
  )
  const isOurs = caCertificates.some((pem) => certificate.verify(new X509Certificate(pem).publicKey))
  const now = Date.now()
  const isInTime = Date.parse(certificate.validFrom) <= now && now <= Date.parse(certificate.validTo)
  const issued = registry.certificates.find(({ serial }) => serial === serialOf(certificate))
  if (!isSigned || !isOurs || !isInTime || issued === undefined || issued.revoked !== undefined)
    throw notAuthenticated()
  const identity = Object.hasOwn(registry.identities, issued.id) ? registry.identities[issued.id] : undefined
  if (identity === undefined) throw notAuthenticated()
  return { id: issued.id, identity, certificate }
}

function certificateIn(encoded: string): X509Certificate | undefined {
  try {
    return new X509Certificate(Buffer.from(encoded, 'base64'))
  } catch {
    // A client learns no more than that it isn't accepted.
    return undefined
  }
}
