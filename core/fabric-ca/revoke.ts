import { serialOf } from '../msp/revoked.ts'
import { CaError, caCode, notAuthorized } from './ca-error.ts'
import { textField, type TokenCaller } from './request.ts'
import { findIdentity, type IssuedCertificate, type Registry } from './registry.ts'
import { isTrue, mustManage } from './rights.ts'

/**
 * Revoke an identity with all its certificates, or one certificate (fabric-ca lib/serverrevoke.go). Returns what has to be
 * refused from now on.
 * @throws CaError
 */
export function revoke(fields: Record<string, unknown>, registry: Registry, caller: TokenCaller): IssuedCertificate[] {
  const id = textField(fields, 'id')
  const [serial, aki] = [plain(textField(fields, 'serial')), plain(textField(fields, 'aki'))]
  const reason = textField(fields, 'reason') || 'unspecified'
  if (serial !== '' && aki !== '') return [revokeCertificate({ id, serial, aki, reason }, registry, caller)]
  if (id === '') {
    const message = 'Either Name or Serial and AKI are required for a revoke request'
    throw new CaError(400, caCode.missingRevokeArguments, message)
  }
  mustBeRevoker(caller, id)
  const identity = findIdentity(registry, id)
  if (id !== caller.id) mustManage(caller.identity, identity)
  identity.revoked = true
  const certificates = registry.certificates.filter((each) => each.id === id && each.revoked === undefined)
  return certificates.map((certificate) => marked(certificate, reason))
}

function revokeCertificate(
  { id, serial, aki, reason }: { id: string; serial: string; aki: string; reason: string },
  registry: Registry,
  caller: TokenCaller,
): IssuedCertificate {
  const which = `Certificate with serial ${serial} and AKI ${aki}`
  const certificate = registry.certificates.find((each) => each.serial === serial && each.aki === aki)
  if (certificate === undefined) {
    throw new CaError(404, caCode.revokedCertificateNotFound, `${which} was not found: sql: no rows in result set`)
  }
  mustBeRevoker(caller, certificate.id)
  if (certificate.revoked !== undefined) {
    throw new CaError(404, caCode.alreadyRevoked, `${which} was already revoked`)
  }
  if (id !== '' && id !== certificate.id) {
    throw new CaError(400, caCode.certificateOfAnother, `${which} is not owned by ${id}`)
  }
  if (serial !== serialOf(caller.certificate)) mustManage(caller.identity, findIdentity(registry, certificate.id))
  return marked(certificate, reason)
}

/** One may revoke oneself. */
function mustBeRevoker({ id, identity }: TokenCaller, ofId: string): void {
  if (id !== ofId && !isTrue(identity, 'hf.Revoker')) throw notAuthorized()
}

function marked(certificate: IssuedCertificate, reason: string): IssuedCertificate {
  certificate.revoked = { at: new Date().toISOString(), reason }
  return certificate
}

/** As clients write it: `0A:1B…`. */
function plain(hex: string): string {
  return hex.toLowerCase().replaceAll(':', '').replace(/^0+/, '')
}
