import { lstat, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** What the next start of a browser door needs so that open windows find it again. */
export interface DoorFile {
  port: number
  /** Made by `newSecret`; whoever has it can open a session, on this machine. */
  secret: string
}

/**
 * `<dataDir>/door.json`. Undefined if it is missing or damaged, or if anybody else could have read or written it: then
 * its secret is worth nothing.
 */
export async function readDoorFile(dataDir: string): Promise<DoorFile | undefined> {
  const file = fileOf(dataDir)
  try {
    if (!isOursAlone(await lstat(file))) return undefined
    const content: unknown = JSON.parse(await readFile(file, 'utf8'))
    return isDoorFile(content) ? content : undefined
  } catch {
    return undefined
  }
}

/** Write it whole, readable only by its owner. Doesn't create the folder; false if it couldn't be written. */
export async function writeDoorFile(dataDir: string, content: DoorFile): Promise<boolean> {
  const file = fileOf(dataDir)
  const draft = `${file}.${process.pid}`
  try {
    // `wx` never follows a link that somebody put there.
    await rm(draft, { force: true })
    await writeFile(draft, `${JSON.stringify(content)}\n`, { mode: 0o600, flag: 'wx' })
    await rename(draft, file)
    return true
  } catch {
    // No folder yet, or a read-only one: windows need a new address after a restart.
    await rm(draft, { force: true }).catch(() => undefined)
    return false
  }
}

function fileOf(dataDir: string): string {
  return join(dataDir, 'door.json')
}

const OTHERS = 0o077

/** On Windows, a file in its owner's folder has no mode to check. */
function isOursAlone(found: { isFile(): boolean; mode: number; uid: number }): boolean {
  if (!found.isFile()) return false
  const uid = process.getuid?.()
  return uid === undefined || (found.uid === uid && (found.mode & OTHERS) === 0)
}

/** As `newSecret` makes them: 256 bits. */
const SECRET = /^[\w-]{43}$/

function isDoorFile(content: unknown): content is DoorFile {
  if (typeof content !== 'object' || content === null) return false
  const { port, secret } = content as Partial<Record<keyof DoorFile, unknown>>
  const isPort = typeof port === 'number' && Number.isInteger(port) && port > 0 && port <= 65_535
  return isPort && typeof secret === 'string' && SECRET.test(secret)
}
