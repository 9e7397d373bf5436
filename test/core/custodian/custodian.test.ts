import { describe, expect, test } from 'vitest'
import { PeerError } from '../../../core/contract/error.ts'
import type { BuiltProject, Project } from '../../../core/project/project.ts'
import { codeOf } from '../../scenario/author.ts'
import { CC, launchScene, type LaunchScene, type SceneSettings } from '../chaincode/launch-scene.ts'

interface Build {
  project: Project
  /** It is ready to be launched, and answers with its number. */
  done(): void
  failed(): void
}

/** A scene in which a build ends when the test says so. `began`: the build of that number, once it has begun. */
async function setUp(settings?: SceneSettings) {
  const scene = await launchScene(settings)
  const builds = new Map<number, Build>()
  scene.build = (project, number, signal) =>
    new Promise<BuiltProject>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(PeerError.from(signal.reason)), { once: true })
      builds.set(number, {
        project,
        done() {
          scene.vm = scene.newVM({ invoke: () => Promise.resolve(Buffer.from(`build ${number}`)) })
          resolve({ project, build: number, argv: [] })
        },
        failed: () =>
          reject(new PeerError('BUILD_FAILED', { command: 'go build', words: 'exited with code 1', output: [] })),
      })
    })
  const began = async (number: number): Promise<Build> => {
    await expect.poll(() => builds.has(number)).toBe(true)
    const build = builds.get(number)
    if (build === undefined) throw new Error(`build ${number} has not begun`)
    return build
  }
  return { scene, custodian: scene.custodian, builds, began }
}

/** The same with its first build serving. */
async function serving(settings?: SceneSettings) {
  const context = await setUp(settings)
  const restart = context.custodian.restart()
  ;(await context.began(1)).done()
  await restart
  return context
}

/** What serves ends without Slipway's doing; the next instance can start. */
async function crash(scene: LaunchScene): Promise<void> {
  scene.vm = scene.newVM({ invoke: () => Promise.resolve(Buffer.from('again')) })
  const { instance } = scene.custodian.serving
  await instance?.stop()
}

const errors = (scene: LaunchScene) =>
  scene.facts.flatMap((fact) => (fact.type === 'chaincode.error' ? [fact.error?.code] : []))

describe('a crash', () => {
  test('is reported, and what served is started again, three times; then a call starts it', async () => {
    const { scene } = await serving()
    for (let n = 1; n <= 3; n++) {
      await crash(scene)
      await expect.poll(() => scene.outcomes().length).toBe(n + 1)
    }
    expect(scene.launches()).toEqual(['restart', 'crashed', 'crashed', 'crashed'])
    await crash(scene)
    await expect.poll(() => errors(scene).at(-1)).toBe('CHAINCODE_STOPPED')
    expect(scene.launches()).toHaveLength(4)
    expect(await scene.execute(CC.name, 'ping')).toBe('200 again')
    expect(scene.launches().at(-1)).toBe('call')
    expect(errors(scene).at(-1)).toBeUndefined()
  })

  test('during a build that fails: the last good build is launched, and a call waits for it', async () => {
    const { scene, custodian, began } = await serving()
    const restart = codeOf(custodian.restart())
    const build = await began(2)
    await crash(scene)
    const call = scene.execute(CC.name, 'ping')
    build.failed()
    expect(await restart).toBe('BUILD_FAILED')
    expect(await call).toBe('200 again')
    expect(scene.launches()).toEqual(['restart', 'restart', 'restart'])
  })

  test('that Slipway caused is none', async () => {
    const { scene, custodian } = await serving()
    await custodian.stop()
    expect(errors(scene)).toEqual([])
    expect(scene.outcomes()).toEqual(['ready'])
  })
})

describe('a build', () => {
  test('that fails with nothing good before fails every call that waits for it', async () => {
    const { scene, began } = await setUp()
    const calls = [codeOf(scene.execute(CC.name, 'ping')), codeOf(scene.execute(CC.name, 'ping'))]
    ;(await began(1)).failed()
    expect(await Promise.all(calls)).toEqual(['BUILD_FAILED', 'BUILD_FAILED'])
    expect(errors(scene)).toEqual(['BUILD_FAILED'])
  })

  test('that was stopped is begun again by a call', async () => {
    const { scene, custodian, began } = await serving()
    const restart = codeOf(custodian.restart())
    await began(2)
    await custodian.stop()
    expect(await restart).toBe('ABORTED')
    const call = scene.execute(CC.name, 'ping')
    ;(await began(3)).done()
    expect(await call).toBe('200 build 3')
    expect(errors(scene)).toEqual([])
  })

  test('after a stop launches the last good one where it fails', async () => {
    const { scene, custodian, began } = await serving()
    await custodian.stop()
    scene.vm = scene.newVM()
    const restart = codeOf(custodian.restart())
    ;(await began(2)).failed()
    expect(await restart).toBe('BUILD_FAILED')
    expect(await scene.execute(CC.name, 'ping')).toBe('200 pong')
  })

  test('is not begun once it is closed', async () => {
    const { custodian, builds } = await serving()
    await Promise.all([custodian.close(), custodian.close()])
    expect(await codeOf(custodian.restart())).toBe('NOT_RUNNING')
    expect(await codeOf(custodian.ensure())).toBe('NOT_RUNNING')
    expect(builds.size).toBe(1)
  })
})

