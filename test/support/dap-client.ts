import { once } from 'node:events'
import { connect } from 'node:net'
import { onTestFinished } from 'vitest'

/** A client of Delve's Debug Adapter Protocol, attached as the Go extension of VS Code does, through Slipway's port. */
export interface DapClient {
  send<T = unknown>(command: string, args?: object): Promise<T>
  /** Stop at a line, from 1, of a file. */
  breakAt(file: string, line: number): Promise<void>
  /** The next time it stops: why. */
  paused(): Promise<string>
  resume(): Promise<void>
  /** The names of the functions it stands in, innermost first. */
  stack(): Promise<string[]>
  readonly closed: Promise<void>
  /** Gone without a word, as with an editor that is killed. */
  terminate(): void
}

interface Message {
  type: 'response' | 'event'
  event?: string
  request_seq?: number
  success?: boolean
  message?: string
  body?: unknown
}

interface Stop {
  reason: string
  threadId: number
}

/** `local` and `remote`: the folder of the sources here, and where they were compiled, if that is another. */
export async function connectDap(port: number, paths: { local: string; remote: string }[] = []): Promise<DapClient> {
  const socket = connect(port, '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  socket.on('error', () => socket.destroy())
  await once(socket, 'connect')
  const answers = new Map<number, (message: Message | undefined) => void>()
  const events: Message[] = []
  let wake: () => void = () => undefined
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  void closed.then(() => {
    for (const settle of answers.values()) settle(undefined)
    wake()
  })
  socket.on(
    'data',
    reader((message) => {
      if (message.type === 'response') answers.get(message.request_seq ?? 0)?.(message)
      if (message.type !== 'event') return
      events.push(message)
      wake()
    }),
  )
  const event = async <T>(name: string): Promise<T> => {
    for (;;) {
      const at = events.findIndex((each) => each.event === name)
      if (at >= 0) return events.splice(at, 1)[0]?.body as T
      if (socket.destroyed) throw new Error('hung up')
      await new Promise<void>((resolve) => (wake = resolve))
    }
  }
  let seq = 0
  let thread = 0
  const client: DapClient = {
    send<T>(command: string, args: object = {}) {
      const id = (seq += 1)
      return new Promise<T>((resolve, reject) => {
        answers.set(id, (message) => {
          if (message?.success === true) resolve(message.body as T)
          else reject(new Error(message?.message ?? 'hung up'))
        })
        const text = JSON.stringify({ seq: id, type: 'request', command, arguments: args })
        socket.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`)
      })
    },
    async breakAt(path, line) {
      const { breakpoints } = await client.send<{ breakpoints: { verified: boolean }[] }>('setBreakpoints', {
        source: { path },
        breakpoints: [{ line }],
      })
      if (breakpoints[0]?.verified !== true) throw new Error(`no breakpoint at ${path}:${line}`)
    },
    async paused() {
      for (;;) {
        const stop = await event<Stop>('stopped')
        thread = stop.threadId
        // Delve stops it where an editor sets a breakpoint while it runs, says so, and goes on by itself.
        if (stop.reason !== 'pause') return stop.reason
      }
    },
    async resume() {
      await client.send('continue', { threadId: thread })
    },
    async stack() {
      const { stackFrames } = await client.send<{ stackFrames: { name: string }[] }>('stackTrace', { threadId: thread })
      return stackFrames.map(({ name }) => name)
    },
    closed,
    terminate: () => socket.destroy(),
  }
  const attaching = client.send('initialize', { adapterID: 'go', pathFormat: 'path', linesStartAt1: true }).then(() =>
    client.send('attach', {
      mode: 'remote',
      substitutePath: paths.map(({ local, remote }) => ({ from: local, to: remote })),
    }),
  )
  attaching.catch(() => undefined)
  await event('initialized')
  await attaching
  await client.send('configurationDone')
  return client
}

/** Cuts what comes in into messages. */
function reader(take: (message: Message) => void): (chunk: Buffer) => void {
  let rest = Buffer.alloc(0)
  return (chunk) => {
    rest = Buffer.concat([rest, chunk])
    for (;;) {
      const end = rest.indexOf('\r\n\r\n')
      if (end < 0) return
      const length = Number(/content-length: *(\d+)/i.exec(rest.subarray(0, end).toString())?.[1])
      if (rest.length < end + 4 + length) return
      take(JSON.parse(rest.subarray(end + 4, end + 4 + length).toString()) as Message)
      rest = rest.subarray(end + 4 + length)
    }
  }
}
