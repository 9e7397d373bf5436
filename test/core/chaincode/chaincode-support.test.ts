// @module-tag slow
import { rm, writeFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { canonicalName } from '../../../core/ccprovider/cc-context.ts'
import { devDeploymentSpec } from '../../../core/ccprovider/deployment-spec.ts'
import { PeerError } from '../../../core/contract/error.ts'
import type { VM } from '../../../core/container/vm.ts'
import type { ChaincodeDeploymentSpec } from '../../../core/protos/index.ts'
import { CC, launchScene, silentVM, SYSCC, type LaunchScene } from './launch-scene.ts'

const ALL_STEPS = [
  'already-running done',
  'deployment-spec done',
  'package done',
  'image skipped',
  'start done',
  'registered done',
  'ready done',
]

/** A getdepspec that answers when it is told to. */
function gate(scene: LaunchScene): { open(): void; fail(error: Error): void } {
  let open: (spec: ChaincodeDeploymentSpec) => void = () => undefined
  let fail: (error: Error) => void = () => undefined
  scene.getdepspec = (_cc, signal) =>
    new Promise((resolve, reject) => {
      open = resolve
      fail = reject
      signal.addEventListener('abort', () => reject(PeerError.from(signal.reason)), { once: true })
    })
  return { open: () => open(devDeploymentSpec(CC, 'golang', '/src')), fail: (error) => fail(error) }
}

/** Nothing of a launch that failed is left, and the next one is good. */
async function launchesAgain(scene: LaunchScene): Promise<void> {
  expect(scene.registry.isLaunching(canonicalName(CC))).toBe(false)
  expect(scene.registry.handler(canonicalName(CC))).toBeUndefined()
  scene.getdepspec = (cc) => Promise.resolve(devDeploymentSpec(cc, 'golang', '/src'))
  scene.vm = scene.newVM()
  await scene.support.launch(CC)
  expect(scene.outcomes().at(-1)).toBe('ready')
  expect(await scene.execute(CC.name, 'ping')).toBe('200 pong')
}

/** A VM whose start ends only when it is aborted. */
function hangingVM(): VM {
  return {
    start: (_spec, signal, { report }) =>
      report.step(
        'start',
        () =>
          new Promise((_resolve, reject) => {
            signal.addEventListener('abort', () => reject(PeerError.from(signal.reason)), { once: true })
          }),
      ),
  }
}

function withoutCode(): ChaincodeDeploymentSpec {
  const spec = devDeploymentSpec(CC, 'golang', '/src')
  spec.setCodePackage('')
  return spec
}

describe('launch', () => {
  test('of one that runs answers at once, with its handler and no timeline', async () => {
    const scene = await launchScene()
    const handler = await scene.support.launch(CC)
    expect(handler.state).toBe('ready')
    expect(scene.steps()).toEqual(ALL_STEPS)
    expect(scene.outcomes()).toEqual(['ready'])
    expect(await scene.support.launch(CC)).toBe(handler)
    expect(await scene.support.launch({ ...CC, channel: 'another' })).toBe(handler)
    expect(scene.launches()).toEqual(['call'])
  })

  test('under way is shared by all callers', async () => {
    const scene = await launchScene()
    const lscc = gate(scene)
    const launches = [scene.support.launch(CC), scene.support.launch(CC)]
    await expect.poll(() => scene.registry.isLaunching(canonicalName(CC))).toBe(true)
    launches.push(scene.support.launch(CC))
    await expect.poll(() => scene.steps().at(-1)).toBe('deployment-spec running')
    lscc.open()
    const [first, ...others] = await Promise.all(launches)
    for (const other of others) expect(other).toBe(first)
    expect(scene.launches()).toEqual(['call'])
    expect(scene.registry.isLaunching(canonicalName(CC))).toBe(false)
  })

  test('under way shares its failure too', async () => {
    const scene = await launchScene()
    const lscc = gate(scene)
    const launches = [scene.support.launch(CC), scene.support.launch(CC)]
    const outcomes = Promise.allSettled(launches)
    await expect.poll(() => scene.steps().at(-1)).toBe('deployment-spec running')
    lscc.fail(new PeerError('LIFECYCLE', { message: 'no' }))
    const [first, second] = await outcomes
    expect(first).toMatchObject({ status: 'rejected', reason: { code: 'LIFECYCLE' } })
    expect(second).toEqual(first)
    expect(scene.outcomes()).toEqual(['failed'])
    expect(scene.steps()).toEqual(['already-running done', 'deployment-spec failed'])
    await launchesAgain(scene)
  })

  test('asks _lifecycle for the deployment spec', async () => {
    const scene = await launchScene()
    let asked = 0
    const { getdepspec } = scene
    scene.getdepspec = (cc, signal) => {
      asked += 1
      return getdepspec(cc, signal)
    }
    await scene.support.launch(CC)
    expect([asked, scene.note('deployment-spec'), scene.note('package')]).toEqual([1, 'from _lifecycle', 'in the spec'])
  })

  test('reads a package that the spec comes without from the store: it is there, missing, or damaged', async () => {
    const scene = await launchScene()
    scene.getdepspec = () => Promise.resolve(withoutCode())
    await expect(scene.support.launch(CC)).rejects.toMatchObject({ code: 'PACKAGE_MISSING' })
    expect(scene.steps()).toEqual(['already-running done', 'deployment-spec done', 'package failed'])

    await scene.packages.put(CC, devDeploymentSpec(CC, 'golang', '/src'))
    const missing = await scene.packages.get({ ...CC, version: '9' }).catch((error: unknown) => PeerError.from(error))
    if (!('details' in missing)) throw new Error('a package of another version was found')
    const file = String(missing.toJSON().details['file']).replace(/9$/, '1.0')
    await writeFile(file, 'damaged')
    await expect(scene.support.launch(CC)).rejects.toMatchObject({ code: 'PACKAGE_DAMAGED' })
    await rm(file)
    await scene.packages.put(CC, devDeploymentSpec(CC, 'golang', '/src'))
    await scene.support.launch(CC)
    expect(scene.steps()).toEqual(ALL_STEPS)
    expect(scene.note('package')).toBe('from the package store')
    expect(scene.outcomes()).toEqual(['failed', 'failed', 'ready'])
  })

  test('for an invocation does not start a system chaincode; the peer’s start does, by the same path', async () => {
    const scene = await launchScene()
    await expect(scene.support.launch(SYSCC)).rejects.toMatchObject({ code: 'SYSTEM_CHAINCODE_NOT_RUNNING' })
    await expect(scene.execute(SYSCC.name, 'now')).rejects.toMatchObject({ code: 'SYSTEM_CHAINCODE_NOT_RUNNING' })
    const handler = await scene.support.launchSystemChaincode(SYSCC.name)
    expect(handler.canonicalName).toBe('clock:syscc')
    expect(await scene.support.launch(SYSCC)).toBe(handler)
    expect(await scene.execute(SYSCC.name, 'now')).toBe('200 pong')
    await expect(scene.support.launchSystemChaincode('nosuch')).rejects.toMatchObject({ code: 'VM_NOT_FOUND' })
  })

  test('of one that its author starts says at once what is missing; _lifecycle is not even asked', async () => {
    const scene = await launchScene({ project: { startedBy: 'you' } })
    scene.getdepspec = () => Promise.reject(new Error('asked'))
    await expect(scene.support.launch(CC)).rejects.toMatchObject({
      code: 'NOT_CONNECTED',
      details: {
        canonicalName: 'asset:1.0',
        address: '127.0.0.1:7052',
        command: expect.stringContaining('CORE_CHAINCODE_ID_NAME=asset:1.0'),
      },
    })
    expect(scene.facts).toEqual([])
  })

  test('of one that is not open names those that are', async () => {
    const scene = await launchScene()
    const launch = scene.support.launch({ ...CC, name: 'nosuch' })
    await expect(launch).rejects.toMatchObject({ code: 'CHAINCODE_UNKNOWN', details: { known: ['asset'] } })
  })

  test('builds what was never built, and waits for a build that is under way', async () => {
    const scene = await launchScene()
    let failed: (error: Error) => void = () => undefined
    scene.build = () => new Promise((_resolve, reject) => (failed = reject))
    const launches = [scene.support.launch(CC), scene.support.launch(CC)]
    const outcomes = Promise.allSettled(launches)
    await expect.poll(() => scene.launches()).toEqual(['call'])
    failed(new PeerError('TOOL_MISSING', { tool: 'go', needed: '', hint: '' }))
    for (const outcome of await outcomes) expect(outcome).toMatchObject({ reason: { code: 'TOOL_MISSING' } })

    scene.build = (project, build) => Promise.resolve({ project, build, argv: [] })
    expect((await scene.support.launch(CC)).state).toBe('ready')
    expect(scene.launches()).toEqual(['call', 'call'])
  })
})

describe('a launch that fails', () => {
  test('because its process exits says how, with its last words', async () => {
    const scene = await launchScene()
    const vm = silentVM()
    scene.vm = vm
    const launch = scene.support.launch(CC)
    await expect.poll(() => scene.steps().at(-1)).toBe('registered running')
    vm.exit('exited with code 1')
    await expect(launch).rejects.toMatchObject({
      code: 'CHAINCODE_EXITED',
      details: { canonicalName: 'asset:1.0', words: 'exited with code 1', output: ['its last words'] },
    })
    expect(scene.steps().at(-1)).toBe('registered failed')
    await launchesAgain(scene)
  })

  test('because it never registers is stopped at the startup timeout', async () => {
    const scene = await launchScene({ chaincode: { startuptimeout: 2000 } })
    const vm = silentVM()
    scene.vm = vm
    await expect(scene.support.launch(CC)).rejects.toMatchObject({
      code: 'STARTUP_TIMEOUT',
      details: { seconds: 2, output: ['its last words'] },
    })
    expect([vm.started, vm.stopped]).toEqual([1, 1])
    expect(scene.custodian.serving.instance).toBeUndefined()
    expect(scene.steps().at(-1)).toBe('registered failed')
  })

  test('because its start never ends is aborted at the startup timeout', async () => {
    const scene = await launchScene({ chaincode: { startuptimeout: 2000 } })
    scene.vm = hangingVM()
    await expect(scene.support.launch(CC)).rejects.toMatchObject({ code: 'STARTUP_TIMEOUT' })
    expect(scene.steps().at(-1)).toBe('start failed')
    await launchesAgain(scene)
  })

  test('because it cannot be started keeps the reason', async () => {
    const scene = await launchScene()
    scene.vm = {
      start: (_spec, _signal, { report }) =>
        report.step('start', () => Promise.reject(new PeerError('START_FAILED', { command: 'x', reason: 'no' }))),
    }
    await expect(scene.support.launch(CC)).rejects.toMatchObject({ code: 'START_FAILED' })
    expect(scene.steps().at(-1)).toBe('start failed')
    await launchesAgain(scene)
  })

  test('keeps its first error although the stop fails as well', async () => {
    const scene = await launchScene({ chaincode: { startuptimeout: 2000 } })
    const vm = silentVM()
    scene.vm = {
      async start(spec, signal, steps) {
        const instance = await vm.start(spec, signal, steps)
        return { ...instance, stop: () => Promise.reject(new Error('it cannot be stopped')) }
      },
    }
    await expect(scene.support.launch(CC)).rejects.toMatchObject({ code: 'STARTUP_TIMEOUT' })
    expect(scene.outcomes()).toEqual(['failed'])
    await launchesAgain(scene)
  })
})

describe('stop', () => {
  /** The launch waits in a step; it is stopped there. */
  async function stoppedIn(scene: LaunchScene, step: string): Promise<void> {
    const launches = [scene.support.launch(CC), scene.support.launch(CC)]
    const outcomes = Promise.allSettled(launches)
    await expect.poll(() => scene.steps().at(-1)).toBe(`${step} running`)
    await scene.custodian.stop()
    for (const outcome of await outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'ABORTED' } })
    }
    expect(scene.outcomes()).toEqual(['aborted'])
    expect(scene.steps().at(-1)).toBe(`${step} failed`)
    expect(scene.custodian.serving.instance).toBeUndefined()
    await launchesAgain(scene)
  }

  test('while _lifecycle is asked leaves nothing', async () => {
    const scene = await launchScene()
    gate(scene)
    await stoppedIn(scene, 'deployment-spec')
  })

  test('while it starts leaves nothing', async () => {
    const scene = await launchScene()
    scene.vm = hangingVM()
    await stoppedIn(scene, 'start')
  })

  test('while it starts on a VM that does not listen stops what was started after all', async () => {
    const scene = await launchScene()
    const silent = silentVM()
    let go: () => void = () => undefined
    const held = new Promise<void>((resolve) => (go = resolve))
    scene.vm = {
      start: (spec, signal, steps) =>
        steps.report.step('start', () => held.then(() => silent.start(spec, signal, steps))),
    }
    const launch = scene.support.launch(CC).catch((error: unknown) => PeerError.from(error).code)
    await expect.poll(() => scene.steps().at(-1)).toBe('start running')
    const stopped = scene.custodian.stop()
    go()
    await stopped
    expect(await launch).toBe('ABORTED')
    expect([silent.started, silent.stopped]).toEqual([1, 1])
    await launchesAgain(scene)
  })

  test('while its registration is waited for stops what was started', async () => {
    const scene = await launchScene()
    const vm = silentVM()
    scene.vm = vm
    await stoppedIn(scene, 'registered')
    expect([vm.started, vm.stopped]).toEqual([1, 1])
  })

  test('once it serves ends its stream, and a call in flight with it', async () => {
    const scene = await launchScene()
    scene.vm = scene.newVM({ invoke: () => new Promise(() => undefined) })
    await scene.support.launch(CC)
    const { instance } = scene.custodian.serving
    const call = scene.execute(CC.name, 'hang').catch((error: unknown) => PeerError.from(error).code)
    await scene.custodian.stop()
    expect(await call).toBe('NOT_RUNNING')
    expect(scene.registry.handler(canonicalName(CC))).toBeUndefined()
    await instance?.exited
    await scene.custodian.stop()
    await launchesAgain(scene)
  })

  test('one caller who leaves does not stop the launch', async () => {
    const scene = await launchScene()
    const lscc = gate(scene)
    const abort = new AbortController()
    const leaver = scene.support.launch(CC, abort.signal)
    const stayer = scene.support.launch(CC)
    abort.abort()
    await expect(leaver).rejects.toMatchObject({ code: 'ABORTED' })
    await expect.poll(() => scene.steps().at(-1)).toBe('deployment-spec running')
    lscc.open()
    expect((await stayer).state).toBe('ready')
  })
})

