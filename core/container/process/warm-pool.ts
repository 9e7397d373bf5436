import { mkdir, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { PrintLine } from '../../process/print-line.ts'
import type { Guard } from '../../process/guardian.ts'
import { startChild, type Child } from '../../process/child.ts'
import { processEnvironment, type ProcessSpec } from './process-spec.ts'
import { warmProgram, type FromWarm, type ToWarm } from './warm-child.ts'

/** Node processes started ahead, with the author's own shim loaded, one for each chaincode. */
export interface WarmPool {
  /**
   * Start one for the next start like this one; it replaces an earlier one. Where that start is under a debugger, which
   * takes none, the earlier one ends. Call it when the chaincode is ready.
   * Settles when the process has begun to load; never rejects.
   */
  prepare(spec: ProcessSpec): Promise<void>
  /** The process that takes over this start, or the reason why none does. */
  take(spec: ProcessSpec, line: PrintLine): Promise<{ child?: Child; reason?: string }>
  /** End those of a chaincode; without a name, all of them. */
  drop(chaincode?: string): Promise<void>
}

interface Warm {
  key: string
  child: Child
  /** Where its output goes once it is taken. */
  print: PrintLine | undefined
  /** Undefined as long as all is well. */
  failure: string | undefined
  /** The author's code begins, or it cannot. */
  running: Promise<boolean>
}

/** `folder`: where the program of the warm processes is written. `guard`: ends them if Slipway is gone. */
export function newWarmPool(folder: string, guard?: Guard): WarmPool {
  const pool = new Map<string, Promise<Warm | { reason: string }>>()
  const ending = new Set<Promise<void>>()
  let closed = false
  let program: Promise<string> | undefined

  const end = async (entry: Promise<Warm | { reason: string }>) => {
    const warm = await entry
    if ('child' in warm) await warm.child.kill()
  }
  const drop = (key: string) => {
    const entry = pool.get(key)
    if (entry === undefined) return
    pool.delete(key)
    const ended = end(entry).finally(() => ending.delete(ended))
    ending.add(ended)
  }
  const make = async (spec: ProcessSpec, shim: string): Promise<Warm | { reason: string }> => {
    try {
      program ??= writeProgram(folder)
      return await startWarm(spec, shim, await program, guard)
    } catch (error) {
      program = undefined
      return { reason: `no warm process could be made: ${(error as Error).message}` }
    }
  }

  return {
    async prepare(spec) {
      const { warm } = spec.built
      const key = poolKey(spec)
      drop(key)
      if (closed || warm === undefined || 'reason' in warm || spec.debug !== undefined) return
      const made = make(spec, warm.shim)
      pool.set(key, made)
      await made
    },

    async take(spec, line) {
      const key = poolKey(spec)
      const entry = pool.get(key)
      if (entry === undefined) return { reason: 'no warm process was ready yet' }
      pool.delete(key)
      const warm = await entry
      if ('reason' in warm) return warm
      if (warm.failure === undefined && warm.key !== (await keyOf(spec))) warm.failure = 'the dependencies have changed'
      if (warm.failure === undefined) {
        warm.print = line
        warm.child.send({ type: 'go' } satisfies ToWarm)
        if (await warm.running) return { child: warm.child }
      }
      await warm.child.kill()
      return { reason: warm.failure ?? 'the warm process had ended' }
    },

    async drop(chaincode) {
      if (chaincode === undefined) closed = true
      for (const key of pool.keys()) if (chaincode === undefined || isOf(chaincode, key)) drop(key)
      await Promise.all(ending)
    },
  }
}

/** One for each chaincode and organisation. A name has no `@`. */
function poolKey({ built, mspId }: ProcessSpec): string {
  return `${built.project.name}@${mspId}`
}

function isOf(chaincode: string, key: string): boolean {
  return key.startsWith(`${chaincode}@`)
}

async function startWarm(spec: ProcessSpec, shim: string, program: string, guard: Guard | undefined): Promise<Warm> {
  const key = await keyOf(spec)
  const [node = 'node', ...main] = [...spec.argv, ...spec.args]
  let settle: (running: boolean) => void = () => undefined
  const running = new Promise<boolean>((resolve) => (settle = resolve))
  const state: Pick<Warm, 'print' | 'failure'> = { print: undefined, failure: undefined }
  const child = await startChild({
    argv: [node, program, shim, ...main],
    cwd: spec.cwd,
    env: processEnvironment(spec),
    line: (printed) => state.print?.({ ...printed, source: 'chaincode' }),
    reap: true,
    guard,
    message(message) {
      const heard = message as FromWarm
      if (heard.type === 'running') settle(true)
      if (heard.type !== 'failed') return
      state.failure = heard.message
      settle(false)
    },
  })
  void child.exited.then(() => settle(false))
  return Object.assign(state, { key, child, running })
}

/** A warm process fits a start of the same command in the same environment with the same dependencies. */
async function keyOf(spec: ProcessSpec): Promise<string> {
  const installed = ['npm-shrinkwrap.json', 'package-lock.json', 'node_modules', 'node_modules/.package-lock.json']
  const times = await Promise.all(
    installed.map((name) =>
      stat(path.join(spec.cwd, name)).then(
        (info) => info.mtimeMs,
        () => 0,
      ),
    ),
  )
  return JSON.stringify([
    spec.argv,
    spec.args,
    spec.cwd,
    Object.entries({ ...spec.built.project.env, ...spec.env }),
    times,
  ])
}

async function writeProgram(folder: string): Promise<string> {
  const file = path.join(folder, 'warm-start.cjs')
  await mkdir(folder, { recursive: true })
  await writeFile(file, warmProgram())
  return file
}
