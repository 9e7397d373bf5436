import { execFile } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { missing } from './require.ts'

const run = promisify(execFile)
const PREFIX = 'slipway.'
const GRACE_MS = 30_000

type Docker = (...args: string[]) => Promise<{ stdout: string }>

/** Something on the engine that carries a label of ours. */
interface Thing {
  id: string
  words: string
  labels: Record<string, string>
}

/**
 * Note what of ours is on the Docker engine now; `host`: its address, if it isn't the usual one. The returned function lists, in words, what was added since: what the
 * tests left behind. Nothing without an engine.
 */
export async function watchEngine(host?: string): Promise<() => Promise<string[]>> {
  if (missing(host === undefined ? 'docker' : 'podman') !== undefined) return () => Promise.resolve([])
  const env = { ...process.env, ...(host !== undefined && { DOCKER_HOST: host }) }
  const docker: Docker = (...args) => run('docker', args, { env, maxBuffer: 64 * 1024 * 1024 })
  const before = new Set((await things(docker)).map(({ id }) => id))
  const left = async () => notOthers((await things(docker)).filter(({ id }) => !before.has(id)))
  return async () => {
    const deadline = Date.now() + GRACE_MS
    let leaks = await left()
    while (leaks.length > 0 && Date.now() < deadline) {
      await sleep(500)
      leaks = await left()
    }
    return leaks.map(({ words }) => words)
  }
}

/** Less what belongs to a Slipway that somebody else runs beside the suites, on the same engine. */
async function notOthers(found: Thing[]): Promise<Thing[]> {
  const others = new Set<string>()
  for (const { labels } of found) {
    const { 'slipway.pid': pid, 'slipway.peer': peer } = labels
    if (pid !== undefined && peer !== undefined && (await runsElsewhere(Number(pid)))) others.add(peer)
  }
  return found.filter(({ labels }) => !others.has(labels['slipway.peer'] ?? ''))
}

/** Whether it lives and does not descend from this process. */
async function runsElsewhere(pid: number): Promise<boolean> {
  for (let at = pid; at > 1; at = await parentOf(at)) if (at === process.pid) return false
  return (await parentOf(pid)) > 0
}

/** 0 if the process doesn't exist. */
async function parentOf(pid: number): Promise<number> {
  const { stdout } = await run('ps', ['-o', 'ppid=', '-p', String(pid)]).catch(() => ({ stdout: '' }))
  return Number(stdout)
}

async function things(docker: Docker): Promise<Thing[]> {
  const kinds = await Promise.all([
    listed(docker, 'container', ['ps', '-a'], 'Names'),
    listed(docker, 'volume', ['volume', 'ls'], 'Name'),
    listed(docker, 'network', ['network', 'ls'], 'Name'),
    images(docker),
  ])
  return kinds.flat().filter(({ labels }) => Object.keys(labels).some((name) => name.startsWith(PREFIX)))
}

async function listed(docker: Docker, kind: string, command: string[], name: 'Name' | 'Names'): Promise<Thing[]> {
  const noTrunc = kind === 'volume' ? [] : ['--no-trunc']
  const { stdout } = await docker(...command, ...noTrunc, '--format', '{{json .}}')
  return linesOf(stdout).map((line) => {
    const told = JSON.parse(line) as Partial<Record<'ID' | 'Name' | 'Names' | 'Labels', string>>
    const called = told[name] ?? ''
    const labels = Object.fromEntries((told.Labels ?? '').split(',').map((label) => label.split('=', 2)))
    return { id: `${kind} ${told.ID ?? called}`, words: `${kind} ${called}`, labels }
  })
}

/** `docker images` does not tell labels. */
async function images(docker: Docker): Promise<Thing[]> {
  const { stdout } = await docker('images', '-aq', '--no-trunc')
  const ids = [...new Set(linesOf(stdout))]
  if (ids.length === 0) return []
  const inspect = ['image', 'inspect', '--format', '{{.Id}}\t{{json .RepoTags}}\t{{json .Config.Labels}}']
  // Code 1 where one of them has gone in the meantime; the others are told all the same.
  const told = await docker(...inspect, ...ids).catch((error: unknown) => error as { stdout: string })
  return linesOf(told.stdout).map((line) => {
    const [id = '', tags = '[]', labels = 'null'] = line.split('\t')
    const [tag = id.slice(0, 19)] = JSON.parse(tags) as string[]
    return { id: `image ${id}`, words: `image ${tag}`, labels: (JSON.parse(labels) ?? {}) as Record<string, string> }
  })
}

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '')
}
