import type { ClientIds } from '../contract/identity.ts'
import { OU, type Certificate, type RelativeName } from './certificate.ts'

const NAMES: Record<string, string> = {
  '2.5.4.3': 'CN',
  '2.5.4.5': 'SERIALNUMBER',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.9': 'STREET',
  '2.5.4.10': 'O',
  [OU]: 'OU',
  '2.5.4.17': 'POSTALCODE',
}

/** The order in which Go writes a name (crypto/x509/pkix, Name.ToRDNSequence), reversed as by its shim. */
const GO_ORDER = ['SERIALNUMBER', 'CN', 'OU', 'O', 'POSTALCODE', 'STREET', 'L', 'ST', 'C']

/**
 * What chaincode gets from `GetID` or `getID()` of its client identity library for this certificate, which differs by
 * language (fabric-chaincode-go v2.3 pkg/cid, fabric-shim 2.5 lib/chaincode.js, fabric-chaincode-shim 2.5
 * ClientIdentity.java).
 */
export function clientIds({ subject, issuer }: Pick<Certificate, 'subject' | 'issuer'>): ClientIds {
  const go = `x509::${goName(subject)}::${goName(issuer)}`
  return {
    golang: Buffer.from(go).toString('base64'),
    node: `x509::${nodeName(subject)}::${nodeName(issuer)}`,
    java: `x509::${javaName(subject)}::${javaName(issuer)}`,
  }
}

/** Values of the same type form one element, joined with `+`. */
function goName(name: RelativeName[]): string {
  const values = name.flat()
  return GO_ORDER.flatMap((type) => {
    const ofType = values.filter(({ oid }) => NAMES[oid] === type).map(({ value }) => value)
    // Go keeps only the last common name and serial number.
    const kept = type === 'CN' || type === 'SERIALNUMBER' ? ofType.slice(-1) : ofType
    return kept.length === 0 ? [] : [kept.map((value) => `${type}=${escaped(value)}`).join('+')]
  }).join(',')
}

function nodeName(name: RelativeName[]): string {
  return name
    .flat()
    .map(({ oid, value }) => `/${NAMES[oid] ?? oid}=${value.replace('/', '\\/')}`)
    .join('')
}

function javaName(name: RelativeName[]): string {
  return name
    .toReversed()
    .map((set) => set.map(({ oid, value }) => `${NAMES[oid] ?? `OID.${oid}`}=${quoted(value)}`).join(' + '))
    .join(', ')
}

/** RFC 2253. */
function escaped(value: string): string {
  return value.replace(/[,+"\\<>;]|^[ #]| $/g, (sign) => `\\${sign}`)
}

/** RFC 1779, as in names printed by java.security. */
function quoted(value: string): string {
  if (!/[,+=\n<>#;\\"]|^ | $/.test(value)) return value
  return `"${value.replace(/[\\"]/g, (sign) => `\\${sign}`)}"`
}
