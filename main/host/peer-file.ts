import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** How the command line finds a peer that runs already: `<dataDir>/peer.json`, readable by its owner alone. */
export interface PeerFile {
  pid: number
  /** The door's wire, `ws://127.0.0.1:…/wire`. */
  url: string
  /** Bearer token for that wire. */
  token: string
}

/** Write it, whole or not at all. Returns the function that removes it, unless another peer has written its own since. */
export async function writePeerFile(dataDir: string, content: PeerFile): Promise<() => Promise<void>> {
  const file = fileOf(dataDir)
  const draft = `${file}.${process.pid}`
  await writeFile(draft, `${JSON.stringify(content)}\n`, { mode: 0o600 })
  await rename(draft, file)
  return async () => {
    const present = await readPeerFile(dataDir)
    if (present === undefined || present.token === content.token) await rm(file, { force: true })
  }
}

/** The peer that says it runs on this data; undefined where there is none, or it is dead, or the file is not one. */
export async function readPeerFile(dataDir: string): Promise<PeerFile | undefined> {
  let content: unknown
  try {
    content = JSON.parse(await readFile(fileOf(dataDir), 'utf8'))
  } catch {
    // Missing or unreadable is the usual case, a torn one was left by a crash: no peer can be reached either way.
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
    // EPERM: it lives and is another user's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
