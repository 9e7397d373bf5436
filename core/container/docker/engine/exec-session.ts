import { randomUUID } from 'node:crypto'
import { pathOf, shortName } from './container-listing.ts'
import type { EngineRequests } from './dockerode-requests.ts'
import type { ExecSession, TerminalSize } from './engine.ts'

/** Marks the environment of the program and of all it starts, to find them again. */
const MARK = 'SLIPWAY_SESSION'

/**
 * A program on a terminal inside a container. The engine doesn't end it when its terminal is closed
 * (https://docs.docker.com/reference/api/engine: an exec lives as long as its process), so `close` hangs it up.
 */
export async function execSession(
  requests: EngineRequests,
  container: string,
  command: string[],
  terminal: TerminalSize,
  signal?: AbortSignal,
): Promise<ExecSession> {
  const asked = { doing: `opening a shell in the container ${shortName(container)}` }
  const session = randomUUID()
  const { Id: id } = await requests.json<{ Id: string }>(
    {
      method: 'POST',
      path: `${pathOf(container)}/exec`,
      body: {
        Cmd: command,
        AttachStdin: true,
        AttachStdout: true,
        AttachStderr: true,
        Tty: true,
        Env: [`${MARK}=${session}`, 'TERM=xterm-256color'],
      },
    },
    asked,
    signal,
  )
  const socket = await requests.pipe(
    { method: 'POST', path: `/exec/${id}/start`, body: { Detach: false, Tty: true }, input: true },
    asked,
    signal,
  )
  const resize = async ({ columns, rows }: TerminalSize) => {
    await requests.json({ method: 'POST', path: `/exec/${id}/resize`, query: { h: rows, w: columns } }, asked)
  }
  let listener: ((chunk: Buffer) => void) | undefined
  const early: Buffer[] = []
  // Read from the start: a stream that nobody reads never ends.
  socket.on('data', (chunk: Buffer) => (listener === undefined ? early.push(chunk) : listener(chunk)))

  let closed = false
  let hangUp: Promise<void> | undefined
  const ended = new Promise<number | null>((resolve) => {
    socket.once('close', () => {
      if (closed) return resolve(null)
      requests.json<{ ExitCode?: number | null }>({ method: 'GET', path: `/exec/${id}/json` }, asked).then(
        ({ ExitCode: code }) => resolve(code ?? null),
        () => resolve(null),
      )
    })
    socket.once('end', () => socket.destroy())
  })
  // It takes a size only once it has started, and it may have ended already.
  await resize(terminal).catch(() => undefined)

  return {
    onOutput(onChunk) {
      listener = onChunk
      for (const chunk of early.splice(0)) onChunk(chunk)
    },
    write: (bytes) => void socket.write(bytes),
    resize,
    ended,
    close() {
      closed = true
      hangUp ??= endSession(requests, container, session)
      socket.destroy()
    },
  }
}

/** End whatever carries the mark, by a shell inside the container, where the process ids are valid. Never rejects. */
async function endSession(requests: EngineRequests, container: string, session: string): Promise<void> {
  const script = `for p in /proc/[0-9]*; do case "$(tr '\\0' ' ' <$p/environ 2>/dev/null)" in *"${MARK}=${session} "*) kill -HUP \${p#/proc/}; kill -KILL \${p#/proc/};; esac; done`
  const asked = { doing: 'closing a shell' }
  try {
    const { Id: id } = await requests.json<{ Id: string }>(
      { method: 'POST', path: `${pathOf(container)}/exec`, body: { Cmd: ['sh', '-c', script], User: '0' } },
      asked,
    )
    await requests.json({ method: 'POST', path: `/exec/${id}/start`, body: { Detach: true } }, asked)
  } catch {
    // The container has ended, and the session with it.
  }
}