describe('a change of mode', () => {
  test('is done when the other one serves; until then nothing changes', async () => {
    const { scene, custodian, began } = await serving()
    const changes = [custodian.setMode('net'), custodian.setMode('net')]
    const build = await began(2)
    expect([build.project.mode, custodian.project.mode, custodian.connectsFrom]).toEqual(['net', 'dev', 'process'])
    expect(await scene.execute(CC.name, 'ping')).toBe('200 build 1')
    build.done()
    await Promise.all(changes)
    expect([custodian.project.mode, custodian.connectsFrom]).toEqual(['net', 'container'])
    expect(await scene.execute(CC.name, 'ping')).toBe('200 build 2')
    expect(scene.launches()).toEqual(['restart', 'mode'])
  })

  test('that fails leaves the old one serving', async () => {
    const { scene, custodian, began } = await serving()
    const change = codeOf(custodian.setMode('net'))
    ;(await began(2)).failed()
    expect(await change).toBe('BUILD_FAILED')
    expect(custodian.project.mode).toBe('dev')
    expect(await scene.execute(CC.name, 'ping')).toBe('200 build 1')
    expect(errors(scene)).toEqual(['BUILD_FAILED'])
  })

  test('that is taken back is aborted, and the old one serves', async () => {
    const { scene, custodian, began } = await serving()
    const change = codeOf(custodian.setMode('net'))
    await began(2)
    await custodian.setMode('dev')
    expect(await change).toBe('ABORTED')
    expect([custodian.project.mode, custodian.connectsFrom]).toEqual(['dev', 'process'])
    expect(await scene.execute(CC.name, 'ping')).toBe('200 build 1')
    expect(errors(scene)).toEqual([])
  })

  test('to dev, where its author starts it: what serves goes on until that process registers', async () => {
    const { scene, custodian } = await serving({ project: { mode: 'net', startedBy: 'you' } })
    expect(custodian.startedBy).toBe('slipway')
    await custodian.setMode('dev')
    expect(custodian.startedBy).toBe('you')
    expect(await scene.execute(CC.name, 'ping')).toBe('200 build 1')
    await crash(scene)
    await expect.poll(() => errors(scene).at(-1)).toBe('CHAINCODE_STOPPED')
    expect(await codeOf(scene.execute(CC.name, 'ping'))).toBe('NOT_CONNECTED')
    expect(await codeOf(custodian.restart())).toBe('NOT_CONNECTED')
  })

  test('of one that is stopped builds nothing until it is called', async () => {
    const { scene, custodian, builds, began } = await serving()
    await custodian.stop()
    await custodian.setMode('net')
    expect([custodian.project.mode, builds.size]).toEqual(['net', 1])
    const call = scene.execute(CC.name, 'ping')
    const build = await began(2)
    expect(build.project.mode).toBe('net')
    build.done()
    expect(await call).toBe('200 build 2')
  })
})

describe('who starts it', () => {
  test('the author from now on: it is stopped, and Slipway builds it no more', async () => {
    const { scene, custodian, began } = await serving()
    const restart = codeOf(custodian.restart())
    await began(2)
    await custodian.setStartedBy('you')
    expect(await restart).toBe('ABORTED')
    expect(custodian.serving.instance).toBeUndefined()
    expect(await codeOf(scene.execute(CC.name, 'ping'))).toBe('NOT_CONNECTED')
    expect(errors(scene)).toEqual([])
  })

  test('Slipway again: it is built and launched', async () => {
    const { scene, custodian, began } = await setUp({ project: { startedBy: 'you' } })
    await custodian.setStartedBy('slipway')
    ;(await began(1)).done()
    expect(await scene.execute(CC.name, 'ping')).toBe('200 build 1')
    expect(scene.launches()).toEqual(['restart'])
  })

  test('changed back and forth while it stops: what was wanted last counts', async () => {
    const { scene, custodian, began } = await serving()
    const changes = [custodian.setStartedBy('you'), custodian.setStartedBy('slipway')]
    ;(await began(2)).done()
    await Promise.all(changes)
    expect(custodian.startedBy).toBe('slipway')
    expect(await scene.execute(CC.name, 'ping')).toBe('200 build 2')
  })
})
