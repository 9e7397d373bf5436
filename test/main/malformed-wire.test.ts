// @module-tag slow
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import { hostCommands, peerCommands } from '../../core/contract/api.ts'
import { readPeerFile, type PeerFile } from '../../main/host/peer-file.ts'
import { buildDoors, slipway, startSlipway } from '../support/command-line.ts'
import { eventually } from '../support/eventually.ts'
import { fixture } from '../support/fixtures.ts'
import { tempFolder } from '../support/temp.ts'

beforeAll(buildDoors)

/** An answer on the wire: what `call` returned, or birpc's own refusal. */
interface Answer {
  r?: { ok: boolean; error?: { code: string; message?: string } }
  e?: unknown
}

/** These act whatever they are given, so they are given no object. */
const WITHOUT_ARGUMENT = ['clearLogs', 'readIdentities', 'openSample', 'refuseFolder', 'chooseFolder', 'recentFolders']
/** These take back what is there, as they are told to, where the channel they are given exists. */
const TAKES_BACK = ['rewind', 'resetChannel']
const COMMANDS = [...Object.keys(peerCommands), ...Object.keys(hostCommands)]

/** The fields of all commands, by what they hold. */
const FIELDS = {
  text: 'affiliation base64 caCertificates certificate chaincode channel collection contains editor file folder from function identity key label layout mark mode mspId name namespace network opened output point prefix privateKey query role scenario server startedBy to txId version',
  number: 'at seq height id before limit line column columns rows upTo batchTimeout maxMessageCount number timeoutMs',
  flag: 'accept debug force isInit keep on pinned',
  list: 'args calls demands endorsers tools',
  object: 'attributes ccaas filter transient',
}
const eachField = (value: (kind: keyof typeof FIELDS) => unknown) =>
  Object.fromEntries(
    Object.entries(FIELDS).flatMap(([kind, names]) =>
      names.split(' ').map((field) => [field, value(kind as keyof typeof FIELDS)]),
    ),
  )

const HUGE = 'x'.repeat(10_000)
/** Stands for lists in lists, deeper than a stack if somebody walks them. */
const DEEP = 'deep'
const nested = '['.repeat(6_000) + ']'.repeat(6_000)
const json = (value: unknown) => JSON.stringify(value).replaceAll(JSON.stringify(DEEP), nested)
const ANYTHING: unknown[] = [
  null,
  -1,
  true,
  '',
  '\0',
  HUGE,
  {},
  [],
  DEEP,
  { base64: '!' },
  { __proto__: null, toString: 7 },
]
/** Of the right kinds, so that they come as far as what the command does with them. */
const WELL_TYPED = (
  [
    [{ text: '\0', number: -1, flag: false, list: [], object: {} }, {}],
    [{ text: HUGE, number: 1e308, flag: true, list: [HUGE], object: { [HUGE]: HUGE } }, {}],
    [{ text: '\ud800', number: 0.5, flag: true, list: ['', '\0'], object: { a: 1, b: DEEP } }, { from: 1e308 }],
    [
      { text: ' ', number: 0, flag: true, list: [7, null], object: { a: null } },
      { args: [{ base64: '!' }], from: -1 },
    ],
    [{ text: '{', number: 2 ** 48 - 1, flag: true, list: ['go', 'go'], object: { a: '\ud800' } }, { tools: ['rust'] }],
  ] satisfies [Record<keyof typeof FIELDS, unknown>, object][]
).map(([values, more]) => ({ ...eachField((kind) => values[kind]), ...more }))
/** Where something is found. */
const REAL = { channel: 'mychannel', chaincode: 'misbehaving', namespace: 'misbehaving' }

interface Waiting {
  resolve(answer: Answer): void
  reject(error: Error): void
}

/** A frame as a page would send it, but written by hand. */
class Wire {
  readonly #ws: WebSocket
  readonly #waiting = new Map<string, Waiting>()
  #id = 0

