import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { onTestFinished } from 'vitest'
import { removeFolder } from './temp.ts'

const run = promisify(execFile)
const START_MS = 60_000
const STOP_MS = 30_000

/** A Docker engine of a test's own, that it may kill and start again. Only root may have one: `needs('dockerd')`. */
export interface TestEngine {
  /** `unix:///tmp/…/docker.sock`, for DOCKER_HOST. */
  host: string
  /** The path of that socket. */
  socket: string
  /** Holds its data, its socket and its log. */
  folder: string
  /** The docker program's answer, of this engine. */
  docker(...args: string[]): Promise<string>
  /** Resolves once it answers. Nothing happens where it runs. */
  start(): Promise<void>
  /** TERM; resolves once it has ended, its containers too. */
  stop(): Promise<void>
  /** KILL; its containers run on without it. */
  kill(): Promise<void>
  /** Let it hang (SIGSTOP), or go on (SIGCONT). */
  signal(name: 'SIGSTOP' | 'SIGCONT'): void
}

export interface TestEngineOptions {
  /** With a bridge, so that its containers have a network. Default: without, which is quicker. */
  bridge?: boolean
  /** More for dockerd, e.g. `--host tcp://127.0.0.1:0`. */
  args?: string[]
  /** Where it keeps its data; default: a folder of its own. */
  dataRoot?: string
}

/** Start an engine; stopped, with all that is on it, when the test is over. */
export async function testEngine({ bridge = false, args = [], dataRoot }: TestEngineOptions = {}): Promise<TestEngine> {
  // Short: a socket's path may have 107 bytes.
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'slipway-de-')))
  const socket = join(folder, 'docker.sock')
  const host = `unix://${socket}`
  const data = dataRoot ?? join(folder, 'data')
  const exec = join(folder, 'exec')
  const network = bridge ? await addBridge() : undefined
  let dockerd: ChildProcess | undefined
  let ended: Promise<void> = Promise.resolve()
  let wasKilled = false

  const docker = async (...words: string[]) => {
    const env = { ...process.env, DOCKER_HOST: host, DOCKER_CONTEXT: '', DOCKER_TLS_VERIFY: '' }
    return (await run('docker', words, { env, maxBuffer: 64 * 1024 * 1024 })).stdout
  }

  async function start(): Promise<void> {
    if (dockerd !== undefined) return
    await mkdir(data, { recursive: true })
    // Not the machine's own configuration: it may name another place for what is named here.
    await writeFile(join(folder, 'daemon.json'), '{}')
    const places = ['--host', host, '--data-root', data, '--exec-root', exec, '--pidfile', join(folder, 'pid')]
    const net =
      network === undefined ? ['--bridge', 'none', '--iptables=false'] : ['--bridge', network, '--mtu', '1400']
    const all = [...places, '--config-file', join(folder, 'daemon.json'), ...net, ...args]
    const child = spawn('dockerd', all, { stdio: ['ignore', 'ignore', 'pipe'] })
    let log = ''
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (log = (log + chunk).slice(-64 * 1024)))
    dockerd = child
    ended = new Promise((resolve) => {
      child.once('close', () => {
        dockerd = undefined
        resolve()
      })
      child.once('error', () => resolve())
    })
    const until = Date.now() + START_MS
    for (;;) {
      const answers = await docker('version').then(
        () => true,
        () => false,
      )
      if (answers) break
      if (Date.now() > until || child.exitCode !== null) {
        child.kill('SIGKILL')
        throw new Error(`dockerd did not start:\n${wordsOf(log)}`)
      }
      await sleep(100)
    }
    wasKilled = false
  }

  async function stop(): Promise<void> {
    const child = dockerd
    if (child === undefined) return
    child.kill('SIGCONT')
    child.kill('SIGTERM')
    const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
    await ended
    clearTimeout(late)
  }

  async function kill(): Promise<void> {
    wasKilled = true
    dockerd?.kill('SIGKILL')
    await ended
    // It started a containerd, which must end too before another engine may have its place.
    await endContainerd(exec)
  }

  onTestFinished(async () => {
    // Containers that outlived a killed engine are ended by the next one.
    if (wasKilled) await start()
    await stop()
    await endContainerd(exec)
    await endShims(exec)
    if (network !== undefined) await removeBridge(network)
    await unmountUnder(folder)
    await removeFolder(folder)
  })
  await start()
  return { host, socket, folder, docker, start, stop, kill, signal: (name) => void dockerd?.kill(name) }
}

