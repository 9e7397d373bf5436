import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { starterOf, type Event, type Known, type State } from '../../../core/custodian/state.ts'
import { transition } from '../../../core/custodian/transition.ts'
import { Work } from '../../../core/custodian/work.ts'
import { PeerError } from '../../../core/contract/error.ts'
import type { BuiltProject, Project } from '../../../core/project/project.ts'
import { root } from '../../../main/root.ts'

const STATES = ['opened', 'building', 'launching', 'serving', 'down', 'stopped', 'yours', 'closed'] as const
const MODES = ['dev', 'net'] as const
const STARTERS = ['slipway', 'you'] as const
const BOTH = [true, false]
const AT = 1_000_000

const base: Project = {
  folder: '/src',
  name: 'asset',
  version: '1.0',
  channel: 'ch1',
  channels: ['ch1'],
  language: 'golang',
  dialect: 'Go',
  buildTool: 'go',
  mode: 'dev',
  startedBy: 'slipway',
  initRequired: false,
  env: {},
  ignore: [],
  terminal: { argv: [] },
}
const built = (project: Project, mode = project.mode): BuiltProject => ({
  project: { ...project, mode },
  build: 1,
  argv: [],
})

/** The works that states hold; `other` is one that something newer has replaced. */
const works = { build: new Work(), launch: new Work(), other: new Work() }

/** Every combination of what the states know and own that can come about. */
function everyState(): State[] {
  const projects = MODES.flatMap((mode) => STARTERS.map((startedBy): Project => ({ ...base, mode, startedBy })))
  // In a container it isn't started under a debugger.
  const service: Project = { ...base, mode: 'net', server: '127.0.0.1:9999' }
  const knowns = [...projects, service].flatMap((project) =>
    [undefined, built(project, 'dev'), built(project, 'net')].flatMap((good) =>
      MODES.flatMap((namedMode) =>
        [[], [AT - 3, AT - 2, AT - 1]].map((restarts): Known => ({ project, namedMode, good, restarts })),
      ),
    ),
  )
  return knowns.flatMap((known) => STATES.flatMap((state) => statesOf(state, known))).filter(isPossible)
}

function statesOf(state: State['state'], known: Known): State[] {
  switch (state) {
    case 'building':
      return MODES.flatMap((mode) =>
        [[], ['a.go']].flatMap((saved) =>
          [undefined, works.launch].map((launch): State => {
            const target = mode === known.project.mode ? known.project : { ...known.project, mode }
            return { ...known, state, work: works.build, target, saved, launch }
          }),
        ),
      )
    case 'launching':
      return [{ ...known, state, work: works.launch }]
    case 'stopped':
      return BOTH.map((stale) => ({ ...known, state, stale }))
    case 'opened':
    case 'serving':
    case 'down':
    case 'yours':
    case 'closed':
      return [{ ...known, state }]
  }
}

function isPossible(state: State): boolean {
  const isYours = starterOf(state.project) === 'you'
  switch (state.state) {
    case 'opened':
      return !isYours && state.good === undefined
    case 'building':
      return isYours
        ? state.target.mode === 'net' && state.launch === undefined
        : state.launch === undefined || state.good !== undefined
    case 'launching':
      return !isYours && state.good !== undefined
    case 'serving':
    case 'down':
      return !isYours
    case 'yours':
      return isYours
    case 'stopped':
    case 'closed':
      return true
  }
}

