import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { steps } from '../../support/start-steps.ts'
import { VMController } from '../../../core/container/vm-controller.ts'
import type { Instance, StartSpec, VM } from '../../../core/container/vm.ts'

/** A VM that says what it is doing and for how long. */
function slowVM(): { vm: VM; most: () => number; started: string[] } {
  let running = 0
  let most = 0
  const started: string[] = []
  return {
    most: () => most,
    started,
    vm: {
      async start(spec: StartSpec): Promise<Instance> {
        most = Math.max(most, (running += 1))
        await sleep(20)
        running -= 1
        started.push(spec.ccid)
        return {
          containerName: spec.containerName,
          exited: new Promise(() => {}),
          printed: () => ({ output: [] }),
          stop: async () => {},
        }
      },
    },
  }
}

const spec = (ccid: string, containerName: string): StartSpec => ({ ccid, containerName, args: [], env: {} })
const never = new AbortController().signal

test('one operation at a time is run on a container name, in order', async () => {
  const controller = new VMController()
  const { vm, most, started } = slowVM()
  await Promise.all(['a', 'b', 'c'].map((ccid) => controller.start(vm, spec(ccid, 'dev-x'), never, steps)))
  expect(most()).toBe(1)
  expect(started).toEqual(['a', 'b', 'c'])
})

test('operations on other names are not held up', async () => {
  const controller = new VMController()
  const { vm, most } = slowVM()
  await Promise.all(['a', 'b', 'c'].map((ccid) => controller.start(vm, spec(ccid, `dev-${ccid}`), never, steps)))
  expect(most()).toBe(3)
})

test('one that is aborted before its turn is never begun', async () => {
  const controller = new VMController()
  const { vm, started } = slowVM()
  const abort = new AbortController()
  const first = controller.start(vm, spec('a', 'dev-x'), never, steps)
  const second = controller.start(vm, spec('b', 'dev-x'), abort.signal, steps)
  abort.abort()
  await expect(second).rejects.toMatchObject({ code: 'ABORTED' })
  await first
  expect(started).toEqual(['a'])
})

test('a failure does not hold up the next one', async () => {
  const controller = new VMController()
  const failing: VM = { start: () => Promise.reject(new Error('no')) }
  const { vm } = slowVM()
  const first = controller.start(failing, spec('a', 'dev-x'), never, steps)
  const second = controller.start(vm, spec('b', 'dev-x'), never, steps)
  await expect(first).rejects.toThrow('no')
  await expect(second).resolves.toBeDefined()
})
