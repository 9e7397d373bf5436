import type { ExportedFile } from '../contract/export.ts'
import { connectionProfile, profileFiles } from './connection-profile.ts'
import type { ExportedNetwork, ExportedOrganisation } from './exported-network.ts'
import { identityMsp, organisationMsp } from './msp-files.ts'
import { coreYaml, peerVariables } from './peer-command.ts'
import { walletFiles } from './wallet.ts'

/**
 * What one application needs, in one folder: `connection-profile.json` and `.yaml`, `wallet/` and `wallet.json`,
 * `msp/<mspId>/` with the organisation's MSP and its users', `tls/`, and `peer.env` with its `config/`.
 * @param folder absolute: the variables name files in it
 */
export function applicationFiles(network: ExportedNetwork, folder: string): ExportedFile[] {
  const { organisations, orderer } = network
  const [local] = organisations
  if (local === undefined) return []
  return [
    // It holds private keys, and usually lies in a project.
    { path: '.gitignore', text: '*\n' },
    ...profileFiles('connection-profile', connectionProfile(network, local.mspId)),
    ...walletFiles(network),
    ...organisations.flatMap(mspFolders),
    ...tlsRoots(network),
    coreYaml('config/core.yaml'),
    ...organisations.map((organisation, i) => {
      const user = `${folder}/msp/${organisation.mspId}/users/${userOfCommand(organisation)}`
      const variables = peerVariables(organisation, orderer, {
        config: `${folder}/config`,
        msp: `${user}/msp`,
        peerTlsRoot: `${folder}/tls/${organisation.mspId}-ca.pem`,
        ordererTlsRoot: `${folder}/tls/${orderer.mspId}-ca.pem`,
        clientTls: network.tls === 'mutual' ? `${user}/tls` : undefined,
      })
      return { path: i === 0 ? 'peer.env' : `peer-${organisation.mspId}.env`, text: variables }
    }),
  ]
}

/** Installing and approving takes an administrator. */
function userOfCommand({ users }: ExportedOrganisation): string {
  return (users.find(({ name }) => name === 'Admin') ?? users[0])?.name ?? ''
}

function mspFolders(organisation: ExportedOrganisation): ExportedFile[] {
  const root = `msp/${organisation.mspId}`
  return [
    ...organisationMsp(`${root}/msp`, organisation),
    ...organisation.users.flatMap((user) => [
      ...identityMsp(`${root}/users/${user.name}/msp`, organisation, user),
      ...(user.tls === undefined
        ? []
        : [
            { path: `${root}/users/${user.name}/tls/client.crt`, text: user.tls.certificate },
            { path: `${root}/users/${user.name}/tls/client.key`, text: user.tls.privateKey, secret: true },
          ]),
    ]),
  ]
}

function tlsRoots({ organisations, orderer }: ExportedNetwork): ExportedFile[] {
  return [...organisations, orderer].flatMap(({ mspId, tlsCaCertificate }) =>
    tlsCaCertificate === undefined ? [] : [{ path: `tls/${mspId}-ca.pem`, text: tlsCaCertificate }],
  )
}
