import { dirname, resolve } from 'node:path'
import { isMap, isNode, isSeq } from 'yaml'
import schema from '../../build/scenario.schema.json' with { type: 'json' }
import { PeerError } from '../contract/error.ts'
import { withoutUndefined } from '../contract/without-undefined.ts'
import { readCheckedYaml, type CheckedYaml } from '../project/checked-yaml.ts'
import { mistakeFinder, type ConfigMistake } from '../project/config-mistakes.ts'
import { exactFromYaml, type Exact } from './exact.ts'
import type { CallStep, Expectation, Scenario, ScenarioStep } from './scenario.ts'
import { undefinedVariables } from './variables.ts'

const { step, expectation } = schema.definitions
const schemaMistakes = mistakeFinder(schema, {
  'under `expect`': expectation.properties,
  'in a step': step.properties,
  'at the top level': schema.properties,
})

/** Throws CONFIG_SYNTAX with every fault, CONFIG_INVALID with every mistake, or SCENARIO_VARIABLE. */
export function parseScenario({ file, name }: Pick<Scenario, 'file' | 'name'>, text: string): Scenario {
  const yaml = readCheckedYaml(file, text, (content) => {
    const mistakes = schemaMistakes(content)
    return mistakes.length > 0 ? mistakes : stepMistakes((content as { steps: RawStep[] }).steps, ['steps'])
  })
  const content = yaml.content as Partial<Pick<Scenario, 'identities'>> & { scenario: string; start?: string }
  const scenario: Scenario = {
    file,
    name,
    title: content.scenario,
    start: startOf(file, content.start),
    saysStart: content.start !== undefined,
    identities: content.identities ?? {},
    steps: itemsOf(yaml.document.get('steps', true)).map((node, i) => readStep(node, [i], yaml)),
  }
  const [missing] = undefinedVariables(scenario)
  if (missing !== undefined) throw new PeerError('SCENARIO_VARIABLE', { file, ...missing })
  return scenario
}

function startOf(scenario: string, text = 'empty'): Scenario['start'] {
  if (text === 'empty' || text === 'current') return { kind: text }
  if (text.endsWith('.jsonl')) return { kind: 'seed', file: resolve(dirname(scenario), text) }
  return { kind: 'checkpoint', name: text }
}

type RawStep = Record<string, unknown>

const CALLS = ['submit', 'evaluate', 'together']

/** What a schema could only say in riddles. */
function stepMistakes(steps: readonly RawStep[], path: string[]): ConfigMistake[] {
  return steps.flatMap((raw, i) => {
    const at = [...path, String(i)]
    const kinds = CALLS.filter((kind) => kind in raw)
    if (kinds.length !== 1) {
      const message = `needs one of \`submit\`, \`evaluate\` and \`together\`${kinds.length > 1 ? ', not several' : ''}`
      return [{ path: at, atKey: false, message }]
    }
    const isInside = path.length > 1
    if (isInside && !('submit' in raw)) {
      return [
        { path: [...at, String(kinds[0])], atKey: true, message: "doesn't go into `together`: only `submit` does" },
      ]
    }
    if (!('together' in raw)) return []
    const others = Object.keys(raw).filter((key) => key !== 'together')
    return [
      ...others.map((key) => ({
        path: [...at, key],
        atKey: true,
        message: 'belongs to one of the calls of `together`',
      })),
      ...stepMistakes(raw['together'] as RawStep[], [...at, 'together']),
    ]
  })
}

function readStep(node: unknown, path: CallStep['path'], yaml: CheckedYaml): ScenarioStep {
  const place = yaml.placeAt(isNode(node) ? (node.range?.[0] ?? 0) : 0)
  const together = isMap(node) ? node.get('together', true) : undefined
  if (together === undefined) return readCall(node, path, yaml)
  const calls = itemsOf(together).map((call, i) => readCall(call, [...path, 'together', i], yaml))
  return { ...place, kind: 'together', calls }
}

function readCall(node: unknown, path: CallStep['path'], { document, placeAt }: CheckedYaml): CallStep {
  const place = placeAt(isNode(node) ? (node.range?.[0] ?? 0) : 0)
  const value = exactFromYaml(node, document)
  const fields = value instanceof Map ? value : new Map<string, Exact>()
  const kind = fields.has('submit') ? 'submit' : 'evaluate'
  const text = (name: string) => fields.get(name) as string | undefined
  return {
    ...place,
    path,
    kind,
    function: text(kind) ?? '',
    args: (fields.get('args') as Exact[] | undefined) ?? [],
    chaincode: text('chaincode'),
    as: text('as'),
    transient: fields.get('transient') as Map<string, Exact> | undefined,
    endorsers: fields.get('endorsers') as string[] | undefined,
    isInit: fields.get('isInit') as boolean | undefined,
    expect: readExpectation(fields.get('expect')),
    save: Object.fromEntries((fields.get('save') as Map<string, string> | undefined) ?? []),
  }
}

function readExpectation(value: Exact | undefined): Expectation {
  if (!(value instanceof Map)) return {}
  const status = value.get('status')
  const printed = value.get('printed')
  return withoutUndefined({
    status: status === undefined ? undefined : Number((status as { number: string }).number),
    payload: value.get('payload'),
    error: value.get('error'),
    event: value.get('event'),
    writes: value.get('writes') as Expectation['writes'],
    reads: value.get('reads') as string[] | undefined,
    validationCode: value.get('validationCode') as string | undefined,
    endorsers: value.get('endorsers') as string[] | undefined,
    printed: printed === undefined || Array.isArray(printed) ? printed : [printed],
  })
}

function itemsOf(node: unknown): unknown[] {
  return isSeq(node) ? node.items : []
}
