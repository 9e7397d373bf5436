import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { dialectOf } from '../../../../core/container/docker/engine/engine-dialect.ts'
import { instanceExit, type ContainerEnd } from '../../../../core/container/docker/instance-exit.ts'
import type { InstanceExit } from '../../../../core/process/print-line.ts'
import { wayToEngine } from '../../../support/cut-engine.ts'
import { eventually } from '../../../support/eventually.ts'
import { needs } from '../../../support/require.ts'
import { testContainers } from '../../../support/test-containers.ts'

const MB = 1024 * 1024
const docker = (...args: string[]) => promisify(execFile)('docker', args)

needs('docker').describe('a chaincode’s container', () => {
  test('that exits at once, or after a while, tells its code and its last lines', async () => {
    const t = await testContainers()
    const [none, late, long] = await Promise.all([
      t.start('true'),
      t.start('echo before; sleep 1; printf "no newline" >&2; exit 1'),
      t.start('i=0; while [ $i -lt 3000 ]; do i=$((i+1)); echo $i; done; exit 7'),
    ])
    expect(await none.exited).toMatchObject({ code: 0, signal: null, output: [] })
    const exit = await late.exited
    expect(exit).toMatchObject({ code: 1, signal: null, output: ['before', 'no newline'] })
    expect(exit.words).toMatch(/^exited with code 1 after \d+\.\d+ s$/)
    const { code, output } = await long.exited
    expect(code).toBe(7)
    expect(output).toEqual(Array.from({ length: 50 }, (_, at) => String(2951 + at)))
    expect(t.printed.filter((line) => /^\d+$/.test(line.text))).toHaveLength(3000)
  })

  test('that prints as fast as it can is read to the last line, in bounded memory', async () => {
    const t = await testContainers()
    let [count, inOrder] = [0, true]
    t.printed.push = ({ text }) => {
      inOrder &&= text === String((count += 1))
      return count
    }
    const before = process.memoryUsage().rss
    const exit = await (await t.start('exec seq 1 300000')).exited
    expect({ count, inOrder }).toEqual({ count: 300_000, inOrder: true })
    expect(exit.output.at(-1)).toBe('300000')
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * MB)
  })

  test('that is killed says by what', async () => {
    const t = await testContainers()
    const instance = await t.start('echo alive; exec sleep 600')
    await eventually(() => t.printed.length).toBe(1)
    await t.engine.killContainer(instance.container.id)
    const exit = await instance.exited
    expect(exit).toMatchObject({ code: 137, signal: 'SIGKILL', output: ['alive'] })
    expect(exit.oomKilled).toBeUndefined()
    expect(exit.words).toMatch(/^was killed by SIGKILL after/)
  })

  test('that wants more memory than it may have says so', async () => {
    const t = await testContainers({ config: { hostConfig: { Memory: 32 * MB, MemorySwap: 32 * MB } } })
    // Not at once: the engine does not look yet then.
    const instance = await t.start('echo greedy; sleep 1; exec dd if=/dev/zero of=/dev/null bs=200M count=1')
    const exit = await instance.exited
    expect(exit).toMatchObject({ signal: 'SIGKILL', oomKilled: true, output: expect.arrayContaining(['greedy']) })
    const { reportsOutOfMemory } = dialectOf(await t.engine.facts())
    const sure = /^was killed for using more than 32 MB of memory after/
    const guess = /^was killed(, probably)? for using more than 32 MB of memory after/
    expect(exit.words).toMatch(reportsOutOfMemory ? sure : guess)
  })

  test('that somebody removes is gone, and stop is still content', async () => {
    const t = await testContainers()
    const instance = await t.start('exec sleep 600')
    await t.engine.removeContainer(instance.container.id)
    expect((await instance.exited).words).toMatch(/^was /)
    await instance.stop()
  })

  test('that is paused says so, and can be stopped', async () => {
    const t = await testContainers()
    const instance = await t.start('exec sleep 600')
    await docker('pause', instance.containerName)
    await eventually(() => instance.container.state).toBe('paused')
    await docker('unpause', instance.containerName)
    await eventually(() => instance.container.state).toBe('running')
    expect(t.changes.map(({ state }) => state)).toEqual(['paused', 'running'])
    await docker('pause', instance.containerName)
    await eventually(() => instance.container.state).toBe('paused')
    await instance.stop()
    expect((await instance.exited).words).toMatch(/^was stopped after/)
    expect(await t.containers()).toEqual([])
  })

  test('tells what it uses', async () => {
    const t = await testContainers()
    const instance = await t.start('while :; do :; done')
    await eventually(() => t.stats.some(({ cpu, memory }) => cpu > 0 && memory > 0)).toBe(true)
    expect(instance.container.memoryLimit).toBeUndefined()
    expect(instance.container.cpu).toBeGreaterThanOrEqual(0)
    await instance.stop()
  })

  test('that ignores TERM is killed', async () => {
    const t = await testContainers()
    const instance = await t.start('trap "" TERM; echo ready; while :; do sleep 1; done')
    await eventually(() => t.printed.length).toBe(1)
    await instance.stop()
    expect(await t.containers()).toEqual([])
  })

  test('lives through an engine that goes away and comes back, and none of its lines is lost or doubled', async () => {
    const way = await wayToEngine()
    const t = await testContainers({ host: way.host })
    const instance = await t.start(
      'i=0; while [ $i -lt 400 ]; do i=$((i+1)); echo $i; sleep 0.01; done; exec sleep 600',
    )
    await eventually(() => t.printed.length).toBeGreaterThan(5)
    await way.cut()
    await eventually(() => instance.container.state).toBe('lost')
    await way.restore()
    await eventually(() => instance.container.state).toBe('running')
    await eventually(() => t.printed.at(-1)?.text).toBe('400')
    expect(t.printed.map(({ text }) => text)).toEqual(Array.from({ length: 400 }, (_, at) => String(at + 1)))
    expect(t.changes.map(({ state }) => state)).toEqual(['lost', 'running'])
    await instance.stop()
  })

  test('that ends while its engine is away tells how, once it is back', async () => {
    const way = await wayToEngine()
    const t = await testContainers({ host: way.host })
    const instance = await t.start('echo here; until [ -e /tmp/go ]; do sleep 0.1; done; echo last; exit 9')
    await eventually(() => t.printed.length).toBe(1)
    await way.cut()
    await eventually(() => instance.container.state).toBe('lost')
    await docker('exec', instance.containerName, 'sh', '-c', 'echo > /tmp/go')
    await docker('wait', instance.containerName)
    await way.restore()
    const exit = await instance.exited
    expect(exit).toMatchObject({ code: 9, output: ['here', 'last'] })
    expect(exit.words).toContain('away')
  })

  test('that is to be stopped while its engine is away is given up, and removed later', async () => {
    const way = await wayToEngine()
    const t = await testContainers({ host: way.host })
    const instance = await t.start('exec sleep 600')
    await way.cut()
    await instance.stop()
    expect((await instance.exited).words).toMatch(/^was stopped after/)
    await way.restore()
    expect(await t.containers()).toEqual([instance.containerName])
    const next = await t.start('exec sleep 600')
    await eventually(async () => t.containers()).toEqual([next.containerName])
  })
})