describe('relaunch', () => {
  test('replaces the handler once the new one is ready; the old one serves until then', async () => {
    const scene = await launchScene()
    const { support } = scene
    const old = await support.launch(CC)
    const lscc = gate(scene)
    scene.vm = scene.newVM({ invoke: () => Promise.resolve(Buffer.from('new')) })
    const relaunch = scene.custodian.restart()
    await expect.poll(() => scene.steps().at(-1)).toBe('deployment-spec running')
    expect(scene.note('already-running')).toBe('yes, it serves on')
    expect(await scene.execute(CC.name, 'ping')).toBe('200 pong')
    lscc.open()
    await relaunch
    expect(old.state).toBe('ended')
    const handler = await support.launch(CC)
    expect(handler).not.toBe(old)
    expect(await scene.execute(CC.name, 'ping')).toBe('200 new')
  })

  test('that fails or is aborted leaves the old one serving', async () => {
    const scene = await launchScene({ chaincode: { startuptimeout: 2000 } })
    const { support } = scene
    const old = await support.launch(CC)
    scene.vm = silentVM()
    await expect(scene.relaunch(2)).rejects.toMatchObject({ code: 'STARTUP_TIMEOUT' })
    gate(scene)
    const abort = new AbortController()
    const aborted = scene.relaunch(3, abort.signal)
    await expect.poll(() => scene.steps().at(-1)).toBe('deployment-spec running')
    abort.abort()
    await expect(aborted).rejects.toMatchObject({ code: 'ABORTED' })
    expect(await support.launch(CC)).toBe(old)
    expect(await scene.execute(CC.name, 'ping')).toBe('200 pong')
  })

  test('ends the launch under way; who waited for that one waits for the newer', async () => {
    const scene = await launchScene()
    const { support, custodian } = scene
    gate(scene)
    const waiting = support.launch(CC)
    await expect.poll(() => scene.steps().at(-1)).toBe('deployment-spec running')
    scene.getdepspec = (cc) => Promise.resolve(devDeploymentSpec(cc, 'golang', '/src'))
    await custodian.restart()
    expect(await waiting).toBe(await support.launch(CC))
    expect(scene.outcomes()).toEqual(['aborted', 'ready'])
  })
})
