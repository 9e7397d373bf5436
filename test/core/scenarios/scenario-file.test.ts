import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseScenario } from '../../../core/scenarios/read-scenario.ts'
import { mistakesOf, refusalOf } from '../../support/config-mistakes.ts'

const at = { file: '/x/scenarios/sell.yaml', name: 'sell' }

const refusal = (text: string) => refusalOf(() => parseScenario(at, text))
const mistakesIn = (text: string) => mistakesOf(refusal(text))

describe('parseScenario', () => {
  test('keeps every number as it was written', () => {
    const { steps } = parseScenario(
      at,
      'scenario: s\nsteps:\n  - submit: F\n    args: [9007199254740993, 1.10, 5e3, 0x1f]\n',
    )
    expect(steps).toMatchObject([
      {
        line: 3,
        kind: 'submit',
        function: 'F',
        args: [{ number: '9007199254740993' }, { number: '1.10' }, { number: '5e3' }, { number: '31' }],
      },
    ])
  })

  test('names every unknown key with its place, and where it belongs', () => {
    const text = [
      'scenario: s',
      'identitys: {}',
      'steps:',
      '  - submit: F',
      '    payload: x',
      '    expect: { paylod: x }',
    ].join('\n')
    expect(mistakesIn(text)).toEqual(['2:1 identitys', '5:5 steps[0].payload', '6:15 steps[0].expect.paylod'])
    expect(refusal(text).parts.why).toMatch(
      /did you mean `identities`\?[^]*it belongs under `expect`[^]*did you mean `payload`\?/,
    )
  })

  test.each([
    ['no steps', 'scenario: s', ['1:1 ']],
    ['an empty list of steps', 'scenario: s\nsteps: []', ['2:8 steps']],
    ['a step that calls nothing', 'scenario: s\nsteps:\n  - args: [a]', ['3:5 steps[0]']],
    ['a step that calls twice', 'scenario: s\nsteps:\n  - { submit: F, evaluate: G }', ['3:5 steps[0]']],
    [
      'an evaluate in a block',
      'scenario: s\nsteps:\n  - together:\n      - evaluate: F',
      ['4:9 steps[0].together[0].evaluate'],
    ],
    [
      'arguments beside a block',
      'scenario: s\nsteps:\n  - together: [{ submit: F }]\n    args: [a]',
      ['4:5 steps[0].args'],
    ],
    [
      'a validation code in words',
      'scenario: s\nsteps:\n  - submit: F\n    expect: { validationCode: valid }',
      ['4:31 steps[0].expect.validationCode'],
    ],
    [
      'a path that leads nowhere',
      'scenario: s\nsteps:\n  - submit: F\n    save: { id: answer.id }',
      ['4:17 steps[0].save.id'],
    ],
    ['an empty start', "scenario: s\nstart: ''\nsteps:\n  - submit: F", ['2:8 start']],
  ])('refuses %s', (_what, text, mistakes) => {
    expect(mistakesIn(text)).toEqual(mistakes)
  })

  test.each([
    [undefined, { kind: 'empty' }],
    ['empty', { kind: 'empty' }],
    ['current', { kind: 'current' }],
    ['before the sale', { kind: 'checkpoint', name: 'before the sale' }],
    ['seeds/cars.jsonl', { kind: 'seed', file: resolve('/x/scenarios/seeds/cars.jsonl') }],
    ['../cars.jsonl', { kind: 'seed', file: resolve('/x/cars.jsonl') }],
  ])('starts at %s', (start, expected) => {
    const said = start === undefined ? '' : `start: ${start}\n`
    const scenario = parseScenario(at, `scenario: s\n${said}steps:\n  - submit: F`)
    expect([scenario.start, scenario.saysStart]).toEqual([expected, start !== undefined])
  })

  test('knows which variables are saved when', () => {
    const text = [
      'scenario: s',
      'steps:',
      '  - submit: F',
      "    args: ['${id}']",
      '    save: { id: payload.id }',
      '  - evaluate: G',
      "    args: ['${id}', '$${nobody}']",
    ].join('\n')
    const error = refusal(text)
    expect([error.code, error.details]).toMatchObject(['SCENARIO_VARIABLE', { name: 'id', line: 3, known: [] }])
    expect(parseScenario(at, text.replace("['${id}']", '[x]')).steps).toHaveLength(2)
  })

  test('in one block nothing is saved before the others', () => {
    const text = [
      'scenario: s',
      'steps:',
      '  - together:',
      '      - submit: F',
      '        save: { id: txId }',
      '      - submit: G',
      "        args: ['${id}']",
    ].join('\n')
    expect(refusal(text).code).toBe('SCENARIO_VARIABLE')
  })

  test('text that is no YAML has its place', () => {
    expect(refusal('scenario: [').code).toBe('CONFIG_SYNTAX')
    expect(refusal('a: &a [*a]').code).toBe('CONFIG_SYNTAX')
  })
})
