import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

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

/** An address that another program listens on, until the test is over. */
export async function takenAddress(): Promise<string> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())))
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}
