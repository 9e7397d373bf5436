import { Document, isMap, isScalar, isSeq, parseDocument, Scalar, visit, type ScalarTag } from 'yaml'
import type { CallRecord, CallRequest } from '../contract/call.ts'
import { ERROR_THRESHOLD } from '../endorser/endorser.ts'
import { partsOf, readsOf, writesOf, type Answer } from './answer.ts'
import { differences } from './compare.ts'
import { exactFromJson, exactToJson, isNumber, type Exact } from './exact.ts'
import { judge, unprinted } from './judge.ts'
import type { CallStep, Expectation } from './scenario.ts'
import { substituted, textWith, withVariables, type Variables } from './variables.ts'

/** What a scenario's file says of a call. */
type Written = Map<string, Exact>

/** The YAML of a scenario made of calls, in the order in which they were made. */
export function recordedScenario(title: string, chaincode: string, calls: readonly CallRecord[]): string {
  const steps = calls.flatMap(({ kind, request, outcome }) =>
    outcome.state === 'done' ? [stepOf(chaincode, kind, request, { result: outcome.result })] : [],
  )
  const document = yamlOf(
    new Map<string, Exact>([
      ['scenario', title],
      ['steps', steps],
    ]),
  )
  visit(document, {
    // What one reads at a glance stays on one line.
    Collection: (_key, node) => {
      if (isSmall(node)) (node as { flow?: boolean }).flow = true
    },
  })
  return document.toString({ lineWidth: WIDTH, flowCollectionPadding: true })
}

const WIDTH = 110
const SMALL = 80

function isSmall(node: unknown): boolean {
  return (isMap(node) || isSeq(node)) && !node.items.some(hasSteps) && JSON.stringify(node).length <= SMALL
}

/** The list of steps, and each of them, stands on lines of its own. */
function hasSteps(item: unknown): boolean {
  const key = typeof item === 'object' && item !== null && 'key' in item ? item.key : undefined
  return isMap(item) || (isScalar(key) && ['scenario', 'submit', 'evaluate'].includes(String(key.value)))
}

/** The file with a call added to its end. */
export function scenarioWithCall(text: string, chaincode: string, { kind, request, outcome }: CallRecord): string {
  if (outcome.state !== 'done') return text
  const document = parseDocument(text, { customTags: [numberTag] })
  const step = document.createNode(nodeOf(stepOf(chaincode, kind, request, { result: outcome.result })))
  visit(step, {
    Collection: (key, node) => {
      if (key !== null && isSmall(node)) (node as { flow?: boolean }).flow = true
    },
  })
  document.addIn(['steps'], step)
  return document.toString({ lineWidth: 0, flowCollectionPadding: true })
}

function stepOf(own: string, kind: CallRecord['kind'], request: CallRequest, answer: Answer): Written {
  const { chaincode, function: name, args, transient, identity, endorsers, isInit } = request
  const step = new Map<string, Exact>([[kind, name]])
  if (args.length > 0) step.set('args', args.map(argument))
  if (chaincode !== own) step.set('chaincode', chaincode)
  if (identity !== undefined) step.set('as', identity)
  const secrets = Object.entries(transient ?? {})
  if (secrets.length > 0) step.set('transient', new Map(secrets.map(([key, value]) => [key, argument(value)])))
  if (endorsers !== undefined) step.set('endorsers', endorsers)
  if (isInit === true) step.set('isInit', true)
  const expected = answered(answer)
  if (expected.size > 0) step.set('expect', expected)
  return step
}

/** As JSON where that gives the same text again. */
function argument(value: string | { base64: string }): Exact {
  if (typeof value !== 'string') return new Map([['base64', value.base64]])
  return readable(value)
}

function readable(text: string): Exact {
  const json = exactFromJson(text)
  return json === undefined || typeof json === 'string' || exactToJson(json) !== text ? text : json
}

/** What a call was answered, as an expectation. */
function answered(answer: Answer): Written {
  const expected = new Map<string, Exact>()
  if ('error' in answer) return expected.set('error', answer.error.code)
  const { status, message, validationCode = 'VALID' } = answer.result
  const parts = partsOf(answer.result)
  if (status >= ERROR_THRESHOLD) return expected.set('error', message)
  const payload = parts.get('payload')
  if (payload !== undefined && payload !== '') expected.set('payload', plain(payload))
  const event = parts.get('event')
  if (event !== undefined) expected.set('event', plain(event))
  if (validationCode !== 'VALID') expected.set('validationCode', validationCode)
  return expected
}

/** Texts that are JSON, as JSON, on every level that an answer has. */
function plain(value: Exact): Exact {
  if (typeof value === 'string') return exactFromJson(value) ?? value
  if (value instanceof Map) return new Map([...value].map(([key, part]) => [key, plain(part)]))
  return value
}

/** A call of a scenario, and its answer. */
export interface AnsweredCall {
  /** As the file has it. */
  call: CallStep
  /** What was saved before it. */
  variables: Variables
  answer: Answer
  printed: readonly string[]
  chaincode: string
}