describe('how a container ended', () => {
  const end = {
    at: 2_000,
    startedAt: 1_000,
    code: 0,
    facts: { outOfMemory: false },
    stopped: false,
    printed: { output: [] },
  } satisfies ContainerEnd

  test.each<[Partial<ContainerEnd>, Partial<InstanceExit>]>([
    [{}, { code: 0, signal: null, words: 'exited with code 0 after 1.0 s' }],
    [{ code: 143 }, { code: 143, signal: 'SIGTERM', words: 'was killed by SIGTERM after 1.0 s' }],
    [{ code: 255 }, { code: 255, signal: null, words: 'exited with code 255 after 1.0 s' }],
    [
      { code: 1, facts: { outOfMemory: true } },
      { signal: null, words: 'exited with code 1 after 1.0 s' },
    ],
    [
      { code: 137, facts: { outOfMemory: true, memoryLimit: 1.5 * MB } },
      { oomKilled: true, words: 'was killed for using more than 1.5 MB of memory after 1.0 s' },
    ],
    [
      { code: 137, facts: { outOfMemory: true } },
      { oomKilled: true, words: 'was killed for using more memory than there is after 1.0 s' },
    ],
    [
      { code: 137, facts: { outOfMemory: 'probably', memoryLimit: 32 * MB } },
      { oomKilled: true, words: 'was killed, probably for using more than 32 MB of memory after 1.0 s' },
    ],
    [
      { code: undefined, facts: undefined, unknown: 'was removed' },
      { code: null, signal: null, words: 'was removed after 1.0 s' },
    ],
    [
      { code: 137, stopped: true },
      { code: 137, words: 'was stopped after 1.0 s' },
    ],
  ])('%j', (more, wanted) => {
    expect(instanceExit({ ...end, ...more })).toMatchObject(wanted)
  })
})
