import { resolve } from 'node:path'
import { PeerError } from '../../../core/contract/error.ts'
import type { ExportApi, ExportRequest, ExportResult } from '../../../core/contract/export.ts'
import { withoutUndefined } from '../../../core/contract/without-undefined.ts'
import { readPeerFile } from '../../host/peer-file.ts'
import { say } from '../../host/say.ts'
import { exitCode } from '../terminal/exit-code.ts'
import { print } from '../terminal/print.ts'
import { dataDirOf, type ExportOptions } from './options.ts'

/**
 * `slipway export FOLDER`: write what a client application needs to connect to the peer of this folder, and print the
 * files as one JSON document. A running Slipway writes it with the addresses it has; otherwise with those it wants.
 */
export async function exportFolder(folder: string, options: ExportOptions, signal: AbortSignal): Promise<number> {
  const request = { ...requested(options), ...withoutUndefined({ force: options.force }) }
  const dataDir = dataDirOf(folder, options)
  const file = await readPeerFile(dataDir)
  const peer = file && (await (await import('../../host/remote-peer.ts')).connectPeer(file))
  let written: ExportResult
  if (peer === undefined) {
    written = await (await offline(folder, dataDir)).writeExport(request, signal)
  } else {
    try {
      written = await peer.api.writeExport(request, signal)
    } finally {
      peer.close()
    }
  }
  print(written, options)
  say(`${written.folder}: ${written.files.length} files`)
  if (request.layout === 'test-network' && !written.files.some((path) => path.endsWith('/tls/ca.crt'))) {
    say('The public samples’ applications connect over TLS: write `peer: { tls: true }` into slipway.yaml for them.')
  }
  return exitCode.good
}

async function offline(folder: string, dataDir: string): Promise<ExportApi> {
  const { offlineExport, readProjects } = await import('../../../core/index.ts')
  const { peer, projects } = await readProjects(folder)
  const channels = [...new Set(projects.flatMap((project) => project.channels))]
  return offlineExport({ ...peer, dataDir }, channels)
}

/** @throws PeerError USAGE */
function requested({ out, testNetwork }: ExportOptions): ExportRequest {
  if (out !== undefined && testNetwork === undefined) return { folder: resolve(out), layout: 'application' }
  if (out === undefined && testNetwork !== undefined) return { folder: resolve(testNetwork), layout: 'test-network' }
  throw new PeerError('USAGE', {
    message: 'An export needs a folder to write to: --out DIR, or --test-network DIR, not both.',
  })
}
