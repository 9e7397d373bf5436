import { once } from 'node:events'
import { onTestFinished } from 'vitest'
import { WebSocket } from 'ws'

/** What the inspector says of where a process stopped. */
export interface Paused {
  callFrames: { callFrameId: string; functionName: string; location: { lineNumber: number } }[]
}

/** An editor's debugger, as far as a test needs it: a client of Node's inspector, through Slipway's port. */
export interface InspectorClient {
  send<T = unknown>(method: string, params?: object): Promise<T>
  /** The next time it stops. */
  paused(): Promise<Paused>
  /** Stop at a line, from 0, of every file whose URL ends so. */
  breakAt(ending: string, lineNumber: number): Promise<void>
  readonly closed: Promise<void>
  close(): void
  /** Gone without a word, as with an editor that is killed. */
  terminate(): void
}

export async function connectInspector(port: number): Promise<InspectorClient> {
  const answer = await fetch(`http://127.0.0.1:${port}/json/list`)
  const [target] = (await answer.json()) as { webSocketDebuggerUrl: string }[]
  if (target === undefined) throw new Error('nothing to debug')
  const socket = new WebSocket(target.webSocketDebuggerUrl)
  onTestFinished(() => socket.terminate())
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  const answers = new Map<number, (message: Answer) => void>()
  const stops: Paused[] = []
  let wake: () => void = () => undefined
  socket.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString()) as Answer & { method?: string; params?: unknown }
    if (message.id !== undefined) answers.get(message.id)?.(message)
    if (message.method !== 'Debugger.paused') return
    stops.push(message.params as Paused)
    wake()
  })
  void closed.then(() => wake())
  await once(socket, 'open')
  let last = 0
  const client: InspectorClient = {
    send<T>(method: string, params: object = {}) {
      const id = (last += 1)
      return new Promise<T>((resolve, reject) => {
        answers.set(id, ({ result, error }) => {
          if (error === undefined) resolve(result as T)
          else reject(new Error(error.message))
        })
        socket.send(JSON.stringify({ id, method, params }))
      })
    },
    async paused() {
      for (;;) {
        const stop = stops.shift()
        if (stop !== undefined) return stop
        if (socket.readyState === WebSocket.CLOSED) throw new Error('hung up')
        await new Promise<void>((resolve) => (wake = resolve))
      }
    },
    async breakAt(ending, lineNumber) {
      await client.send('Debugger.setBreakpointByUrl', { urlRegex: `${ending.replace('.', '\\.')}$`, lineNumber })
    },
    closed,
    close: () => socket.close(),
    terminate: () => socket.terminate(),
  }
  await client.send('Runtime.enable')
  await client.send('Debugger.enable')
  return client
}

interface Answer {
  id?: number
  result?: unknown
  error?: { message: string }
}
