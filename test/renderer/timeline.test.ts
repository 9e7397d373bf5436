import { expect, test } from 'vitest'
import type { LaunchState } from '../../core/contract/launch-state.ts'
import { timeline } from '../../renderer/run/timeline.ts'

const launch: LaunchState = {
  id: 1,
  build: 1,
  mode: 'dev',
  reason: 'saved',
  files: ['main.go'],
  startedAt: 1_000,
  endedAt: 1_100,
  outcome: 'ready',
  steps: [
    { name: 'source-changed', state: 'done', startedAt: 1_000, endedAt: 1_010 },
    { name: 'build', state: 'done', startedAt: 1_010, endedAt: 1_080, note: 'go build' },
    { name: 'image', state: 'skipped', startedAt: 1_080, endedAt: 1_080 },
    { name: 'registered', state: 'done', startedAt: 1_080, endedAt: 1_100 },
  ],
}

test('the slow steps of a launch stand out', () => {
  const rows = timeline(launch, 0)
  const build = rows.find((row) => row.name === 'build')
  expect(build).toMatchObject({ state: 'done', note: 'go build', durationMs: 70, left: 10, width: 70, own: true })
  expect(rows.filter((row) => row.own).map((row) => row.name)).toEqual(['build'])
  expect(rows.find((row) => row.name === 'image')).toMatchObject({ state: 'skipped', width: 0 })
})

test('the list has its full length from the first step on', () => {
  const { endedAt: _, ...begun } = launch
  const running = timeline({ ...begun, outcome: 'running', steps: launch.steps.slice(0, 1) }, 1_005)
  expect(running.map((row) => row.name)).toEqual(timeline(launch, 0).map((row) => row.name))
  expect(running.at(-1)?.state).toBe('pending')
})

test('in net mode every step of a container has its line, after the package', () => {
  const net: LaunchState = { ...launch, mode: 'net', outcome: 'running', steps: [] }
  expect(timeline(net, 1_050).map(({ name, wordy }) => `${name}${wordy ? ' …' : ''}`)).toEqual([
    'source-changed',
    'package',
    'already-running',
    'deployment-spec',
    'dependencies …',
    'image …',
    'create',
    'attach',
    'start',
    'registered',
    'ready',
  ])
  const [built] = timeline({ ...net, steps: launch.steps.slice(1, 2) }, 1_080).slice(1)
  expect(built?.name).toBe('build')
})

test('in dev mode one line stands for the image and the container', () => {
  const rows = timeline({ ...launch, steps: launch.steps.filter((step) => step.name !== 'image') }, 0)
  const net = rows.filter((row) => ['dependencies', 'image', 'create', 'attach'].includes(row.name))
  expect(net).toMatchObject([{ name: 'image', title: 'Image, container', state: 'skipped' }])
})

test('a running step has a clock', () => {
  const running = { name: 'image', state: 'running', startedAt: 1_040 } as const
  const row = timeline({ ...launch, mode: 'net', outcome: 'running', steps: [running] }, 1_080).find(
    ({ name }) => name === 'image',
  )
  expect(row).toMatchObject({ state: 'running', since: 1_040, own: false })
  expect(row?.durationMs).toBeUndefined()
})

test('a service is dialled', () => {
  const dialled = timeline({ ...launch, outcome: 'running' }, 1_080, { dials: true }).map((row) => row.name)
  expect(dialled.slice(-4)).toEqual(['start', 'dial', 'registered', 'ready'])
  const connected = timeline({ ...launch, reason: 'connected', steps: [] }, 0, { dials: true })
  expect(connected.map((row) => row.name)).toEqual(['dial', 'registered', 'ready'])
})

test('steps that a failed launch did not reach are missed', () => {
  const rows = timeline({ ...launch, outcome: 'failed', steps: launch.steps.slice(0, 2) }, 0)
  expect(rows.find((row) => row.name === 'ready')?.state).toBe('missed')
})

test('a process that connects on its own has no build step', () => {
  const rows = timeline({ ...launch, reason: 'connected', steps: launch.steps.slice(3) }, 0)
  expect(rows.map((row) => row.name)).toEqual(['registered', 'ready'])
})