  private constructor(ws: WebSocket) {
    this.#ws = ws
    ws.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as Answer & { t: string; i: string }
      if (message.t === 's') this.#waiting.get(message.i)?.resolve(message)
    })
    ws.once('close', (code) => {
      for (const { reject } of this.#waiting.values()) reject(new Error(`The wire was closed with ${code}.`))
    })
  }

  static async open({ url, token }: PeerFile): Promise<Wire> {
    const ws = new WebSocket(url, { headers: { Authorization: `Bearer ${token}` } })
    onTestFinished(() => ws.terminate())
    await new Promise((resolve, reject) => ws.once('open', resolve).once('error', reject))
    return new Wire(ws)
  }

  /** `args`: a function's arguments, as JSON. */
  ask(method: string, args: string): Promise<Answer> {
    const id = `i${this.#id++}`
    const answered = new Promise<Answer>((resolve, reject) => this.#waiting.set(id, { resolve, reject }))
    this.send(`{"t":"q","i":"${id}","m":${JSON.stringify(method)},"a":${args}}`)
    return answered
  }

  /** Text as a page sends it, which nobody answers. */
  send(text: string): void {
    this.#ws.send(text)
  }

  async code(name: unknown, args: unknown): Promise<string> {
    return codeOf(await this.ask('call', json([this.#id, name, args])))
  }

  close(): void {
    this.#ws.close()
  }
}

function codeOf({ r, e }: Answer): string {
  return r === undefined ? `no outcome: ${JSON.stringify(e)}` : r.ok ? 'ok' : (r.error?.code ?? 'no code')
}

/** What a door answers to bytes that no browser would send, in Latin-1. */
function rawRequest({ url }: PeerFile, bytes: string | Buffer): Promise<string> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname, () => socket.write(bytes))
    let text = ''
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1')
      // A wire is said goodbye to, and would be waited for.
      if (closeCode(text) !== undefined) socket.end()
    })
    // Reset or closed: either way it has ended.
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(text))
  })
}

/** Of the frame with which a door closes a wire. */
function closeCode(answer: string): number | undefined {
  const [, code] = /^HTTP\/1\.1 101 [^]*\r\n\r\n\x88.([^]{2})/.exec(answer) ?? []
  return code === undefined ? undefined : Buffer.from(code, 'latin1').readUInt16BE()
}

/** One frame of a client, whose header may lie. */
function frame(opcode: number, length: bigint, payload: Buffer): Buffer {
  const header = Buffer.alloc(14)
  header[0] = 0x80 | opcode
  header[1] = 0x80 | 127
  header.writeBigUInt64BE(length, 2)
  return Buffer.concat([header, payload])
}

function upgrade({ url, token }: PeerFile): string {
  const key = randomBytes(16).toString('base64')
  return `GET /wire HTTP/1.1\r\nHost: ${new URL(url).host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\nAuthorization: Bearer ${token}\r\n\r\n`
}

async function served() {
  const folder = await fixture('misbehaving')
  const settings = await tempFolder('settings')
  const serve = startSlipway(['serve', '--no-open', folder], { SLIPWAY_SETTINGS: settings })
  await eventually(() => existsSync(join(folder, '.slipway', 'peer.json'))).toBe(true)
  const file = await readPeerFile(join(folder, '.slipway'))
  if (file === undefined) throw new Error('peer.json names no peer')
  return { folder, settings, serve, file, wire: await Wire.open(file) }
}

