import { connect } from 'node:net'

/** A connection to a headless Delve, in its JSON-RPC API 2 (service/rpc2 of Delve 1.27). */
export interface DelveClient {
  /**
   * Rejects with Delve's own words, or with why the connection is closed: nobody listens there, what came isn't JSON-RPC, or
   * either side has hung up. Waits for as long as Delve takes.
   */
  call<T = unknown>(method: string, argument?: object): Promise<T>
  /** Idempotent. */
  close(): void
}

interface Answer {
  id: number
  result?: unknown
  error?: unknown
}

/** Calls may be made before the connection stands. */
export function connectDelve(port: number): DelveClient {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true })
  const waiting = new Map<number, (answer: Answer | Error) => void>()
  let last = 0
  let reason = new Error('Delve has hung up.')
  /** Of the line that hasn't ended yet. */
  let parts: string[] = []
  socket.setEncoding('utf8')
  socket.on('data', (text: string) => {
    // Go's encoder ends each answer with a line feed, and writes none inside.
    const [first = '', ...others] = text.split('\n')
    parts.push(first)
    for (const next of others) {
      const answer = answerOf(parts.join(''))
      parts = [next]
      if (answer === undefined) return void socket.destroy(new Error('What answers at Delve’s port isn’t Delve.'))
      waiting.get(answer.id)?.(answer)
      waiting.delete(answer.id)
    }
  })
  socket.on('error', (error) => (reason = error))
  socket.once('close', () => {
    for (const settle of waiting.values()) settle(reason)
    waiting.clear()
  })
  return {
    call<T>(method: string, argument: object = {}) {
      return new Promise<T>((resolve, reject) => {
        if (socket.destroyed) return reject(reason)
        const id = (last += 1)
        waiting.set(id, (answer) => {
          if (answer instanceof Error) reject(answer)
          else if (typeof answer.error === 'string') reject(new Error(answer.error))
          else resolve(answer.result as T)
        })
        socket.write(JSON.stringify({ id, method: `RPCServer.${method}`, params: [argument] }))
      })
    },
    close: () => socket.destroy(),
  }
}

/** undefined: it isn't one. */
function answerOf(line: string): Answer | undefined {
  try {
    const answer = JSON.parse(line) as Partial<Answer> | null
    return typeof answer?.id === 'number' ? (answer as Answer) : undefined
  } catch {
    return undefined
  }
}
