import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** How the command line finds a running peer: `<dataDir>/peer.json`, readable only by its owner. */
export interface PeerFile {
  pid: number
  /** The door's wire, `ws://127.0.0.1:…/wire`. */
  url: string
  /** Bearer token for that wire. */
  token: string
}

/** Write it atomically. Returns the function that removes it, unless another peer has overwritten it. */
export async function writePeerFile(dataDir: string, content: PeerFile): Promise<() => Promise<void>> {
  const file = fileOf(dataDir)
  const draft = `${file}.${process.pid}`
  await writeFile(draft, `${JSON.stringify(content)}\n`, { mode: 0o600 })
  await rename(draft, file)
  return async () => {
    const current = await readPeerFile(dataDir)
    if (current === undefined || current.token === content.token) await rm(file, { force: true })
  }
}

/** The peer that runs on this data; undefined if the file is missing or damaged, or its process is dead. */
export async function readPeerFile(dataDir: string): Promise<PeerFile | undefined> {
  let content: unknown
  try {
    content = JSON.parse(await readFile(fileOf(dataDir), 'utf8'))
  } catch {
    // Usually missing, or half written by a process that crashed: no peer can be reached either way.
    return undefined
  }
  return isPeerFile(content) && isAlive(content.pid) ? content : undefined
}

function fileOf(dataDir: string): string {
  return join(dataDir, 'peer.json')
}

function isPeerFile(content: unknown): content is PeerFile {
  if (typeof content !== 'object' || content === null) return false
  const { pid, url, token } = content as Partial<Record<keyof PeerFile, unknown>>
  return (
    Number.isInteger(pid) &&
    typeof token === 'string' &&
    typeof url === 'string' &&
    /^ws:\/\/127\.0\.0\.1:\d+\/wire$/.test(url)
  )
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: it is alive and belongs to another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
