/** An error as Fabric CA answers it (fabric-ca lib/caerrors/servererror.go). */
export class CaError extends Error {
  /** Of HTTP. */
  readonly status: number
  /** Fabric CA's own. */
  readonly code: number

  constructor(status: number, code: number, message: string) {
    super(message)
    this.name = 'CaError'
    this.status = status
    this.code = code
  }
}

/** Fabric CA's codes. */
export const caCode = {
  unknown: 0,
  methodNotAllowed: 1,
  noAuthorization: 2,
  readingBody: 3,
  emptyBody: 4,
  badBody: 5,
  revokedCertificateNotFound: 8,
  certificateOfAnother: 9,
  missingRevokeArguments: 15,
  caNotFound: 19,
  authentication: 20,
  badRequest: 31,
  invalidRevokedAfter: 36,
  invalidExpiredAfter: 37,
  addIdentity: 52,
  removeIdentity: 56,
  modifyIdentity: 58,
  addAffiliation: 60,
  get: 63,
  alreadyRevoked: 66,
  authorization: 71,
  passwordAttempts: 73,
  duplicateIdentity: 74,
  commonName: 77,
  maxEnrollments: 82,
} as const

/** All that a client learns, whatever is wrong with how it says who it is. */
export function notAuthenticated(): CaError {
  return new CaError(401, caCode.authentication, 'Authentication failure')
}

/** All that a client learns, whatever it lacks. */
export function notAuthorized(): CaError {
  return new CaError(403, caCode.authorization, 'Authorization failure')
}
