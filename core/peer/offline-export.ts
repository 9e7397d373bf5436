import { peerConfig, type PeerSettings } from '../config/peer-config.ts'
import type { ExportApi } from '../contract/export.ts'
import { identityCommands } from '../msp/identity-commands.ts'
import { authoritiesWanted } from './certificate-authorities.ts'
import { addressOf } from './client-services.ts'
import { tlsMode } from './client-tls.ts'
import { exportApi } from './export-api.ts'
import { openExportRecords } from './export-records.ts'
import { openOffline } from './offline-identities.ts'

/**
 * Files for client applications of a peer that is not running; they name the addresses that it wants.
 * @throws PeerError LEDGER_OPEN, DATA_NEWER, IDENTITY_DAMAGED
 */
export async function offlineExport(settings: PeerSettings, channels: readonly string[]): Promise<ExportApi> {
  const config = peerConfig(settings)
  const { listenAddress = '127.0.0.1:7051', ordererListenAddress } = config
  const identities = await openOffline(settings)
  const records = await openExportRecords(config.dataDir)
  return exportApi({
    identities,
    commands: identityCommands(identities),
    channels: () => [...channels],
    authorities: () => authoritiesWanted(config, identities.organisations()),
    services: () => {
      const places = identities
        .organisations()
        .map((mspId, i): [string, string] => [mspId, addressOf(listenAddress, i)])
      const wanted = { peers: Object.fromEntries(places), orderer: ordererListenAddress }
      return { ...wanted, wanted, tls: tlsMode(config) }
    },
    records,
  })
}
