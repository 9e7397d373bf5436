import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'

/** Below those that a system gives to whoever asks for any port, so that it stays free until it is used. */
const [FIRST, LAST] = [20_000, 32_000]

/** A port of this machine's loopback that nobody listens on. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(FIRST, LAST)
    const server = createServer()
    server.listen(port, '127.0.0.1')
    try {
      await once(server, 'listening')
    } catch {
      // Somebody has it.
      continue
    }
    await new Promise((resolve) => server.close(resolve))
    return port
  }
}

export async function freeAddress(): Promise<string> {
  return `127.0.0.1:${await freePort()}`
}
