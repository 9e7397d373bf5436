// @module-tag slow
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { needs } from '../support/require.ts'
import { comparable, run } from './client.ts'
import { lacks } from './not-yet.ts'
import { onPurpose } from './on-purpose.ts'
import { traces, type Command, type Outcome } from './recording.ts'
import { verdict } from './row.ts'
import { scene } from './scene.ts'

const MIB = 1024 * 1024
const FABRIC = 'v2.5.16'

/** What a client of the gateway saw, as large-go.json and large-node.json tell it. */
interface Experiment {
  ok?: string
  /** Bytes of the answer. */
  len?: number
  message?: string
  /** What the peer said, where the gateway hides it. */
  details?: { message: string }[]
  /** Whether the chaincode lived on. */
  ccAlive?: boolean
}

needs('go').describe('large messages, as recorded with Go', () => {
  each('large-go', 'probe', (name) => {
    const [, kind, what, size] = /^(eval|submit) (arg|reply|put value) (\d+)MiB/.exec(name) ?? []
    const bytes = Number(size) * MIB
    const args =
      what === 'arg'
        ? ['echolen', 'x'.repeat(bytes)]
        : [what === 'reply' ? ['bigreply'] : ['bigput', 'k'], String(bytes)].flat()
    return { kind: kind === 'eval' ? 'evaluate' : 'submit', args }
  })
})

needs().describe('large messages, as recorded with Node', () => {
  each('large-node', 'nprobe', (name) => ({ kind: 'evaluate', args: ['echolen', 'x'.repeat(Number(name) * MIB)] }))
})

function each(list: string, chaincode: string, command: (name: string) => Pick<Command, 'kind' | 'args'>): void {
  const experiments = JSON.parse(readFileSync(`${traces}${list}.json`, 'utf8')) as Record<string, Experiment>
  for (const [name, experiment] of Object.entries(experiments)) {
    const recording = `${list}: ${name}`
    test.skipIf(lacks(recording))(name, async ({ task }) => {
      const { peer } = await scene(FABRIC, [chaincode])
      const outcome = await run(peer.api, { ...command(name), chaincode, isInit: false })
      const lives = await run(peer.api, { kind: 'evaluate', chaincode, args: ['get', 'nope'], isInit: false })
      const here = [outcomeLine(outcome), livesLine(lives.payload !== undefined)]
      const before = [recordedLine(experiment), livesLine(experiment.ccAlive ?? experiment.ok !== undefined)]
      const found = before.flatMap((line, i) => (line === here[i] ? [] : [`recorded ${line}, here ${here[i] ?? ''}`]))
      const meant = onPurpose[recording]
      const shim = chaincode === 'probe' ? 'Go shim 1' : 'Node shim'
      task.meta.conformance = { recording, fabric: FABRIC, shim, ...verdict(found, meant?.reason) }
      expect(found).toEqual(meant?.differences ?? [])
    })
  }
}

function recordedLine({ ok, len, message = '', details = [] }: Experiment): string {
  if (ok !== undefined) return `answer: ${short(ok, len ?? ok.length)}`
  return `failed: ${sizeless(details[0]?.message ?? message)}`
}

function outcomeLine(outcome: Outcome): string {
  const { payload = '', message = '', status = 200 } = comparable(outcome)
  return status === 200 ? `answer: ${short(payload, payload.length)}` : `failed: ${sizeless(message)}`
}

function short(text: string, length: number): string {
  return length > 100 ? `${length} bytes` : text
}

function livesLine(lives: boolean): string {
  return lives ? 'the chaincode lives on' : 'the chaincode is gone'
}

/** How much larger than allowed depends on the length of certificates; ids are set aside. */
function sizeless(text: string): string {
  return text
    .replace(/\(\d+ vs\. (\d+)\)/, '(N vs. $1)')
    .replace(/message payload is \d+ bytes/, 'message payload is N bytes')
    .replace(/\[[0-9a-f]{8}\] /, '')
    .replaceAll(/[0-9a-f]{64}/g, 'TXID')
}
