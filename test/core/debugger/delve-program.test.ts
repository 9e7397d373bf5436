import { createServer, type AddressInfo, type Socket } from 'node:net'
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { watchDelve } from '../../../core/debugger/delve-program.ts'

/** Longer than Delve may take. */
const TOO_LONG_MS = 25_000

/** What Delve never does: `answer` is called with each request. */
async function delveDouble(answer: (socket: Socket, request: { id: number; method: string }) => void) {
  const sockets = new Set<Socket>()
  let hungUp: () => void = () => undefined
  const closed = new Promise<void>((resolve) => (hungUp = resolve))
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined).once('close', hungUp)
    let rest = ''
    socket.setEncoding('utf8').on('data', (text: string) => {
      // Requests aren't separated.
      const all = (rest + text).split(/(?<=\]\})/)
      rest = all.at(-1)?.endsWith(']}') === true ? '' : (all.pop() ?? '')
      for (const one of all) answer(socket, JSON.parse(one) as { id: number; method: string })
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  })
  return { port: (server.address() as AddressInfo).port, closed }
}

const answered = (id: number, result: unknown) => `${JSON.stringify({ id, result, error: null })}\n`

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  return () => void vi.useRealTimers()
})

for (const [what, said] of [
  ['no JSON', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
  ['no object', 'null\n'],
  ['no answer', '{"hello":1}\n'],
  ['no process', answered(1, {})],
  ['every process', answered(1, { Pid: -1 })],
  ['no result', answered(1, null)],
  ['an error', '{"id":1,"result":null,"error":"no"}\n'],
] as const)
  test(`a debugger that answers ${what} fails, and is hung up on`, async () => {
    const delve = await delveDouble((socket) => void socket.write(said))
    await expect(watchDelve(delve.port, () => undefined)).rejects.toMatchObject({
      code: 'DEBUG_FAILED',
      cause: expect.any(Error) as Error,
    })
    await delve.closed
  })

test('a debugger that hangs up fails', async () => {
  const delve = await delveDouble((socket) => void socket.destroy())
  await expect(watchDelve(delve.port, () => undefined)).rejects.toMatchObject({ code: 'DEBUG_FAILED' })
})

test('a debugger that doesn’t answer fails after a while, and is hung up on', async () => {
  let asked: () => void = () => undefined
  const isAsked = new Promise<void>((resolve) => (asked = resolve))
  const delve = await delveDouble(() => asked())
  const watching = watchDelve(delve.port, () => undefined)
  watching.catch(() => undefined)
  await isAsked
  await vi.advanceTimersByTimeAsync(TOO_LONG_MS)
  await expect(watching).rejects.toMatchObject({ code: 'DEBUG_FAILED' })
  await delve.closed
})

test('a debugger that stops answering holds up nobody who waits for the program to go on', async () => {
  const delve = await delveDouble((socket, { id, method }) => {
    if (method === 'RPCServer.ProcessPid') socket.write(answered(id, { Pid: 4711 }))
  })
  const program = await watchDelve(delve.port, () => undefined)
  const abandoned = program.abandon()
  await vi.advanceTimersByTimeAsync(TOO_LONG_MS)
  await abandoned
  program.close()
  await delve.closed
})

test('an answer is read however it is cut', async () => {
  const delve = await delveDouble((socket, { id }) => {
    const text = `${answered(99, 'x'.repeat(2_000_000))}${answered(id, { Pid: 4711 })}`
    for (let at = 0; at < text.length; at += 100_001) socket.write(text.slice(at, at + 100_001))
  })
  const program = await watchDelve(delve.port, () => undefined)
  expect(program.pid).toBe(4711)
  program.close()
})
