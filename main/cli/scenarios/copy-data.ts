import { connectPeer } from '../../host/remote-peer.ts'
import { readPeerFile } from '../../host/peer-file.ts'

/**
 * Copy the data of a folder to an empty one: by the peer that runs on it, which alone may read its ledger, or else from
 * the disk. If there is none yet, the copy is empty too.
 * @throws PeerError DATA_COPY, DATA_NEWER, LEDGER_LOCKED, LEDGER_OPEN, LEDGER_READ
 */
export async function copyData(dataDir: string, to: string): Promise<void> {
  const file = await readPeerFile(dataDir)
  const running = file && (await connectPeer(file))
  if (running === undefined) {
    const { offlineCopy } = await import('../../../core/index.ts')
    await offlineCopy(dataDir, to)
    return
  }
  try {
    await running.api.copyData({ folder: to })
  } finally {
    running.close()
  }
}
