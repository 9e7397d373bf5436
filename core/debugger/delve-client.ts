import { connect } from 'node:net'
import { once } from 'node:events'

/** A connection to a headless Delve, in its JSON-RPC API 2 (service/rpc2 of Delve 1.27). */
export interface DelveClient {
  /** Rejects with Delve's own words, or once the connection is closed. */
  call<T = unknown>(method: string, argument?: object): Promise<T>
  close(): void
}

interface Answer {
  id: number
  result: unknown
  error: string | null
}

/** Rejects where nobody listens. */
export async function connectDelve(port: number): Promise<DelveClient> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true })
  const waiting = new Map<number, (answer: Answer | undefined) => void>()
  let last = 0
  let rest = ''
  socket.setEncoding('utf8')
  socket.on('data', (text: string) => {
    // Go's encoder ends each answer with a line feed, and writes none inside.
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const answer = JSON.parse(line) as Answer
      waiting.get(answer.id)?.(answer)
      waiting.delete(answer.id)
    }
  })
  socket.once('close', () => {
    for (const settle of waiting.values()) settle(undefined)
    waiting.clear()
  })
  await once(socket, 'connect')
  socket.on('error', () => socket.destroy())
  return {
    call<T>(method: string, argument: object = {}) {
      return new Promise<T>((resolve, reject) => {
        const id = (last += 1)
        const settle = (answer: Answer | undefined) => {
          if (answer === undefined) reject(new Error('Delve has hung up.'))
          else if (answer.error !== null) reject(new Error(answer.error))
          else resolve(answer.result as T)
        }
        if (socket.destroyed) return settle(undefined)
        waiting.set(id, settle)
        socket.write(JSON.stringify({ id, method: `RPCServer.${method}`, params: [argument] }))
      })
    },
    close: () => socket.destroy(),
  }
}
