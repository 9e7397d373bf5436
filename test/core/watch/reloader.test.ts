import { describe, expect, test } from 'vitest'
import { reportLaunch } from '../../../core/facts/launch-report.ts'
import { PeerError } from '../../../core/contract/error.ts'
import type { PeerFact } from '../../../core/contract/events.ts'
import type { BuildState, LaunchReason } from '../../../core/contract/launch-state.ts'
import type { Project } from '../../../core/project/project.ts'
import { BuildWrites } from '../../../core/watch/build-writes.ts'
import { Reloader } from '../../../core/watch/reloader.ts'

type Step = { number: number; signal: AbortSignal; done(): void; failed(error: Error): void }

/** A reloader whose builds and launches end when the test says so. */
function setUp() {
  const builds: BuildState[] = []
  const facts: PeerFact[] = []
  const steps: { build: Step[]; launch: Step[] } = { build: [], launch: [] }
  const world = {
    content: 'one',
    serving: false,
    hashed: [] as (string[] | undefined)[],
    project: { name: 'marbles', mode: 'dev' } as Project,
  }
  let id = 0
  const step = <T>(kind: 'build' | 'launch', number: number, signal: AbortSignal, value: T) =>
    new Promise<T>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
      steps[kind].push({ number, signal, done: () => resolve(value), failed: reject })
    })
  const reloader = new Reloader({
    hash(_project, changed) {
      world.hashed.push(changed && [...changed].sort())
      return Promise.resolve(world.content)
    },
    build: (project, { number }, signal) => step('build', number, signal, { project, build: number, argv: [] }),
    async launch(built, signal) {
      await step('launch', built.build, signal, undefined)
      world.serving = true
    },
    begin: (launch) => reportLaunch((fact) => facts.push(fact), { name: 'marbles', id: ++id, ...launch }),
    emit: (build) => builds.push(build),
    serves: () => world.serving,
    writes: new BuildWrites('/nowhere', () => undefined),
    pause: () => Promise.resolve(),
    diagnose: () => [{ file: 'a.go', line: 1, severity: 'error', message: 'wrong' }],
  })
  const request = (reason: LaunchReason, files: string[] = [], since?: number) =>
    reloader.request(world.project, reason, files, since)
  const settled = () => new Promise((resolve) => setTimeout(resolve, 5))
  const last = (kind: 'build' | 'launch') => {
    const found = steps[kind].at(-1)
    if (found === undefined) throw new Error(`no ${kind} has begun`)
    return found
  }
  const ready = async (work: Promise<void>) => {
    await settled()
    last('build').done()
    await settled()
    last('launch').done()
    await work
  }
  const states = () => builds.map((build) => `${build.number} ${build.state}`)
  return { reloader, request, builds, facts, steps, world, settled, last, ready, states }
}

