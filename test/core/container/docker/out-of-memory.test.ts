import { expect, test } from 'vitest'
import { dialectOf } from '../../../../core/container/docker/engine/engine-dialect.ts'
import { ranOutOfMemory } from '../../../../core/container/docker/out-of-memory.ts'
import { needs } from '../../../support/require.ts'
import { testContainers, type TestContainers } from '../../../support/test-containers.ts'

const MB = 1024 * 1024
const never = new AbortController().signal

needs('docker').describe('that memory ran out', () => {
  test('is known of a container whose end was told first, without a cause', async () => {
    const t = await testContainers({ config: { hostConfig: { Memory: 32 * MB, MemorySwap: 32 * MB } } })
    const ended = await end(t, 'sleep 1; exec dd if=/dev/zero of=/dev/null bs=200M count=1')
    const { reportsOutOfMemory } = dialectOf(await t.engine.facts())
    const told = await ranOutOfMemory(t.engine, { ...ended, oomKilled: false }, never)
    expect(told).toBe(reportsOutOfMemory ? true : 'probably')
  })

  test('is not said of one that somebody kills', async () => {
    const t = await testContainers()
    const instance = await t.start('exec sleep 600')
    await t.engine.killContainer(instance.container.id)
    await instance.exited
    expect(await ranOutOfMemory(t.engine, await inspect(t, instance.container.id), never)).toBe(false)
  })

  test('is not said of one that ends by itself, also with the code of a kill', async () => {
    const t = await testContainers()
    expect(await ranOutOfMemory(t.engine, await end(t, 'exit 3'), never)).toBe(false)
    expect(await ranOutOfMemory(t.engine, await end(t, 'exit 137'), never)).toBe(false)
  })

  test('is what is known where nobody waits any more', async () => {
    const t = await testContainers()
    const ended = await end(t, 'exit 137')
    expect(await ranOutOfMemory(t.engine, ended, AbortSignal.abort())).toBe(false)
    expect(await ranOutOfMemory(t.engine, { ...ended, oomKilled: true }, AbortSignal.abort())).toBe(true)
  })
})

async function end(t: TestContainers, script: string) {
  const instance = await t.start(script)
  await instance.exited
  return inspect(t, instance.container.id)
}

async function inspect({ engine }: TestContainers, id: string) {
  const found = await engine.inspectContainer(id)
  if (found === undefined) throw new Error('it is gone')
  return found
}
