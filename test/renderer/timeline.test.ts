import { expect, test } from 'vitest'
import type { LaunchState } from '../../core/contract/state.ts'
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

test('a launch is a waterfall in which what took the time stands out', () => {
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

test('what a failed launch did not reach is said to be so', () => {
  const rows = timeline({ ...launch, outcome: 'failed', steps: launch.steps.slice(0, 2) }, 0)
  expect(rows.find((row) => row.name === 'ready')?.state).toBe('missed')
})

test('a process that connects by itself has no build before it', () => {
  const rows = timeline({ ...launch, reason: 'connected', steps: launch.steps.slice(3) }, 0)
  expect(rows.map((row) => row.name)).toEqual(['registered', 'ready'])
})
