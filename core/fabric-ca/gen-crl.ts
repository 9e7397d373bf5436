import type { KeyPair } from '../msp/make-certificates.ts'
import { keyIdOf, makeCRL } from '../msp/make-crl.ts'
import { CaError, caCode, notAuthorized } from './ca-error.ts'
import type { Registry } from './registry.ts'
import { badBody, textField, type TokenCaller } from './request.ts'
import { isTrue } from './rights.ts'

/**
 * The revoked certificates of a CA, as a list that it signs, between the times that the request names (fabric-ca
 * lib/servergencrl.go). Returns PEM, base64.
 * @throws CaError
 */
export async function genCRL(
  fields: Record<string, unknown>,
  registry: Registry,
  caller: TokenCaller,
  ca: KeyPair,
): Promise<string> {
  if (!isTrue(caller.identity, 'hf.GenCRL')) throw notAuthorized()
  const revoked = period(fields, ['revokedafter', 'revokedbefore'], caCode.invalidRevokedAfter)
  const expires = period(fields, ['expireafter', 'expirebefore'], caCode.invalidExpiredAfter)
  return crlOf(registry, ca, (certificate) => revoked(certificate.at) && expires(certificate.notAfter))
}

/** All that this CA has issued and revoked, by default; the one for TLS has issued others. */
export async function crlOf(
  { certificates }: Registry,
  ca: KeyPair,
  isListed: (certificate: { at: string; notAfter: string }) => boolean = () => true,
): Promise<string> {
  const aki = await keyIdOf(ca.certificate)
  const listed = certificates.flatMap((each) => {
    if (each.revoked === undefined || each.aki !== aki) return []
    const { at } = each.revoked
    return isListed({ at, notAfter: each.notAfter }) ? [{ serial: each.serial, at: new Date(at) }] : []
  })
  return Buffer.from(await makeCRL(ca, listed)).toString('base64')
}

/** Go's clients send the year 1 for a time that isn't given. */
function period(
  fields: Record<string, unknown>,
  [after, before]: [string, string],
  code: number,
): (time: string) => boolean {
  const [from, to] = [timeIn(fields, after), timeIn(fields, before)]
  if (from !== undefined && to !== undefined && from > to) {
    const message = `Invalid '${after}' value. It must not be a timestamp greater than '${before}'`
    throw new CaError(400, code, message)
  }
  return (text) => {
    const time = Date.parse(text)
    return (from === undefined || time > from) && (to === undefined || time < to)
  }
}

function timeIn(fields: Record<string, unknown>, name: string): number | undefined {
  const text = textField(fields, name)
  if (text === '' || text.startsWith('0001-')) return undefined
  const time = Date.parse(text)
  if (Number.isNaN(time)) throw badBody(`parsing time "${text}": cannot parse`)
  return time
}