test('whatever a page sends is answered with a code of its own, and the peer goes on with all it had', async () => {
  const { folder, settings, serve, file, wire } = await served()
  expect((await slipway('submit', folder, 'put', 'k', 'kept')).code).toBe(0)

  const uncoded: string[] = []
  const tell = async (name: string, args: unknown) => {
    const code = await wire.code(name, args)
    if (!/^[A-Z_]+$|^ok$/.test(code) || code === 'UNEXPECTED') {
      uncoded.push(`${name} ${json([args]).slice(0, 300)}: ${code}`)
    }
    return code
  }
  for (const name of COMMANDS) {
    for (const args of [undefined, null, 7, 'text', [], [{}], DEEP]) {
      expect([name, args, await tell(name, args)]).toEqual([name, args, 'ARGUMENT_INVALID'])
    }
    if (WITHOUT_ARGUMENT.includes(name)) continue
    for (const value of ANYTHING)
      await tell(
        name,
        eachField(() => value),
      )
    for (const args of WELL_TYPED) {
      await tell(name, args)
      if (!TAKES_BACK.includes(name)) await tell(name, { ...args, ...REAL })
    }
  }
  expect(uncoded).toEqual([])
  for (const name of ['explode', 'constructor', '__proto__', '', 7, null, {}, [], DEEP, HUGE]) {
    expect(await wire.code(name, {})).toBe('ARGUMENT_INVALID')
  }
  for (const args of ['[]', '[1]', '["1","evaluate",{}]', '[null,null,null]', '[{},[],7,8,9]']) {
    expect(codeOf(await wire.ask('call', args))).toBe('ARGUMENT_INVALID')
  }
  for (const method of ['explode', 'constructor', '__proto__', 'news', '']) {
    expect((await wire.ask(method, '[]')).e).toBeDefined()
  }
  // No one asked for an answer to these.
  for (const text of [
    'null',
    '7',
    '"x"',
    '[]',
    '{}',
    '{"t":"q"}',
    '{"t":"s","i":"none","r":1}',
    '{"t":"q","m":"cancel","a":[{}]}',
  ]) {
    wire.send(text)
  }

  // A page that breaks the protocol loses its wire; what its frames claim to hold is not waited for.
  const nonsense = Buffer.from('{')
  const frames: [Buffer, number][] = [
    [frame(1, 2n ** 40n, nonsense), 1009],
    [frame(1, 2n ** 63n, nonsense), 1009],
    [frame(1, 1n, nonsense), 1003],
    [frame(2, 1n, nonsense), 1003],
    [frame(3, 1n, nonsense), 1002],
    [frame(1, 1n, Buffer.of(0xff)), 1007],
  ]
  for (const [bytes, code] of frames) {
    const answer = await rawRequest(file, Buffer.concat([Buffer.from(upgrade(file)), bytes]))
    expect(closeCode(answer)).toBe(code)
  }
  for (const text of ['nonsense\r\n\r\n', `GET /${HUGE} HTTP/1.1\r\n\r\n`, `GET / HTTP/1.1\r\nHost: ${HUGE}\r\n\r\n`]) {
    expect(await rawRequest(file, text)).toMatch(/^HTTP\/1.1 4\d\d /)
  }
  for (const path of ['/session/challenge', '/session/return', '/session/key', '/address', '/wire', '/']) {
    for (const body of [
      '',
      '{',
      'null',
      '7',
      '[]',
      '{}',
      '{"id":7,"nonce":{}}',
      '{"id":"__proto__","challenge":"","proof":""}',
      HUGE,
    ]) {
      const origin = new URL(file.url).origin.replace('ws', 'http')
      const response = await fetch(origin + path, { method: 'POST', headers: { Origin: origin }, body })
      await response.text()
      expect([path, body.slice(0, 20), Math.floor(response.status / 100)]).toEqual([path, body.slice(0, 20), 4])
    }
  }

  const read = { chaincode: 'misbehaving', function: 'get', args: ['k'] }
  const { r } = await wire.ask('call', JSON.stringify([0, 'evaluate', read]))
  expect(r).toMatchObject({ ok: true, value: { status: 200, payload: 'kept' } })
  serve.child.kill('SIGTERM')
  expect((await serve.ended).code).toBe(143)
  expect(await readdir(settings)).not.toContain('crashes')
})