/**
 * The file with what was answered as what is expected. Comments, order and whatever was right stay as they are; a call
 * without an expectation gets one.
 */
export function updatedScenario(text: string, answers: readonly AnsweredCall[]): string {
  const document = parseDocument(text, { customTags: [numberTag] })
  let changed = false
  for (const each of answers) {
    const path = ['steps', ...each.call.path, 'expect']
    const before = document.getIn(path, true)
    for (const [name, value] of changes(each)) {
      changed = true
      if (value === undefined) document.deleteIn([...path, name])
      else if (before === undefined && !document.hasIn(path)) document.setIn(path, nodeOf(new Map([[name, value]])))
      else document.setIn([...path, name], nodeOf(value))
    }
  }
  return changed ? document.toString({ lineWidth: 0, flowCollectionPadding: true }) : text
}

/** Parts of the expectation to write; undefined: to remove. */
function changes({ call, variables, answer, printed, chaincode }: AnsweredCall): Map<string, Exact | undefined> {
  const all = answered(answer)
  if (Object.keys(call.expect).length === 0) return all
  const expect = withVariables(call.expect, variables)
  const wrong = new Set(judge(expect, answer, chaincode).map(({ at }) => at.split(/[.[]/, 1)[0] ?? ''))
  const changed = new Map<string, Exact | undefined>()
  const rewrite = OUTCOME.some((name) => wrong.has(name)) ? [...OUTCOME, 'payload'] : []
  for (const name of rewrite.filter((each) => each in expect || all.has(each))) changed.set(name, all.get(name))
  for (const name of ['payload', 'event'] as const) {
    if (wrong.has(name)) changed.set(name, kept(call.expect[name], all.get(name), variables) ?? 'absent')
  }
  if (!('result' in answer)) return changed
  for (const [name, value] of traces(call.expect, variables, answer, chaincode)) {
    if (wrong.has(name)) changed.set(name, value)
  }
  const said = call.expect.printed?.filter((line) => unprinted([substituted(line, variables)], printed).length === 0)
  if (said?.length !== expect.printed?.length) changed.set('printed', said)
  return changed
}

/** What a call came to. */
const OUTCOME = ['error', 'status', 'validationCode'] as const

/** What a call left in the ledger and read from it, in the words of its expectation, variables included. */
function traces(
  expect: Expectation,
  variables: Variables,
  { result }: Extract<Answer, { result: unknown }>,
  chaincode: string,
): Map<string, Exact | undefined> {
  const reads = readsOf(chaincode, result)
  const writes = writesOf(chaincode, result)
  return new Map<string, Exact | undefined>([
    ['reads', expect.reads?.filter((key) => reads.has(textWith(key, variables)))],
    ['endorsers', result.endorsers ?? []],
    ['writes', expect.writes instanceof Map ? rewritten(expect.writes, writes, variables) : undefined],
  ])
}

function rewritten(expected: Written, writes: ReadonlyMap<string, Exact | undefined>, variables: Variables): Exact {
  return new Map(
    [...expected].map(([key, value]): [string, Exact] => {
      const got = writes.get(textWith(key, variables))
      if (matched(value, got, variables)) return [key, value]
      return [key, kept(value, got === undefined ? undefined : plain(got), variables) ?? 'absent']
    }),
  )
}

/** What was answered, with those parts of the expectation that were right as they are written: a variable stays one. */
function kept(expected: Exact | undefined, got: Exact | undefined, variables: Variables): Exact | undefined {
  if (expected === undefined || got === undefined) return got
  if (matched(expected, got, variables)) return expected
  if (!(expected instanceof Map) || !(got instanceof Map)) return got
  const names = new Map([...expected.keys()].map((name) => [textWith(name, variables), name]))
  return new Map(
    [...got].map(([name, value]): [string, Exact] => {
      const written = names.get(name)
      if (written === undefined) return [name, value]
      return [written, kept(expected.get(written), value, variables) ?? value]
    }),
  )
}

function matched(expected: Exact, got: Exact | undefined, variables: Variables): boolean {
  return differences(substituted(expected, variables), got, '').length === 0
}

/** Numbers are written as they are, whatever a double makes of them. */
class WrittenNumber {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

const numberTag: ScalarTag = {
  tag: 'tag:yaml.org,2002:float',
  // Without a test it is for writing alone.
  default: true,
  identify: (value) => value instanceof WrittenNumber,
  resolve: (text) => text,
  stringify: ({ value }) => (value as WrittenNumber).text,
}

function yamlOf(value: Exact): Document {
  const document = new Document(undefined, { customTags: [numberTag] })
  document.contents = document.createNode(nodeOf(value))
  return document
}

/** Plain data, with our own numbers in it, of which the library makes nodes. */
function nodeOf(value: Exact): unknown {
  if (isNumber(value)) return new Scalar(new WrittenNumber(value.number))
  if (Array.isArray(value)) return value.map(nodeOf)
  if (value instanceof Map) return new Map([...value].map(([key, part]) => [key, nodeOf(part)]))
  return value
}