/** Every event of each kind, as far as what it says makes a difference. */
const events: { [Type in Event['type']]: Extract<Event, { type: Type }>[] } = {
  run: [{ type: 'run', reason: 'restart' }],
  start: [{ type: 'start' }],
  call: [{ type: 'call' }],
  stop: [{ type: 'stop' }],
  'set-started-by': STARTERS.map((startedBy) => ({ type: 'set-started-by', startedBy })),
  'set-debugger': BOTH.map((debug) => ({ type: 'set-debugger', debug })),
  'set-mode': MODES.flatMap((mode) => BOTH.map((serves) => ({ type: 'set-mode', mode, serves, at: AT }))),
  described: [{ type: 'described', project: { ...base, version: '2.0' } }],
  saved: [undefined, ...MODES].map((namedMode) => ({ type: 'saved', files: ['b.go'], since: AT, namedMode })),
  'work-ready': Object.values(works).flatMap((work) =>
    MODES.flatMap((mode) =>
      BOTH.map((serves) => ({ type: 'work-ready' as const, work, good: built(base, mode), serves })),
    ),
  ),
  'work-failed': Object.values(works).flatMap((work) =>
    BOTH.map((serves) => ({ type: 'work-failed' as const, work, error: new Error('no'), serves, at: AT })),
  ),
  exited: BOTH.map((serves) => ({
    type: 'exited',
    exit: { at: AT, code: 1, signal: null, output: [], words: 'exited' },
    serves,
    at: AT,
  })),
  connected: [{ type: 'connected', handler: { canonicalName: 'asset:1.0', createdAt: AT, establishedAt: AT } }],
  disconnected: [
    { type: 'disconnected', reason: new PeerError('STREAM_TERMINATED', { canonicalName: 'asset:1.0', reason: '' }) },
  ],
  close: [{ type: 'close' }],
}

/** Event → state → the states that it may lead to, as README.md says. */
function readTable(): Map<string, Map<string, string[]>> {
  const readme = readFileSync(join(root, 'core/custodian/README.md'), 'utf8')
  const lines = readme.slice(readme.indexOf('## Transitions')).split('\n')
  const rows = lines
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
  const [[, ...states] = [], , ...body] = rows
  const name = (cell: string) => cell.replaceAll('`', '')
  return new Map(
    body.map(([event = '', ...cells]) => [
      name(event),
      new Map(states.map((state, at) => [name(state), (cells[at] ?? '').split(', ').toSorted()])),
    ]),
  )
}

/** Where all events of that kind lead from all states of that name, `–` where one is ignored. */
function leadsTo(type: Event['type'], name: State['state']): string[] {
  const from = everyState().filter(({ state }) => state === name)
  const outcomes = from.flatMap((state) =>
    events[type].map((event) => {
      const next = transition(state, event, () => new Work())
      const isIgnored = next.state === state && next.effects.length === 0 && next.steps.length === 0
      return isIgnored ? '–' : next.state.state
    }),
  )
  return [...new Set(outcomes)].toSorted()
}

describe('the table of README.md', () => {
  const table = readTable()

  test('has every event and every state', () => {
    expect([...table.keys()]).toEqual(Object.keys(events))
    for (const row of table.values()) expect([...row.keys()]).toEqual(STATES)
  })

  describe.each(Object.keys(events) as Event['type'][])('%s', (type) => {
    test.each(STATES)('in %s', (state) => {
      expect(leadsTo(type, state)).toEqual(table.get(type)?.get(state))
    })
  })
})

test('no event leads to a state that cannot be', () => {
  for (const state of everyState()) {
    for (const event of Object.values(events).flat()) {
      const next = transition(state, event, () => new Work())
      if (!isPossible(next.state)) expect([state, event, next.state]).toBe('possible')
    }
  }
})

test('a state that is left takes nothing along that only it owned', () => {
  for (const state of everyState()) {
    for (const event of Object.values(events).flat()) {
      const { state: next } = transition(state, event, () => new Work())
      const own = Object.keys(next).filter(
        (key) => !['project', 'namedMode', 'good', 'restarts', 'state'].includes(key),
      )
      const owned: Partial<Record<State['state'], string[]>> = {
        building: ['launch', 'saved', 'target', 'work'],
        launching: ['work'],
        stopped: ['stale'],
      }
      expect(own.toSorted()).toEqual(owned[next.state] ?? [])
    }
  }
})
