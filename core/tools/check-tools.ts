import { execFile } from 'node:child_process'
import { PeerError } from '../contract/error.ts'
import type { PeerFact } from '../contract/events.ts'
import type { ToolName, ToolState } from '../contract/state.ts'
import { engineVersion } from './docker-engine.ts'
import { findProgram } from './find-program.ts'

const DEADLINE_MS = 5_000
const ALL: ToolName[] = ['node', 'go', 'java', 'docker']

/** How a tool is asked for its version, and what to say where it is missing. */
const programs = {
  node: { args: ['--version'], version: /v(\d+\.\d+\.\d+\S*)/ },
  go: { args: ['version'], version: /go version go(\S+)/ },
  java: { args: ['-version'], version: /version "([^"]+)"/ },
  docker: { args: ['version', '--format', '{{.Server.Version}}'], version: /^(\d\S*)/m },
} satisfies Record<ToolName, { args: string[]; version: RegExp }>

const words: Record<ToolName, { tool: string; needed: string; hint: string }> = {
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
  docker: {
    tool: 'A running Docker engine',
    needed: 'Net mode runs chaincode in containers. Dev mode does not need it.',
    hint: 'Start Docker, or set DOCKER_HOST to the engine to use, then check again.',
  },
}

export interface ToolChecks {
  /** Default: all four. */
  tools?: ToolName[] | undefined
  emit: (fact: PeerFact) => void
  /** Where programs and the engine are looked for; default this process's. */
  env?: NodeJS.ProcessEnv
  /** For each tool, in milliseconds; default 5 s. */
  deadlineMs?: number
  signal?: AbortSignal | undefined
}

/**
 * Look for the tools that chaincode may need, all at once, and tell what was found as `tool` facts. Only asks for
 * versions: nothing is started, changed or fetched. A tool that is missing is a finding, not an error; throws
 * ABORTED alone, after what was not yet known was told as unknown.
 */
export async function checkTools({
  tools = ALL,
  emit,
  env = process.env,
  deadlineMs = DEADLINE_MS,
  signal,
}: ToolChecks): Promise<void> {
  const tell = (tool: ToolName, state: ToolState) => emit({ type: 'tool', tool, state })
  await Promise.all(
    tools.map(async (tool) => {
      if (signal?.aborted !== true) tell(tool, { state: 'checking' })
      const deadline = AbortSignal.timeout(deadlineMs)
      const state = await check(tool, env, signal === undefined ? deadline : AbortSignal.any([deadline, signal]))
      if (signal?.aborted !== true) tell(tool, state)
      else tell(tool, { state: 'unknown' })
    }),
  )
  if (signal?.aborted === true)
    throw new PeerError('ABORTED', { what: 'The check of the tools' }, { cause: signal.reason })
}

async function check(tool: ToolName, env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<ToolState> {
  if (tool === 'docker') {
    const version = await engineVersion(env, signal)
    if (version !== undefined) return { state: 'found', version }
  }
  const path = await findProgram(tool, env)
  if (path === undefined) return { state: 'missing', error: missing(tool) }
  const { args, version } = programs[tool]
  const answer = await ask(path, args, env, signal)
  const found = version.exec(answer.output)?.[1]
  if (answer.error === undefined && found !== undefined) return { state: 'found', version: found, path }
  return { state: 'missing', error: missing(tool, answer.error ?? answer.output) }
}

function missing(tool: ToolName, cause?: unknown) {
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
