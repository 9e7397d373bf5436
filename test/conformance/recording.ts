import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { ChaincodeMessage } from '../../core/protos/index.ts'
import type { Recorded } from '../support/recording-proxy.ts'

/** What a real peer, its client and a chaincode said to each other, as test/conformance/traces/ holds it. */
export interface Recording {
  name: string
  /** The peer's version: `v2.5.16`. */
  fabric: string
  description: string
  commands: Command[]
  /** Without what happened to the stream itself, which only the transport's own words tell. */
  messages: Recorded[]
}

/** `peer chaincode invoke` or `query`. */
export interface Command {
  kind: 'submit' | 'evaluate'
  chaincode: string
  args: string[]
  isInit: boolean
  outcome: Outcome
}

/** What the client was told. Only what is there was said. */
export interface Outcome {
  status?: number
  message?: string
  payload?: string
  /** The validation code. */
  committed?: string
  /** The status that the client did not take for a success, though it was endorsed. */
  notAssembled?: number
}

export const traces = fileURLToPath(new URL('traces/', import.meta.url))

/** All recordings of conversations, in the order of their names; the lists of experiments are read by their own suites. */
export function recordings(): Recording[] {
  return readdirSync(traces)
    .filter((file) => !/raw-protocol|large-/.test(file))
    .sort()
    .map((file) => readRecording(file.replace('.json', '')))
}

interface Trace {
  fabric: string
  description: string
  client?: Ran | Ran[]
  messages: { dir?: string; raw?: string }[]
}

interface Ran {
  cmd: string
  rc: number
  stdout: string
  stderr: string
}

function readRecording(name: string): Recording {
  const trace = JSON.parse(readFileSync(`${traces}${name}.json`, 'utf8')) as Trace
  return {
    name,
    fabric: trace.fabric,
    description: trace.description,
    commands: [trace.client ?? []].flat().map(commandOf),
    messages: trace.messages.flatMap(({ dir, raw: base64 }) => {
      if (dir === undefined) return []
      if (base64 === undefined) throw new Error(`${name} has a message without its bytes`)
      const raw = Buffer.from(base64, 'base64')
      return { direction: dir === 'cc->peer' ? '>' : '<', message: ChaincodeMessage.deserializeBinary(raw), raw }
    }),
  }
}

function commandOf(ran: Ran): Command {
  const [, verb, chaincode = '', json = ''] =
    /^peer chaincode (invoke|query) .*?-n (\S+) -c (\{.*\})/.exec(ran.cmd) ?? []
  if (verb === undefined) throw new Error(`not understood: ${ran.cmd}`)
  return {
    kind: verb === 'invoke' ? 'submit' : 'evaluate',
    chaincode,
    args: (JSON.parse(json) as { Args: string[] }).Args,
    isInit: ran.cmd.includes('--isInit'),
    outcome: outcomeOf(ran),
  }
}

/** Reads what the `peer` command printed. Its log lines differ between versions; what they say of the answer does not. */
export function outcomeOf({ rc, stdout, stderr }: Omit<Ran, 'cmd'>): Outcome {
  const assembled = /could not assemble transaction: proposal response was not successful, error code (\d+)/.exec(
    stderr,
  )
  if (assembled !== null) return { notAssembled: Number(assembled[1]) }
  const said = /(?:result|response): (status:.*)/s.exec(stderr)?.[1]
  if (said === undefined) {
    if (rc !== 0) throw new Error(`not understood: ${stderr}`)
    return { payload: stdout.trimEnd() }
  }
  const [, committed] = /committed with status \((\w+)\)/.exec(stderr) ?? []
  const text = (field: string) => {
    const [, quoted] = new RegExp(`\\b${field}:"((?:[^"\\\\]|\\\\.)*)"`).exec(said) ?? []
    return quoted === undefined ? {} : { [field]: unquoted(quoted) }
  }
  return {
    status: Number(/status:(\d+)/.exec(said)?.[1]),
    ...text('message'),
    ...text('payload'),
    ...(committed === undefined ? {} : { committed }),
  }
}

/** Protobuf's text form of bytes: octal and the usual escapes. */
function unquoted(text: string): string {
  const bytes = text.replace(/\\([0-7]{3}|x[0-9a-f]{2}|.)/g, (_all, code: string) => {
    if (/^[0-7]{3}$/.test(code)) return String.fromCharCode(parseInt(code, 8))
    if (code.startsWith('x')) return String.fromCharCode(parseInt(code.slice(1), 16))
    return { n: '\n', t: '\t', r: '\r' }[code] ?? code
  })
  return bytes
}
