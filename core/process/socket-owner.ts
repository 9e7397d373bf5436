import { execFile } from 'node:child_process'
import { readdir, readFile, readlink } from 'node:fs/promises'
import { promisify } from 'node:util'
import type { StreamOrigin } from '../contract/run-state.ts'

/** The two ends of a TCP connection on this machine, as the side that accepted it sees them. */
export interface LocalConnection {
  localPort: number
  remotePort: number
}

/** How long a system tool may take; then the owner counts as unknown. */
const TOOL_MS = 3_000

/** Who holds the other end. Without a `pid` it is another user's, or the system doesn't tell at all. */
export type SocketOwner = { pid: number; isUnknown: false } | { pid?: undefined; isUnknown: boolean }

/** The process at the other end of a connection. `likely`: where to look first. Never rejects. */
export async function ownerOf(connection: LocalConnection, likely: readonly number[] = []): Promise<SocketOwner> {
  try {
    switch (process.platform) {
      case 'linux':
        return await linuxOwner(connection, likely)
      case 'win32':
        return owned(windowsOwner(connection, await tool('netstat', ['-ano', '-p', 'TCP'])))
      default:
        return owned(unixOwner(await tool('lsof', ['-nP', `-iTCP@127.0.0.1:${connection.remotePort}`, '-Fp'])))
    }
  } catch {
    // It has hung up, or the tool is missing.
    return UNKNOWN
  }
}

/**
 * Whether the other end may be another user's: neither this one's nor root's, or it has hung up, and whose it was nobody
 * knows. False where only a program would tell, for each connection: anywhere but on Linux. Never rejects.
 */
export async function isAnotherUsers(connection: LocalConnection): Promise<boolean> {
  if (process.platform !== 'linux') return false
  const uid = (await linuxSocket(connection))?.uid
  return uid === undefined || (uid !== 0 && uid !== process.getuid?.())
}

const UNKNOWN: SocketOwner = { isUnknown: true }

function owned(pid: number | undefined): SocketOwner {
  return pid === undefined ? UNKNOWN : { pid, isUnknown: false }
}

/** The process at the other end, as a person may know it; undefined if the system doesn't tell. Never rejects. */
export async function originOf(connection: LocalConnection): Promise<StreamOrigin | undefined> {
  const { pid } = await ownerOf(connection)
  return pid === undefined ? undefined : { pid, program: await programOf(pid) }
}

/** Program and arguments of a process, cut where they are long; '' if the system doesn't tell. */
async function programOf(pid: number): Promise<string> {
  try {
    const text = await commandLine(pid)
    return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text
  } catch {
    return ''
  }
}

const MOST_SHOWN = 160

async function commandLine(pid: number): Promise<string> {
  switch (process.platform) {
    case 'linux':
      return (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0').join(' ').trim()
    case 'win32': {
      const line = await tool('tasklist', ['/FI', `PID eq ${pid}`, '/FO', 'CSV', '/NH'])
      return /^"([^"]+)"/.exec(line.trim())?.[1] ?? ''
    }
    default:
      return (await tool('ps', ['-o', 'command=', '-p', String(pid)])).trim()
  }
}

/**
 * Whether a process is one that was started as the head of this tree, or one that it started; undefined if the system
 * doesn't tell.
 */
export async function isInTree(pid: number, head: number): Promise<boolean | undefined> {
  if (pid === head) return true
  try {
    const parents = await parentsOf()
    const seen = new Set<number>()
    for (let at = parents.get(pid); at !== undefined && !seen.has(at.pid); at = parents.get(at.parent)) {
      seen.add(at.pid)
      // What a shell leaves behind has another parent, but stays in the group of its head.
      if (at.pid === head || at.parent === head || at.group === head) return true
    }
    return false
  } catch {
    return undefined
  }
}

interface Relative {
  pid: number
  parent: number
  group: number | undefined
}

async function parentsOf(): Promise<Map<number, Relative>> {
  const text =
    process.platform === 'win32'
      ? await tool('powershell.exe', [
          '-NoProfile',
          '-Command',
          'Get-CimInstance Win32_Process | ForEach-Object { "$($_.ProcessId) $($_.ParentProcessId)" }',
        ])
      : process.platform === 'linux'
        ? await linuxParents()
        : await tool('ps', ['-axo', 'pid=,ppid=,pgid='])
  const relatives = text.split('\n').flatMap((line): [number, Relative][] => {
    const [pid, parent, group] = line.trim().split(/\s+/).map(Number)
    return pid === undefined || parent === undefined || Number.isNaN(pid) ? [] : [[pid, { pid, parent, group }]]
  })
  return new Map(relatives)
}

async function linuxParents(): Promise<string> {
  const lines = await Promise.all(
    (await processIds()).map(async (pid) => {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
      // The name stands in parentheses, and may hold anything.
      const [, parent = '', group = ''] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      return `${pid} ${parent} ${group}`
    }),
  )
  return lines.join('\n')
}

async function processIds(): Promise<number[]> {
  return (await readdir('/proc')).map(Number).filter((pid) => pid > 0)
}

/** The socket's number stands in /proc/net; its owner has it among its open files. */
async function linuxOwner(connection: LocalConnection, likely: readonly number[]): Promise<SocketOwner> {
  const inode = (await linuxSocket(connection))?.inode
  if (inode === undefined) return UNKNOWN
  for (const pid of likely) if (await hasSocket(pid, inode)) return owned(pid)
  for (const pid of await processIds()) if (await hasSocket(pid, inode)) return owned(pid)
  // Other users' files can't be listed.
  return { isUnknown: false }
}

/** The other end's, as the system lists it. */
async function linuxSocket(connection: LocalConnection): Promise<{ inode: string; uid: number } | undefined> {
  const { localPort, remotePort } = connection
  const hex = (port: number) => `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  for (const file of ['/proc/net/tcp', '/proc/net/tcp6']) {
    const lines = (await readFile(file, 'utf8').catch(() => '')).split('\n')
    for (const line of lines) {
      const [, local = '', remote = '', , , , , uid, , inode = ''] = line.trim().split(/\s+/)
      if (local.endsWith(hex(remotePort)) && remote.endsWith(hex(localPort)) && inode !== '0')
        return { inode, uid: Number(uid) }
    }
  }
  return undefined
}

async function hasSocket(pid: number, inode: string): Promise<boolean> {
  const folder = `/proc/${pid}/fd`
  const files = await readdir(folder).catch(() => [])
  const links = await Promise.all(files.map((file) => readlink(`${folder}/${file}`).catch(() => '')))
  return links.includes(`socket:[${inode}]`)
}

/** lsof lists both ends: ours, and the other one. */
function unixOwner(text: string): number | undefined {
  return text
    .split('\n')
    .filter((line) => line.startsWith('p'))
    .map((line) => Number(line.slice(1)))
    .find((pid) => pid !== process.pid)
}

function windowsOwner({ localPort, remotePort }: LocalConnection, text: string): number | undefined {
  for (const line of text.split('\n')) {
    const [, local = '', remote = '', , pid] = line.trim().split(/\s+/)
    if (local.endsWith(`:${remotePort}`) && remote.endsWith(`:${localPort}`)) return Number(pid)
  }
  return undefined
}

async function tool(program: string, args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(program, args, { timeout: TOOL_MS, windowsHide: true })
  return stdout
}
