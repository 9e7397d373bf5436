import type { ExportedFile } from '../contract/export.ts'
import { profileFiles, testNetworkProfile } from './connection-profile.ts'
import {
  namesOf,
  ORDERER_DOMAIN,
  ORDERER_NAME,
  type ExportedNetwork,
  type ExportedNode,
  type ExportedOrderer,
  type ExportedOrganisation,
  type Pem,
} from './exported-network.ts'
import { identityMsp, organisationMsp, type MspOrganisation } from './msp-files.ts'

/**
 * The folder `organizations` as the public test network makes it with cryptogen (fabric-samples, test-network), so that
 * applications find their files by the paths and names written in them. Private keys of CAs are not in it.
 */
export function testNetworkFiles({ organisations, orderer }: ExportedNetwork): ExportedFile[] {
  return [...organisations.flatMap(peerOrganisation), ...ordererOrganisation(orderer)].map((file) => ({
    ...file,
    path: `organizations/${file.path}`,
  }))
}

function peerOrganisation(organisation: ExportedOrganisation): ExportedFile[] {
  const { mspId, peer, users, tlsCaCertificate } = organisation
  const { name, domain, peer: peerName } = namesOf(mspId)
  const root = `peerOrganizations/${domain}`
  return [
    ...ofOrganisation(root, domain, organisation),
    ...node(`${root}/peers/${peerName}`, mspOf(organisation, domain), peerName, peer, tlsCaCertificate),
    ...users.flatMap((user) => {
      const id = `${user.name}@${domain}`
      const folder = `${root}/users/${id}`
      const files = identityMsp(`${folder}/msp`, mspOf(organisation, domain), user, `${id}-cert.pem`)
      return [...files, ...tlsFiles(`${folder}/tls`, 'client', user.tls, tlsCaCertificate)]
    }),
    ...profileFiles(`${root}/connection-${name.toLowerCase()}`, testNetworkProfile(organisation)),
  ]
}

function ordererOrganisation(orderer: ExportedOrderer): ExportedFile[] {
  const root = `ordererOrganizations/${ORDERER_DOMAIN}`
  const msp = mspOf(orderer, ORDERER_DOMAIN)
  const folder = `${root}/orderers/${ORDERER_NAME}`
  return [
    ...ofOrganisation(root, ORDERER_DOMAIN, orderer),
    ...node(folder, msp, ORDERER_NAME, orderer, orderer.tlsCaCertificate),
  ]
}

type Organisation = Pick<ExportedOrganisation, 'caCertificates' | 'tlsCaCertificate'>

function mspOf({ caCertificates, tlsCaCertificate }: Organisation, domain: string): MspOrganisation {
  return { caCertificates, tlsCaCertificate, caFile: `ca.${domain}-cert.pem` }
}

function ofOrganisation(root: string, domain: string, organisation: Organisation): ExportedFile[] {
  const { caCertificates, tlsCaCertificate } = organisation
  return [
    { path: `${root}/ca/ca.${domain}-cert.pem`, text: caCertificates[0] ?? '' },
    ...organisationMsp(`${root}/msp`, mspOf(organisation, domain)),
    ...(tlsCaCertificate === undefined
      ? []
      : [{ path: `${root}/tlsca/tlsca.${domain}-cert.pem`, text: tlsCaCertificate }]),
  ]
}

function node(
  folder: string,
  msp: MspOrganisation,
  name: string,
  { identity, tls }: ExportedNode,
  tlsCa: string | undefined,
): ExportedFile[] {
  return [
    ...identityMsp(`${folder}/msp`, msp, identity, `${name}-cert.pem`),
    ...tlsFiles(`${folder}/tls`, 'server', tls, tlsCa),
  ]
}

/** `ca.crt` alone is enough for a client; the pair is only there where one was made. */
function tlsFiles(
  folder: string,
  side: 'server' | 'client',
  pair: Pem | undefined,
  ca: string | undefined,
): ExportedFile[] {
  return [
    ...(ca === undefined ? [] : [{ path: `${folder}/ca.crt`, text: ca }]),
    ...(pair === undefined
      ? []
      : [
          { path: `${folder}/${side}.crt`, text: pair.certificate },
          { path: `${folder}/${side}.key`, text: pair.privateKey, secret: true },
        ]),
  ]
}
