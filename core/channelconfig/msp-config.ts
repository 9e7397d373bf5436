import { FabricCryptoConfig, FabricMSPConfig, FabricNodeOUs, FabricOUIdentifier, MSPConfig } from '../protos/config.ts'

/** What a channel's configuration records of an organisation. */
export interface OrganisationMSP {
  mspId: string
  /** Certificates of its CAs, PEM. */
  caCertificates: readonly string[]
  /** The certificate of its TLS CA, PEM; undefined where its nodes don't speak TLS. */
  tlsRoot?: string | undefined
}

/** Recognises its members, with roles as organisational units (Fabric msp/configbuilder.go, getMspConfig, v3.1). */
export function mspConfig({ mspId, caCertificates, tlsRoot }: OrganisationMSP): InstanceType<typeof MSPConfig> {
  const crypto = new FabricCryptoConfig()
  crypto.setSignatureHashFamily('SHA2')
  crypto.setIdentityIdentifierHashFunction('SHA256')
  const units = new FabricNodeOUs()
  units.setEnable(true)
  units.setClientOuIdentifier(unit('client'))
  units.setPeerOuIdentifier(unit('peer'))
  units.setAdminOuIdentifier(unit('admin'))
  units.setOrdererOuIdentifier(unit('orderer'))

  const fabric = new FabricMSPConfig()
  fabric.setName(mspId)
  fabric.setRootCertsList(caCertificates.map((pem) => Buffer.from(pem)))
  fabric.setTlsRootCertsList(tlsRoot === undefined ? [] : [Buffer.from(tlsRoot)])
  fabric.setCryptoConfig(crypto)
  fabric.setFabricNodeOus(units)
  const config = new MSPConfig()
  config.setConfig(fabric.serializeBinary())
  return config
}

function unit(name: string): InstanceType<typeof FabricOUIdentifier> {
  const identifier = new FabricOUIdentifier()
  identifier.setOrganizationalUnitIdentifier(name)
  return identifier
}
