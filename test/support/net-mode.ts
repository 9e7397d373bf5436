import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import type { PeerSettings } from '../../core/config/peer-config.ts'
import { ownLabels } from '../../core/container/docker/labels.ts'
import { peerLabel } from '../../core/container/docker/names.ts'
import { testPeer, type TestPeer } from './peer.ts'
import { onEngine, removePeerImages } from './peer-images.ts'
import { removeFolder } from './temp.ts'

/** Peers of a test file that run chaincode in containers, one after another. */
export interface NetPeers {
  /** A peer without a past. Its images are there from the test before: with its data folder they have its name. */
  peer(settings?: Partial<PeerSettings>): Promise<TestPeer>
  dataDir(): string
  /** Names of the containers of these peers that are on the engine now. */
  containers(): Promise<string[]>
  images(): Promise<string[]>
}

/** To be called once, in a file or a `describe`. All that they made is removed at its end. */
export function netPeers(): NetPeers {
  let folder = ''
  beforeAll(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'slipway-net-')))
  })
  afterAll(async () => {
    await removePeerImages(folder)
    await removeFolder(folder)
  })
  return {
    async peer(settings = {}) {
      await rm(folder, { recursive: true, force: true })
      await mkdir(folder)
      return testPeer({ ...settings, dataDir: folder })
    },
    dataDir: () => folder,
    containers: () => containersOf(folder),
    images: () =>
      onEngine(async (engine) => {
        const images = await engine.listImages(ownLabels(peerLabel(folder)))
        return images.flatMap(({ names, id }) => (names.length === 0 ? [id] : names))
      }),
  }
}

/** Names of the containers that a peer of this data folder has on the engine now. */
export function containersOf(dataDir: string): Promise<string[]> {
  return onEngine(async (engine) => {
    const containers = await engine.listContainers(ownLabels(peerLabel(dataDir)))
    return containers.map(({ name }) => name)
  })
}
