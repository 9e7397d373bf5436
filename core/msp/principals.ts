import { CombinedPrincipal, MSPIdentityAnonymity, MSPPrincipal, MSPRole, OrganizationUnit } from '../protos/policies.ts'
import { SerializedIdentity } from '../protos/index.ts'
import { parseCertificate } from './certificate.ts'
import type { Identity } from './identity.ts'

const ROLE_OUS: Record<number, string> = {
  [MSPRole.MSPRoleType.CLIENT]: 'client',
  [MSPRole.MSPRoleType.PEER]: 'peer',
  [MSPRole.MSPRoleType.ADMIN]: 'admin',
  [MSPRole.MSPRoleType.ORDERER]: 'orderer',
}

/**
 * Whether an identity satisfies a principal, with NodeOUs (Fabric msp/mspimpl.go, SatisfiesPrincipal, v2.5). Nobody
 * satisfies a malformed one.
 */
export function satisfies(identity: Identity, principal: MSPPrincipal): boolean {
  const { Classification } = MSPPrincipal
  const bytes = principal.getPrincipal_asU8()
  try {
    switch (principal.getPrincipalClassification()) {
      case Classification.ROLE:
        return hasRole(identity, MSPRole.deserializeBinary(bytes))
      case Classification.ORGANIZATION_UNIT:
        return isInUnit(identity, OrganizationUnit.deserializeBinary(bytes))
      case Classification.IDENTITY:
        return isSame(identity, bytes)
      case Classification.COMBINED: {
        const principals = CombinedPrincipal.deserializeBinary(bytes).getPrincipalsList()
        return principals.length > 0 && principals.every((part) => satisfies(identity, part))
      }
      case Classification.ANONYMITY: {
        const { NOMINAL } = MSPIdentityAnonymity.MSPIdentityAnonymityType
        return MSPIdentityAnonymity.deserializeBinary(bytes).getAnonymityType() === NOMINAL
      }
      default:
        return false
    }
  } catch {
    // The bytes aren't a message of that type: Fabric returns an error, which a policy takes for "no".
    return false
  }
}

function hasRole(identity: Identity, role: InstanceType<typeof MSPRole>): boolean {
  if (role.getMspIdentifier() !== identity.mspId || identity.problem !== undefined) return false
  const wanted = role.getRole()
  if (wanted === MSPRole.MSPRoleType.MEMBER) return true
  const unit = ROLE_OUS[wanted]
  return unit !== undefined && identity.certificate.organizationalUnits.includes(unit)
}

function isInUnit(identity: Identity, unit: InstanceType<typeof OrganizationUnit>): boolean {
  if (unit.getMspIdentifier() !== identity.mspId || identity.problem !== undefined) return false
  return (
    identity.certificate.organizationalUnits.includes(unit.getOrganizationalUnitIdentifier()) &&
    Buffer.from(unit.getCertifiersIdentifier_asU8()).equals(identity.certifiersIdentifier)
  )
}

function isSame(identity: Identity, serialized: Uint8Array): boolean {
  const message = SerializedIdentity.deserializeBinary(serialized)
  if (message.getMspid() !== identity.mspId || identity.problem !== undefined) return false
  const { raw } = parseCertificate(Buffer.from(message.getIdBytes_asU8())).x509
  return raw.equals(identity.certificate.x509.raw)
}
