import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'

/** One call of a program, in the order of its file. */
export interface Call {
  id: string
  kind: 'submit' | 'evaluate'
  chaincode: string
  args: string[]
  transient?: Record<string, string>
  isInit?: boolean
  /** Calls of one group follow each other, are endorsed one after another, and share a block. */
  group?: string
}

/** What a peer answered to it. What a call didn't come to is absent: results without an answer, a code without an order. */
export interface Answer {
  txid: string
  status: number
  message: string
  payload: Buffer
  /** The ChaincodeAction that was endorsed, and in it the TxReadWriteSet and the ChaincodeEvent. */
  action?: Buffer | undefined
  results?: Buffer | undefined
  events?: Buffer | undefined
  /** A validation code, and where the block has the transaction. */
  code?: string | undefined
  block: number
  txnum: number
  blocktxs: number
}

export interface Program {
  name: string
  calls: Call[]
  answers: ReadonlyMap<string, Answer>
}

const folder = fileURLToPath(new URL('recorded/', import.meta.url))

/** The collections of `fz`; `fz2` has none. */
export const collectionsFile = join(folder, 'collections_config.json')

export function programs(): Program[] {
  const files = readdirSync(folder)
  const names = files.flatMap((file) => /^programs-(\d+)\.jsonl/.exec(file)?.[1] ?? []).sort()
  if (names.length === 0) throw new Error('no programs')
  return names.map((name) => {
    const answers = lines<RecordedAnswer>(files, `answers-${name}.jsonl`)
    return {
      name,
      calls: lines<Call>(files, `programs-${name}.jsonl`),
      answers: new Map(answers.map((answer) => [answer.id, answerOf(answer)])),
    }
  })
}

interface RecordedAnswer extends Record<'payload', string>, Partial<Record<'action' | 'results' | 'events', string>> {
  id: string
  txid: string
  status: number
  message: string
  code?: string
  block: number
  txnum: number
  blocktxs: number
}

function answerOf({ id: _id, payload, action, results, events, ...answer }: RecordedAnswer): Answer {
  return {
    ...answer,
    payload: Buffer.from(payload, 'base64'),
    action: bytes(action),
    results: bytes(results),
    events: bytes(events),
  }
}

function bytes(base64: string | undefined): Buffer | undefined {
  return base64 === undefined ? undefined : Buffer.from(base64, 'base64')
}

function lines<T>(files: readonly string[], name: string): T[] {
  const file = files.find((one) => one === name || one === `${name}.gz`)
  if (file === undefined) throw new Error(`no ${name}`)
  const content = readFileSync(join(folder, file))
  const text = (file.endsWith('.gz') ? gunzipSync(content) : content).toString()
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T)
}
