import { execFile } from 'node:child_process'
import type { DockerWatch } from '../container/docker/engine/engine-watch.ts'
import { PeerError } from '../contract/error.ts'
import type { PeerFact } from '../contract/events.ts'
import { toolNames, type PeerState, type ToolName, type ToolState } from '../contract/state.ts'
import { findProgram } from '../process/find-program.ts'

/** Before the first check. */
export const UNCHECKED_TOOLS: PeerState['tools'] = {
  node: { state: 'unknown' },
  go: { state: 'unknown' },
  java: { state: 'unknown' },
  docker: { state: 'unknown' },
}

const DEADLINE_MS = 5_000

/** A program on this machine; the engine watch looks for Docker. */
type Program = Exclude<ToolName, 'docker'>

/** How to ask a tool for its version. */
const versionQueries = {
  node: { args: ['--version'], version: /v(\d+\.\d+\.\d+\S*)/ },
  go: { args: ['version'], version: /go version go(\S+)/ },
  java: { args: ['-version'], version: /version "([^"]+)"/ },
} satisfies Record<Program, { args: string[]; version: RegExp }>

/** What to tell the author if a tool is missing. */
const words: Record<Program, { tool: string; needed: string; hint: string }> = {
  node: {
    tool: 'Node',
    needed: "JavaScript and TypeScript chaincode runs in it. Go and Java chaincode doesn't need it.",
    hint: 'Install Node 20 or newer from https://nodejs.org, then check again. If the PATH changed, restart Slipway.',
  },
  go: {
    tool: 'Go',
    needed: "Go chaincode is built with it. Other chaincode doesn't need it.",
    hint: 'Install Go from https://go.dev/dl, then check again. If the PATH changed, restart Slipway.',
  },
  java: {
    tool: 'Java',
    needed: "Java chaincode is built and run with it. Other chaincode doesn't need it.",
    hint: 'Install a JDK 11 or newer, for example from https://adoptium.net, then check again. If the PATH changed, restart Slipway.',
  },
}

export interface ToolChecks {
  /**
   * Look for these tools (default: all four) at once and report each as a `tool` fact. A missing tool is a fact, not an
   * error. Throws only ABORTED, after reporting every tool whose state is not yet known as unknown.
   */
  check(tools?: readonly ToolName[], signal?: AbortSignal): Promise<void>
  /** Stop the checks under way and report nothing more. Idempotent. */
  close(): void
}

/** Checks that only ask for versions: they start, change and fetch nothing. */
export function newToolChecks(
  emit: (fact: PeerFact) => void,
  /** Finds the Docker engine, and reports it itself, then and later. */
  docker: Pick<DockerWatch, 'check'>,
  /** The environment whose PATH is searched, and how long each program may take. */
  { env = process.env, deadlineMs = DEADLINE_MS }: { env?: NodeJS.ProcessEnv; deadlineMs?: number } = {},
): ToolChecks {
  const closing = new AbortController()

  async function checkOne(tool: ToolName, signal: AbortSignal): Promise<void> {
    // It rejects only if aborted, which `check` reports.
    if (tool === 'docker') return void (await docker.check(signal).catch(() => undefined))
    const report = (state: ToolState) => {
      if (!closing.signal.aborted) emit({ type: 'tool', tool, state })
    }
    report({ state: 'checking' })
    const state = await look(tool, env, AbortSignal.any([AbortSignal.timeout(deadlineMs), signal]))
    report(signal.aborted ? { state: 'unknown' } : state)
  }

  return {
    async check(tools = toolNames, signal) {
      const end = signal === undefined ? closing.signal : AbortSignal.any([closing.signal, signal])
      await Promise.all(tools.map((tool) => checkOne(tool, end)))
      if (end.aborted) throw new PeerError('ABORTED', { what: 'The check of the tools' }, { cause: end.reason })
    },
    close: () => closing.abort(),
  }
}

async function look(tool: Program, env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<ToolState> {
  const path = await findProgram(tool, env)
  if (path === undefined) return { state: 'missing', error: missing(tool) }
  const { args, version } = versionQueries[tool]
  const { output, error } = await run(path, args, env, signal)
  const foundVersion = version.exec(output)?.[1]
  if (error === null && foundVersion !== undefined) return { state: 'found', version: foundVersion, path }
  return { state: 'missing', error: missing(tool, error ?? output) }
}

function missing(tool: Program, cause?: unknown) {
  return new PeerError('TOOL_MISSING', words[tool], cause === undefined ? {} : { cause }).toJSON()
}

/** What it prints on either stream: java prints its version on stderr. Never rejects. */
function run(
  path: string,
  args: string[],
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<{ output: string; error: Error | null }> {
  return new Promise((resolve) => {
    const options = { env, signal, killSignal: 'SIGKILL', maxBuffer: 64 * 1024, windowsHide: true } as const
    try {
      execFile(path, args, options, (error, stdout, stderr) => {
        resolve({ output: stdout + stderr, error })
      })
    } catch (error) {
      resolve({ output: '', error: error as Error })
    }
  })
}
