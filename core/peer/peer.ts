import { peerConfig, type PeerSettings } from '../config/peer-config.ts'
import { PeerError } from '../contract/error.ts'
import { now } from '../facts/clock.ts'
import { startApi } from './api.ts'
import { startChaincodeSide } from './chaincode-side.ts'
import { openChannels } from './channels.ts'
import { serveAuthorities } from './certificate-authorities.ts'
import { serveClients } from './client-services.ts'
import { startClientSide } from './client-side.ts'
import { Disposers } from './disposers.ts'
import { followExports, openExportRecords } from './export-records.ts'
import type { Peer } from './handle.ts'
import { openStorage } from './storage.ts'

/**
 * Start a peer in stages, each made of what the ones before it returned: storage, channels, the chaincode's side, the
 * client's side with its services, api. Whatever a stage starts is deferred on one stack, which is undone in reverse: when the peer
 * is closed, or when a later part cannot be started.
 * @throws PeerError LEDGER_LOCKED, LEDGER_OPEN, DATA_NEWER, DATA_MIGRATION, IDENTITY_DAMAGED, PORT_UNAVAILABLE
 */
export async function startPeer(settings: PeerSettings): Promise<Peer> {
  const config = peerConfig(settings)
  const disposers = new Disposers()
  const close = () => disposers.dispose()
  try {
    const storage = await openStorage(config, disposers)
    const channels = await openChannels(config, storage, disposers)
    const chaincodeSide = await startChaincodeSide(config, storage, channels, disposers)
    const clientSide = startClientSide(config, storage, channels, chaincodeSide)
    await serveClients(config, storage, channels, { chaincodeSide, clientSide }, disposers)
    await serveAuthorities(config, storage, disposers)
    const exports = await openExportRecords(config.dataDir)
    followExports(exports, storage, disposers)
    const api = startApi(config, { storage, channels, chaincodeSide, clientSide, exports }, disposers)
    return {
      api,
      open: (folder) => chaincodeSide.open(folder),
      reread: (names) => chaincodeSide.custodians.reread(names),
      note: (text) => void storage.logs.append({ at: now(), source: 'peer', text }),
      endorser: clientSide.endorser,
      broadcast: clientSide.broadcast,
      subscribe: (listener) => storage.facts.subscribe(listener),
      close,
      [Symbol.asyncDispose]: close,
    }
  } catch (error) {
    // The first error counts, whatever becomes of the rest.
    await close().catch(() => undefined)
    throw PeerError.from(error)
  }
}