/** A bridge with a subnet that nobody on this machine routes to. */
async function addBridge(): Promise<string> {
  const { stdout: routes } = await run('ip', ['-4', 'route', 'show', 'table', 'all'])
  const name = `slipway${process.pid % 10_000}${Math.floor(Math.random() * 100)}`.slice(0, 15)
  const numbers = Array.from({ length: 90 }, (_, n) => 100 + n).sort(() => Math.random() - 0.5)
  const number = numbers.find((n) => !routes.includes(`172.31.${n}.`))
  if (number === undefined) throw new Error('no free subnet for a bridge')
  // A bridge that was given none has the address of one of its containers, another one whenever they come and go, and
  // the others then send into the void until they ask again.
  const address = `02:42:ac:1f:${number.toString(16).padStart(2, '0')}:01`
  await run('ip', ['link', 'add', 'name', name, 'address', address, 'type', 'bridge'])
  await run('ip', ['address', 'add', `172.31.${number}.1/24`, 'dev', name])
  await run('ip', ['link', 'set', name, 'up'])
  return name
}

/** With what the engine told the packet filter of it, which outlives both. */
async function removeBridge(name: string): Promise<void> {
  for (const table of ['filter', 'nat']) {
    const { stdout: rules } = await run('iptables-save', ['-t', table])
    for (const rule of rules.split('\n').filter((line) => line.split(' ').includes(name))) {
      // Another engine writes some of them again when it starts.
      await run('iptables', ['-w', '-t', table, ...rule.replace(/^-A/, '-D').split(' ')]).catch(() => undefined)
    }
  }
  await run('ip', ['link', 'delete', name])
}

async function endContainerd(exec: string): Promise<void> {
  const file = join(exec, 'containerd', 'containerd.pid')
  let pid: number
  try {
    pid = Number(await readFile(file, 'utf8'))
  } catch {
    // It was told to end by its engine, and took its file along.
    return
  }
  const until = Date.now() + STOP_MS
  while (pid > 1 && (await isContainerdOf(pid, exec))) {
    if (Date.now() > until) process.kill(pid, 'SIGKILL')
    await sleep(50)
  }
  // Where nobody has waited for it yet, the next engine would take it for one that runs.
  await rm(file, { force: true })
}

/** What a killed engine had started and told nobody of yet: the next one does not know it. */
async function endShims(exec: string): Promise<void> {
  for (const pid of (await readdir('/proc')).map(Number).filter((number) => number > 1)) {
    if (!(await isContainerdOf(pid, exec))) continue
    const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '')
    for (const each of [
      ...children
        .split(' ')
        .filter((text) => text !== '')
        .map(Number),
      pid,
    ]) {
      try {
        process.kill(each, 'SIGKILL')
      } catch {
        // It has ended by itself.
      }
    }
  }
}

/** The number may be another process's by now. */
async function isContainerdOf(pid: number, exec: string): Promise<boolean> {
  try {
    return (await readFile(`/proc/${pid}/cmdline`, 'utf8')).includes(exec)
  } catch {
    return false
  }
}

/** What a killed engine left mounted would keep its folder busy. */
async function unmountUnder(folder: string): Promise<void> {
  const mounts = (await readFile('/proc/mounts', 'utf8')).split('\n').map((line) => line.split(' ')[1] ?? '')
  const ours = mounts.filter((place) => place.startsWith(`${folder}/`)).sort((a, b) => b.length - a.length)
  for (const place of ours) await run('umount', ['-l', place])
}

/** The last of a log, less what its gRPC says of every try. */
function wordsOf(log: string): string {
  const lines = log.split('\n').filter((line) => !line.includes('module=grpc') && !line.includes('loading plugin'))
  return lines.slice(-15).join('\n')
}