describe('Reloader', () => {
  test('builds, launches and then serves', async () => {
    const { reloader, request, builds, facts, ready, states } = setUp()
    await ready(request('opened', []))
    expect(states()).toEqual(['1 building', '1 launching', '1 serving'])
    expect(builds.at(-1)).toMatchObject({ hash: 'one', files: [], diagnostics: [] })
    expect(builds.at(-1)?.durationMs).toBeGreaterThan(0)
    expect(reloader.lastGood()?.build).toBe(1)
    expect(facts.map((fact) => fact.type)).toEqual(['launch.started', 'launch.ended'])
  })

  test('a save that changed no content starts nothing; one that did names its files', async () => {
    const { request, builds, facts, ready, world, states } = setUp()
    await ready(request('opened', []))
    await request('saved', ['a.js'])
    expect(states()).toHaveLength(3)
    world.content = 'two'
    await ready(request('saved', ['b.js'], performance.timeOrigin))
    expect(states().slice(3)).toEqual(['2 building', '2 launching', '2 serving'])
    expect(builds.at(-1)).toMatchObject({ files: ['b.js'], hash: 'two', startedAt: performance.timeOrigin })
    expect(facts.filter((fact) => fact.type === 'launch.step')).toEqual([
      expect.objectContaining({ step: expect.objectContaining({ name: 'source-changed', note: 'b.js' }) as unknown }),
    ])
    expect(world.hashed).toEqual([undefined, ['a.js'], ['b.js']])
  })

  test('the same content is built again when nothing serves, or on Restart', async () => {
    const { reloader, request, ready, world } = setUp()
    await ready(request('opened', []))
    world.serving = false
    await ready(request('saved', ['a.js']))
    expect(reloader.lastGood()?.build).toBe(2)
    await ready(request('restart', []))
    expect(reloader.lastGood()?.build).toBe(3)
  })

  test('the newest save aborts the build under way, and both requests end as it does', async () => {
    const { request, builds, steps, ready, world, settled, states } = setUp()
    await ready(request('opened', []))
    world.content = 'two'
    const older = request('saved', ['a.js'])
    await settled()
    world.content = 'three'
    const newer = request('saved', ['b.js'])
    await settled()
    expect(steps.build[1]?.signal.aborted).toBe(true)
    await ready(Promise.all([older, newer]).then(() => undefined))
    expect(states().slice(3)).toEqual(['2 building', '2 aborted', '3 building', '3 launching', '3 serving'])
    expect(builds.at(-1)?.files).toEqual(['a.js', 'b.js'])
  })

  test('saving back while a build is under way aborts it, and the old one serves', async () => {
    const { reloader, request, ready, world, settled, states } = setUp()
    await ready(request('opened', []))
    world.content = 'two'
    const older = request('saved', ['a.js'])
    await settled()
    world.content = 'one'
    await Promise.all([older, request('saved', ['a.js'])])
    expect(states().slice(3)).toEqual(['2 building', '2 aborted'])
    expect(reloader.lastGood()?.build).toBe(1)
  })

  test('saving the content that is being built joins that build', async () => {
    const { request, steps, ready, world, settled } = setUp()
    await ready(request('opened', []))
    world.content = 'two'
    const older = request('saved', ['a.js'])
    await settled()
    const newer = request('saved', ['a.js'])
    await ready(Promise.all([older, newer]).then(() => undefined))
    expect(steps.build).toHaveLength(2)
  })

  test('a failed build and a failed launch leave the last good one, with their diagnostics', async () => {
    const { reloader, request, builds, facts, ready, world, settled, last, states } = setUp()
    await ready(request('opened', []))
    world.content = 'two'
    const failing = request('saved', ['a.js'])
    await settled()
    const error = new PeerError('BUILD_FAILED', { command: 'go build', words: 'exited with code 1', output: [] })
    last('build').failed(error)
    await expect(failing).rejects.toBe(error)
    world.content = 'three'
    const crashing = request('saved', ['a.js'])
    await settled()
    last('build').done()
    await settled()
    last('launch').failed(
      new PeerError('CHAINCODE_EXITED', { canonicalName: 'marbles:1.0', words: 'exited', output: [] }),
    )
    await expect(crashing).rejects.toMatchObject({ code: 'CHAINCODE_EXITED' })
    expect(states().slice(3)).toEqual(['2 building', '2 failed', '3 building', '3 launching', '3 failed'])
    expect(builds.at(-1)).toMatchObject({ error: { code: 'CHAINCODE_EXITED' }, diagnostics: [{ file: 'a.go' }] })
    expect(reloader.lastGood()?.build).toBe(1)
    expect(facts.flatMap((fact) => (fact.type === 'launch.ended' ? [fact.outcome] : []))).toEqual([
      'ready',
      'failed',
      'failed',
    ])
    // Fixed by saving back what serves: nothing needs to be built.
    world.content = 'one'
    await request('saved', ['a.js'])
    await request('saved', ['a.js'])
    expect(states()).toHaveLength(9)
    expect(builds.at(-1)).toMatchObject({ number: 3, state: 'failed', savedBackTo: 1 })
  })

  test('a save after a failure tries again, with all files since the last good build', async () => {
    const { request, builds, ready, world, settled, last } = setUp()
    await ready(request('opened', []))
    world.content = 'two'
    const failing = request('saved', ['a.js'])
    await settled()
    last('build').failed(new Error('odd'))
    await expect(failing).rejects.toMatchObject({ code: 'UNEXPECTED' })
    await ready(request('saved', ['b.js']))
    expect(builds.at(-1)).toMatchObject({ number: 3, state: 'serving', files: ['a.js', 'b.js'] })
  })

  test('the same content is built again for the other mode', async () => {
    const { reloader, request, ready, world, settled, states } = setUp()
    await ready(request('opened'))
    world.project = { ...world.project, mode: 'net' }
    const changing = request('mode')
    await settled()
    world.project = { ...world.project, mode: 'dev' }
    await Promise.all([changing, request('saved', ['a.js'])])
    expect(states().slice(3)).toEqual(['2 building', '2 aborted'])
    world.project = { ...world.project, mode: 'net' }
    await ready(request('saved', ['a.js']))
    expect(reloader.lastGood()).toMatchObject({ build: 3, project: { mode: 'net' } })
  })

  test('a call while a launch is under way waits for it', async () => {
    const { request, steps, ready, settled } = setUp()
    const opened = request('opened', [])
    await settled()
    const call = request('call', [])
    await ready(Promise.all([opened, call]).then(() => undefined))
    expect(steps.build).toHaveLength(1)
  })

  test('after a change of unknown extent all is hashed', async () => {
    const { request, ready, world } = setUp()
    await ready(request('opened', []))
    await request('saved', ['.'])
    await request('saved', ['a.js'])
    expect(world.hashed).toEqual([undefined, undefined, ['a.js']])
  })

  test('close aborts what is under way and takes no more', async () => {
    const { reloader, request, settled, states } = setUp()
    const opened = request('opened', [])
    const refused = expect(opened).rejects.toMatchObject({ code: 'ABORTED' })
    await settled()
    await Promise.all([reloader.close(), reloader.close()])
    await refused
    await expect(request('restart', [])).rejects.toMatchObject({ code: 'ABORTED' })
    expect(states()).toEqual(['1 building', '1 aborted'])
  })
})
