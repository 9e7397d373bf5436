import { createBirpc } from 'birpc'
import { expect, test } from 'vitest'
import type { PeerNews } from '../../core/contract/api.ts'
import { PeerError } from '../../core/contract/error.ts'
import type { DoorFunctions, HostFunctions } from '../../core/contract/wire.ts'
import { bridge } from '../../main/host/bridge.ts'
import { startHost, type Host } from '../../main/host/host.ts'
import { eventually } from '../support/eventually.ts'

/** A pipe whose other end the test holds; messages are copied as any process wall copies them. */
function pipe() {
  let toHost: (message: unknown) => void = () => undefined
  let toDoor: (message: unknown) => void = () => undefined
  return {
    wire: {
      post: (message: unknown) => toDoor(structuredClone(message)),
      onMessage(heard: (message: unknown) => void) {
        toHost = heard
        return () => (toHost = () => undefined)
      },
    },
    send: (message: unknown) => toHost(structuredClone(message)),
    receive: (heard: (message: unknown) => void) => (toDoor = heard),
  }
}

function bridged(host: Pick<Host, 'api' | 'subscribe'>) {
  const { wire, send, receive } = pipe()
  const heard: PeerNews[] = []
  const { close } = bridge(host, wire)
  const door = createBirpc<HostFunctions, DoorFunctions>(
    { news: (news) => void heard.push(news) },
    { post: send, on: receive, timeout: -1 },
  )
  return { door, close, heard, send, receive }
}

/** A host with one command that lasts until it is aborted, as a call in a debugger does. */
function hostWithEndlessCall() {
  const host = startHost({ door: 'browser' })
  const reasons: unknown[] = []
  const evaluate: Host['api']['evaluate'] = (_args, signal) =>
    new Promise((_settle, reject) => {
      signal?.addEventListener('abort', () => {
        reasons.push(signal.reason)
        reject(new Error('the transport broke'))
      })
    })
  const subscribe: Host['subscribe'] = (listener) => host.subscribe(listener)
  return { host: { api: { ...host.api, evaluate }, subscribe }, reasons }
}

const request = { chaincode: 'cc', function: 'f', args: [] }

test('a cancelled call is answered ABORTED, whatever it threw', async () => {
  const { host, reasons } = hostWithEndlessCall()
  const { door } = bridged(host)
  const outcome = door.call(7, 'evaluate', request)
  await door.cancel(7)
  expect(await outcome).toMatchObject({ ok: false, error: { code: 'ABORTED' } })
  expect(reasons).toEqual([expect.any(PeerError)])
})

test('cancelling what is answered or unknown is passed over', async () => {
  const { door } = bridged(startHost({ door: 'browser' }))
  await door.call(1, 'recentFolders', {})
  await door.cancel(1)
  await door.cancel(99)
  expect(await door.call(2, 'recentFolders', {})).toEqual({ ok: true, value: [] })
})

test('closing aborts every call under way and ends the listening', async () => {
  const { host, reasons } = hostWithEndlessCall()
  const { door, close, heard } = bridged(host)
  await door.listen()
  void door.call(1, 'evaluate', request)
  void door.call(2, 'evaluate', request)
  await door.call(3, 'recentFolders', {})
  close()
  expect(reasons).toHaveLength(2)
  expect(heard).toHaveLength(1)
})

test('listening again gives a new snapshot', async () => {
  const { door, heard } = bridged(startHost({ door: 'browser' }))
  await door.listen()
  await door.listen()
  await eventually(() => heard.map(({ type }) => type)).toEqual(['snapshot', 'snapshot'])
})

test.each([
  ['an unknown name', 1, 'explode', {}],
  ['an inherited name', 1, 'constructor', {}],
  ['a name that isn’t text', 1, { toString: 'x' }, {}],
  ['no arguments', 1, 'listFolders', undefined],
  ['a list of arguments', 1, 'listFolders', []],
  ['an id that isn’t a number', 'one', 'listFolders', {}],
  ['a folder that isn’t text', 1, 'openFolder', { folder: 7 }],
  ['a missing field', 1, 'restart', {}],
  ['arguments that aren’t a list', 1, 'submit', { chaincode: 'cc', function: 'f', args: 'x' }],
  ['an argument that is neither text nor bytes', 1, 'evaluate', { chaincode: 'cc', function: 'f', args: [{}] }],
  ['an inherited field', 1, 'restart', { __proto__: { name: 'x' } }],
  ['a limit that isn’t a number', 1, 'readCalls', { limit: null }],
  ['a filter that is a list', 1, 'readLogs', { filter: [], from: 0, limit: 1 }],
])('refuses %s', async (_what, id, name, args) => {
  const { door } = bridged(startHost({ door: 'browser' }))
  const outcome = await door.call(id as number, name as 'listFolders', args)
  expect(outcome).toMatchObject({ ok: false, error: { code: 'ARGUMENT_INVALID' } })
})

test('refuses an id that is in use', async () => {
  const { host } = hostWithEndlessCall()
  const { door, close } = bridged(host)
  void door.call(1, 'evaluate', request)
  expect(await door.call(1, 'evaluate', request)).toMatchObject({ ok: false, error: { code: 'ARGUMENT_INVALID' } })
  close()
})

test.each([
  null,
  1,
  'text',
  {},
  { t: 'q' },
  { t: 's' },
  { t: 'q', m: 'constructor', a: [], i: '1' },
  { t: 'x', m: 'call', a: [] },
])('survives the message %j', async (message) => {
  const { door, send } = bridged(startHost({ door: 'browser' }))
  send(message)
  expect(await door.call(1, 'recentFolders', {})).toMatchObject({ ok: true })
})
