import { X509Certificate } from 'node:crypto'
import { element, elements, oid } from './der.ts'

/** A relative distinguished name: usually one value, several if they were joined with `+`. */
export type RelativeName = { oid: string; value: string }[]

/** The parts of an X.509 certificate that Fabric reads. */
export interface Certificate {
  readonly x509: X509Certificate
  /** In the encoded order. */
  readonly subject: RelativeName[]
  readonly issuer: RelativeName[]
  /** The subject's. */
  readonly organizationalUnits: string[]
  /** Fabric CA's, for access control by chaincode (ABAC). */
  readonly attributes: Record<string, string>
  /** Milliseconds since the epoch. */
  readonly notBefore: number
  readonly notAfter: number
}

/** Where Fabric CA puts an identity's attributes, as JSON (fabric-ca lib/attrmgr, fabric-chaincode-go pkg/attrmgr). */
export const ATTRIBUTES_OID = '1.2.3.4.5.6.7.8.1'
export const OU = '2.5.4.11'

const EXPLICIT_0 = 0xa0
const EXPLICIT_3 = 0xa3
const BMP_STRING = 0x1e

/** @throws Error unless it is a certificate in PEM */
export function parseCertificate(pem: string | Buffer): Certificate {
  const x509 = new X509Certificate(pem)
  const [tbs] = elements(element(x509.raw).content)
  if (tbs === undefined) throw new Error('it is not a certificate')
  const fields = elements(tbs.content)
  if (fields[0]?.tag === EXPLICIT_0) fields.shift()
  // serialNumber, signature, issuer, validity, subject
  const issuer = nameOf(fields[2]?.content)
  const subject = nameOf(fields[4]?.content)
  const extensions = fields.find(({ tag }) => tag === EXPLICIT_3)
  return {
    x509,
    subject,
    issuer,
    organizationalUnits: subject.flat().flatMap((name) => (name.oid === OU ? [name.value] : [])),
    attributes: extensions === undefined ? {} : attributesOf(extensions.content),
    notBefore: Date.parse(x509.validFrom),
    notAfter: Date.parse(x509.validTo),
  }
}

function nameOf(content: Buffer | undefined): RelativeName[] {
  return elements(content ?? Buffer.of()).map((set) =>
    elements(set.content).map((pair) => {
      const [type, value] = elements(pair.content)
      if (type === undefined || value === undefined) throw new Error('a name in it is malformed')
      return { oid: oid(type.content), value: textOf(value.tag, value.content) }
    }),
  )
}

function textOf(tag: number, content: Buffer): string {
  if (tag !== BMP_STRING) return content.toString('utf8')
  return Buffer.from(content).swap16().toString('utf16le')
}

function attributesOf(content: Buffer): Record<string, string> {
  for (const extension of elements(element(content).content)) {
    const parts = elements(extension.content)
    const value = parts.at(-1)
    if (parts[0] === undefined || value === undefined || oid(parts[0].content) !== ATTRIBUTES_OID) continue
    return readAttributes(value.content.toString('utf8'))
  }
  return {}
}

function readAttributes(text: string): Record<string, string> {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    // A chaincode's library refuses such a certificate; here it is shown without attributes.
    return {}
  }
  const attrs = isObject(json) && isObject(json.attrs) ? json.attrs : {}
  return Object.fromEntries(
    Object.entries(attrs).filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
  )
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
