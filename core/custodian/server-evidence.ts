import { open } from 'node:fs/promises'
import path from 'node:path'
import { PeerError } from '../contract/error.ts'
import type { Project } from '../project/project.ts'
import { listSources } from '../watch/content-hash.ts'
import { sourcesOf } from '../watch/sources.ts'

/** Fabric's own name for the address (fabric-samples, fabric-chaincode-docker), and the shim's command for a server. */
const MARK = /CHAINCODE_SERVER_ADDRESS|fabric-chaincode-node\s+server/
const TEXT = /\.(go|js|cjs|mjs|ts|cts|mts|java|kt|py|cs|fs|scala|hs|ml|rs|sh|json|ya?ml|env)$|^Dockerfile$|^\.env$/
const MOST_FILES = 500
const MOST_BYTES = 256 * 1024

/**
 * What a launch that failed means, if the folder holds a chaincode that is itself a server and nobody said so: such a
 * program never connects to a peer. Otherwise the error as it is.
 */
export async function explainServer(project: Project, error: unknown): Promise<unknown> {
  const { code } = PeerError.from(error)
  if (project.server !== undefined || (code !== 'CHAINCODE_EXITED' && code !== 'STARTUP_TIMEOUT')) return error
  const evidence = await serverEvidence(project).catch(() => undefined)
  if (evidence === undefined) return error
  const { details } = error as PeerError<'CHAINCODE_EXITED'>
  return new PeerError('SERVER_UNSET', { ...details, evidence }, { cause: error })
}

/** The file, relative to the folder, that shows that the chaincode is a server; undefined if none does. */
async function serverEvidence(project: Project): Promise<string | undefined> {
  const files = await listSources(await sourcesOf(project))
  // As Fabric's builders for external chaincode take it.
  const connection = files.find((file) => path.posix.basename(file) === 'connection.json')
  if (connection !== undefined) return connection
  for (const file of files.filter((name) => TEXT.test(path.posix.basename(name))).slice(0, MOST_FILES)) {
    if (MARK.test(await beginning(path.join(project.folder, file)))) return file
  }
  return undefined
}

async function beginning(file: string): Promise<string> {
  await using handle = await open(file)
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(MOST_BYTES), 0, MOST_BYTES, 0)
  return buffer.toString('utf8', 0, bytesRead)
}
