import { expect, test } from 'vitest'
import type { CallResult } from '../../../core/contract/call.ts'
import { PeerError } from '../../../core/contract/error.ts'
import type { Answer } from '../../../core/scenarios/answer.ts'
import { parseScenario } from '../../../core/scenarios/read-scenario.ts'
import { updatedScenario, type AnsweredCall } from '../../../core/scenarios/write-scenario.ts'

const TEXT = `# Why this scenario is here.
scenario: Sell a car
steps:
  # First the car.
  - submit: CreateCar
    args: [c1, 9007199254740993]   # its chassis
    expect: { payload: { id: c1, price: 1.10 }, writes: { c1: { id: c1 }, c2: absent } }
  - evaluate: ReadCar   # and this one expects nothing yet
    args: [c1]
  - submit: CreateCar
    args: [c1]
    expect:
      # because there is one
      error: already exists
`

const result = (part: Partial<CallResult>): Answer => ({
  result: {
    callId: 1,
    txId: 'tx',
    kind: 'submit',
    identity: 'User1@Org1MSP',
    status: 200,
    message: '',
    payload: '',
    payloadEncoding: 'utf8',
    readWriteSet: { namespaces: [] },
    events: [],
    hints: [],
    times: { startedAt: 0, executedAt: 0, durationMs: 0, chaincodeMs: 0, commitMs: 0 },
    ...part,
  },
})
const writes = (key: string, value: string) => ({
  namespaces: [
    {
      namespace: 'cc',
      reads: [],
      rangeQueries: [],
      writes: [{ key, isDelete: false, value, valueEncoding: 'utf8' as const }],
      metadataWrites: [],
    },
  ],
})

function updated(answers: Answer[], yaml = TEXT, variables: AnsweredCall['variables'] = new Map()): string {
  const { steps } = parseScenario({ file: '/x.yaml', name: 'x' }, yaml)
  const answered = steps.map((call, i): AnsweredCall => {
    const answer = answers[i]
    if (call.kind === 'together' || answer === undefined) throw new Error('a step without an answer')
    return { call, variables, answer, printed: [], chaincode: 'cc' }
  })
  return updatedScenario(yaml, answered)
}

const right = [
  result({ payload: '{"id":"c1","price":1.1,"more":1}', readWriteSet: writes('c1', '{"id":"c1"}') }),
  result({ kind: 'evaluate' }),
  result({ status: 500, message: 'c1 already exists' }),
]

test('what is right stays to the byte', () => {
  expect(updated(right)).toBe(TEXT)
})

test('what is wrong is written with every digit, and comments stay', () => {
  const text = updated([
    result({ payload: '{"id":"c1","price":9007199254740993.10}', readWriteSet: writes('c1', '{"id":"c7"}') }),
    result({ kind: 'evaluate', payload: '{"id":"c1"}' }),
    result({ payload: '5', events: [{ name: 'Created', payload: '{"n":1}', payloadEncoding: 'utf8' }] }),
  ])
  for (const comment of ['# Why this', '# First the car.', '# its chassis', '# and this one'])
    expect(text).toContain(comment)
  expect(text).toContain('price: 9007199254740993.10')
  const { steps } = parseScenario({ file: '/x.yaml', name: 'x' }, text)
  expect(steps.map((step) => (step.kind === 'together' ? undefined : step.expect))).toEqual([
    {
      payload: new Map<string, unknown>([
        ['id', 'c1'],
        ['price', { number: '9007199254740993.10' }],
      ]),
      writes: new Map<string, unknown>([
        ['c1', new Map([['id', 'c7']])],
        ['c2', 'absent'],
      ]),
    },
    { payload: new Map([['id', 'c1']]) },
    { payload: { number: '5' } },
  ])
})

test('a call that wasn’t answered is expected to fail so', () => {
  const error = new PeerError('EXECUTE_TIMEOUT', { canonicalName: 'cc:1', seconds: 30 }).toJSON()
  const text = updated([...right.slice(0, 2), { error }])
  const { steps } = parseScenario({ file: '/x.yaml', name: 'x' }, text)
  expect(steps[2]).toMatchObject({ expect: { error: 'EXECUTE_TIMEOUT' } })
})

test('what a variable names keeps its name, and so does what is right beside what is not', () => {
  const yaml = `scenario: Variables
steps:
  - submit: CreateCar
    save: { id: payload.id }
  - submit: Paint
    args: ['\${id}']
    expect:
      payload: { id: '\${id}', color: blue, by: { matches: '^[a-z]+$' } }
      writes: { 'car/\${id}': { id: '\${id}', color: blue }, '\${id}': absent }
      reads: ['car/\${id}', 'gone/\${id}']
`
  const painted = '{"id":"c1","color":"red","by":"ann"}'
  const text = updated(
    [result({ payload: '{"id":"c1"}' }), result({ payload: painted, readWriteSet: writes('car/c1', painted) })],
    yaml,
    new Map([['id', 'c1']]),
  )
  const { steps } = parseScenario({ file: '/x.yaml', name: 'x' }, text)
  expect(steps[1]).toMatchObject({
    expect: {
      payload: new Map<string, unknown>([
        ['id', '${id}'],
        ['color', 'red'],
        ['by', new Map([['matches', '^[a-z]+$']])],
      ]),
      writes: new Map<string, unknown>([
        [
          'car/${id}',
          new Map([
            ['id', '${id}'],
            ['color', 'red'],
            ['by', 'ann'],
          ]),
        ],
        ['${id}', 'absent'],
      ]),
      reads: [],
    },
  })
})
