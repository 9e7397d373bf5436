import { keyRules } from '../config/fabric-line.ts'
import { peerConfig, type PeerSettings } from '../config/peer-config.ts'
import type { IdentityApi } from '../contract/identity.ts'
import { makeDataDir } from './data-dir.ts'
import { writeDataFormat } from './data-format.ts'
import { openIdentities, type Identities } from '../msp/dev-ca.ts'
import { identityCommands } from '../msp/identity-commands.ts'

/**
 * The identities of a peer that is not running. Each change writes one folder or file: a peer that starts meanwhile
 * sees all of the change or none.
 * @throws PeerError LEDGER_OPEN, DATA_NEWER, IDENTITY_DAMAGED
 */
export async function offlineIdentities(settings: PeerSettings): Promise<IdentityApi> {
  return identityCommands(await openOffline(settings))
}

/** Throws as `offlineIdentities`. */
export async function openOffline(settings: PeerSettings): Promise<Identities> {
  const config = peerConfig(settings)
  const { dataDir, mspId, organisations } = config
  // Older data is the peer's to migrate, at its next start; identities are the same in both formats.
  const format = await makeDataDir(dataDir)
  if (format === undefined) await writeDataFormat(dataDir)
  return openIdentities(dataDir, mspId, organisations, keyRules(config))
}
