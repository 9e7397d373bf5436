import { createBirpc } from 'birpc'
import { afterEach, expect, test } from 'vitest'
import type { PeerNews } from '../../core/contract/api.ts'
import { PeerError } from '../../core/contract/error.ts'
import type { DoorFunctions, HostFunctions } from '../../core/contract/wire.ts'
import { openLink } from '../../renderer/wire/link.ts'
import { windowWire } from '../../renderer/wire/wire.ts'
import { later } from './later.ts'

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

/** A host on the other end of a real message channel. */
function startHost(functions: HostFunctions) {
  const { port1, port2 } = new MessageChannel()
  closing.push(() => port1.close())
  const host = createBirpc<DoorFunctions, HostFunctions>(functions, {
    post: (message) => port1.postMessage(message),
    on: (listener) => {
      port1.onmessage = (event) => listener(event.data)
    },
    eventNames: ['news'],
    timeout: -1,
  })
  const wire = windowWire({
    post: (message) => port2.postMessage(message),
    onMessage: (listener) => {
      port2.onmessage = (event: MessageEvent) => listener(event.data)
    },
  })
  return { host, wire }
}

function openOn(functions: Partial<HostFunctions>) {
  const news: PeerNews[] = []
  const { promise: up, resolve } = later()
  const { host, wire } = startHost({
    call: async () => ({ ok: true, value: undefined }),
    cancel: () => undefined,
    listen: () => undefined,
    ...functions,
  })
  const link = openLink(wire, { up: resolve, down: () => undefined, news: (item) => news.push(item) })
  closing.push(() => link.close())
  return { host, link, news, up }
}

test('an outcome comes back as its value, an error as a PeerError with its code and words', async () => {
  const { link, up } = openOn({
    call: async (_id, name) =>
      name === 'recentFolders'
        ? { ok: true, value: ['/work/marbles'] }
        : { ok: false, error: new PeerError('CHAINCODE_UNKNOWN', { name: 'marbles', known: [] }).toJSON() },
  })
  await up
  expect(await link.call('recentFolders', {})).toEqual(['/work/marbles'])
  const thrown = await link.call('launch', { name: 'marbles' }).catch((error: unknown) => error)
  expect(thrown).toBeInstanceOf(PeerError)
  expect(thrown).toMatchObject({ code: 'CHAINCODE_UNKNOWN', details: { name: 'marbles' } })
})

test('aborting a call cancels it at the host, by its own number', async () => {
  const calls = new Map<number, () => void>()
  const { link, up } = openOn({
    call: (id) =>
      new Promise((resolve) => {
        calls.set(id, () => resolve({ ok: false, error: new PeerError('ABORTED', { what: 'submit' }).toJSON() }))
      }),
    cancel: (id) => calls.get(id)?.(),
  })
  await up
  const abort = new AbortController()
  const call = link.call('submit', { chaincode: 'marbles', function: 'wait', args: [] }, abort.signal)
  abort.abort()
  await expect(call).rejects.toMatchObject({ code: 'ABORTED' })
})

test('a link that goes down fails its open calls, and a call on it fails at once', async () => {
  const { link, up } = openOn({ call: () => new Promise(() => undefined) })
  await up
  const open = link.call('recentFolders', {})
  link.close()
  await expect(open).rejects.toMatchObject({ code: 'DISCONNECTED' })
  await expect(link.call('recentFolders', {})).rejects.toMatchObject({ code: 'DISCONNECTED' })
})

test('news arrives in the order it was sent', async () => {
  const { promise: listened, resolve } = later()
  const { host, news, link, up } = openOn({ listen: resolve })
  await up
  await listened
  const first: PeerNews = { type: 'snapshot', state: undefined, host: { door: 'browser', platform: 'linux' } }
  await host.news(first)
  for (let seq = 1; seq <= 50; seq += 1) {
    await host.news({ type: 'event', event: { type: 'calls', count: seq, seq } })
  }
  // An answer comes after everything that was sent before it.
  await link.call('recentFolders', {})
  expect(news.map((item) => (item.type === 'event' ? item.event.seq : 0))).toEqual([...Array(51).keys()])
})
