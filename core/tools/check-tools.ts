import { execFile } from 'node:child_process'
import type { DockerWatch } from '../container/docker/engine/engine-watch.ts'
import { PeerError } from '../contract/error.ts'
import type { PeerFact } from '../contract/events.ts'
import type { PeerState, ToolName, ToolState } from '../contract/state.ts'
import { findProgram } from '../process/find-program.ts'

/** Before anything was looked for. */
export const UNCHECKED_TOOLS: PeerState['tools'] = {
  node: { state: 'unknown' },
  go: { state: 'unknown' },
  java: { state: 'unknown' },
  docker: { state: 'unknown' },
}

const DEADLINE_MS = 5_000
const ALL: ToolName[] = ['node', 'go', 'java', 'docker']

/** What is a program of this machine; the Docker engine is looked for by its watch. */
type Program = Exclude<ToolName, 'docker'>

/** How a tool is asked for its version, and what to say where it is missing. */
const programs = {
  node: { args: ['--version'], version: /v(\d+\.\d+\.\d+\S*)/ },
  go: { args: ['version'], version: /go version go(\S+)/ },
  java: { args: ['-version'], version: /version "([^"]+)"/ },
} satisfies Record<Program, { args: string[]; version: RegExp }>

const words: Record<Program, { tool: string; needed: string; hint: string }> = {
  node: {
    tool: 'Node',
    needed: 'JavaScript and TypeScript chaincode runs in it. Go and Java chaincode does not need it.',
    hint: 'Install Node 20 or newer from https://nodejs.org, then check again. If the PATH changed, start Slipway anew.',
  },
  go: {
    tool: 'Go',
    needed: 'Go chaincode is built with it. Other chaincode does not need it.',
    hint: 'Install Go from https://go.dev/dl, then check again. If the PATH changed, start Slipway anew.',
  },
  java: {
    tool: 'Java',
    needed: 'Java chaincode is built and run with it. Other chaincode does not need it.',
    hint: 'Install a JDK 11 or newer, for example from https://adoptium.net, then check again. If the PATH changed, start Slipway anew.',
  },
}

export interface ToolChecks {
  /**
   * Look for these tools (default: all four) at once, and tell what was found as `tool` facts. A tool that is missing
   * is a finding, not an error. Throws ABORTED alone, after what was not yet known was told as unknown.
   */
  check(tools?: ToolName[], signal?: AbortSignal): Promise<void>
  /** Stop the checks under way and tell nothing more. Idempotent. */
  close(): void
}

/** Checks that only ask for versions: nothing is started, changed or fetched. */
export function newToolChecks(
  emit: (fact: PeerFact) => void,
  /** Finds the Docker engine; what it finds it tells itself, then and later. */
  docker: Pick<DockerWatch, 'check'>,
  /** Where programs are looked for, and how long each may take. */
  { env = process.env, deadlineMs = DEADLINE_MS }: { env?: NodeJS.ProcessEnv; deadlineMs?: number } = {},
): ToolChecks {
  const closing = new AbortController()

  async function checkOne(tool: ToolName, signal: AbortSignal): Promise<void> {
    // It fails for an abort alone, which is told below.
    if (tool === 'docker') return void (await docker.check(signal).catch(() => undefined))
    const tell = (state: ToolState) => {
      if (!closing.signal.aborted) emit({ type: 'tool', tool, state })
    }
    tell({ state: 'checking' })
    const state = await look(tool, env, AbortSignal.any([AbortSignal.timeout(deadlineMs), signal]))
    tell(signal.aborted ? { state: 'unknown' } : state)
  }

  return {
    async check(tools = ALL, signal) {
      const ends = signal === undefined ? closing.signal : AbortSignal.any([closing.signal, signal])
      await Promise.all(tools.map((tool) => checkOne(tool, ends)))
      if (ends.aborted) throw new PeerError('ABORTED', { what: 'The check of the tools' }, { cause: ends.reason })
    },
    close: () => closing.abort(),
  }
}

async function look(tool: Program, env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<ToolState> {
  const path = await findProgram(tool, env)
  if (path === undefined) return { state: 'missing', error: missing(tool) }
  const { args, version } = programs[tool]
  const answer = await ask(path, args, env, signal)
  const found = version.exec(answer.output)?.[1]
  if (answer.error === undefined && found !== undefined) return { state: 'found', version: found, path }
  return { state: 'missing', error: missing(tool, answer.error ?? answer.output) }
}

function missing(tool: Program, cause?: unknown) {
  return new PeerError('TOOL_MISSING', words[tool], cause === undefined ? {} : { cause }).toJSON()
}

/** Whatever it prints, on either stream: java tells its version on stderr. Never rejects. */
function ask(
  path: string,
  args: string[],
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<{ output: string; error?: Error }> {
  return new Promise((resolve) => {
    const options = { env, signal, killSignal: 'SIGKILL', maxBuffer: 64 * 1024, windowsHide: true } as const
    execFile(path, args, options, (error, stdout, stderr) => {
      resolve({ output: stdout + stderr, ...(error === null ? {} : { error }) })
    })
  })
}
