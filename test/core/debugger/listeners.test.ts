import fc from 'fast-check'
import { expect, test } from 'vitest'
import { inspector } from '../../../core/debugger/inspector.ts'
import { jdwp } from '../../../core/debugger/jdwp.ts'
import type { Runtime } from '../../../core/debugger/runtime.ts'

type Told = boolean | 'attached'

/** What is told when both sides say this, cut anywhere. */
function told(runtime: Runtime, said: [from: 'process' | 'editor', bytes: Buffer][], cut: number): Told[] {
  const heard: Told[] = []
  const listener = runtime.listen({
    attached: () => heard.push('attached'),
    paused: (stands) => heard.push(stands),
  })
  for (const [from, bytes] of said) {
    for (let at = 0; at < bytes.length; at += cut) {
      const part = bytes.subarray(at, at + cut)
      if (from === 'process') listener.fromProcess(part)
      else listener.fromEditor(part)
    }
  }
  return heard
}

const cuts = fc.integer({ min: 1, max: 400 })

function frame(text: string, mask?: Buffer): Buffer {
  const payload = Buffer.from(text)
  const long = payload.length > 125
  const header = Buffer.alloc(long ? 4 : 2)
  header[0] = 0x81
  header[1] = (long ? 126 : payload.length) | (mask === undefined ? 0 : 0x80)
  if (long) header.writeUInt16BE(payload.length, 2)
  if (mask === undefined) return Buffer.concat([header, payload])
  return Buffer.concat([header, mask, Buffer.from(payload.map((byte, i) => byte ^ (mask[i % 4] ?? 0)))])
}

test('the inspector’s pauses are heard however the bytes are cut', () => {
  const body = 'x'.repeat(300)
  const list = Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`)
  const upgrade = Buffer.from('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n')
  const ask = Buffer.from('GET /json/list HTTP/1.1\r\n\r\n')
  const request = Buffer.from('GET /id HTTP/1.1\r\nUpgrade: websocket\r\n\r\n')
  const paused = frame(`{"method":"Debugger.paused","params":{"reason":"${'frame '.repeat(200)}"}}`)
  const resumed = frame('{"method":"Debugger.resumed","params":{}}')
  const other = frame(`{"method":"Runtime.consoleAPICalled","params":{"args":["Debugger.paused"]}}`)
  const off = frame('{"id":7,"method":"Debugger.disable"}', Buffer.from([1, 2, 3, 4]))
  fc.assert(
    fc.property(cuts, (cut) => {
      const heard = told(
        inspector,
        [
          ['editor', Buffer.concat([ask, request])],
          ['process', Buffer.concat([list, upgrade, other, paused, other, resumed, Buffer.from([0x81, 0]), paused])],
          ['editor', off],
        ],
        cut,
      )
      expect(heard).toEqual(['attached', true, false, true, false])
    }),
  )
})

test('who only asks what there is to debug is no editor', () => {
  const list = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]')
  const ask = Buffer.from('GET /json/list HTTP/1.1\r\n\r\n')
  fc.assert(
    fc.property(cuts, (cut) => {
      const asked = [ask, list, ask, list].map((bytes): ['process' | 'editor', Buffer] => [
        bytes === ask ? 'editor' : 'process',
        bytes,
      ])
      expect(told(inspector, asked, cut)).toEqual([])
    }),
  )
})

const HANDSHAKE = Buffer.from('JDWP-Handshake')
const thread = (n: number) => Buffer.from([0, 0, 0, 0, 0, 0, 0, n])

function packet(set: number, command: number, data: Buffer): Buffer {
  const header = Buffer.alloc(11)
  header.writeUInt32BE(11 + data.length)
  header[9] = set
  header[10] = command
  return Buffer.concat([header, data])
}

/** A breakpoint in a thread: suspend policy, one event, its kind, the request, the thread and a place. */
const stop = (policy: number, n: number) =>
  packet(64, 100, Buffer.concat([Buffer.from([policy, 0, 0, 0, 1, 2, 0, 0, 0, 9]), thread(n), Buffer.alloc(25)]))
const resumeAll = packet(1, 9, Buffer.alloc(0))
const resume = (n: number) => packet(11, 3, thread(n))

test('a JVM stands as long as one of its threads does', () => {
  const cases: [name: string, said: ['process' | 'editor', Buffer][], heard: boolean[]][] = [
    [
      'all, and all go on',
      [
        ['process', stop(2, 1)],
        ['editor', resumeAll],
      ],
      [true, false],
    ],
    [
      'one thread goes on by itself',
      [
        ['process', stop(1, 1)],
        ['editor', resume(1)],
      ],
      [true, false],
    ],
    [
      'two threads',
      [
        ['process', stop(1, 1)],
        ['process', stop(1, 2)],
        ['editor', resume(1)],
        ['editor', resume(2)],
      ],
      [true, false],
    ],
    [
      'two threads, all go on',
      [
        ['process', stop(1, 1)],
        ['process', stop(1, 2)],
        ['editor', resumeAll],
      ],
      [true, false],
    ],
    [
      'suspended twice',
      [
        ['process', stop(2, 1)],
        ['editor', packet(1, 8, Buffer.alloc(0))],
        ['editor', resumeAll],
      ],
      [true],
    ],
    [
      'one of all evaluates',
      [
        ['process', stop(2, 1)],
        ['editor', resume(1)],
      ],
      [true],
    ],
    ['an event that stops nobody', [['process', stop(0, 1)]], []],
    [
      'what runs is resumed',
      [
        ['editor', resume(3)],
        ['editor', resumeAll],
        ['process', stop(1, 3)],
      ],
      [true],
    ],
  ]
  fc.assert(
    fc.property(cuts, (cut) => {
      for (const [name, said, heard] of cases) {
        const shaken: typeof said = [['process', HANDSHAKE], ['editor', HANDSHAKE], ...said]
        const states = told(jdwp, shaken, cut).filter((one) => one !== 'attached')
        expect([name, states]).toEqual([name, heard])
      }
    }),
  )
})
