import { expect, test } from 'vitest'
import { PeerError } from '../../../../core/contract/error.ts'
import { VMController } from '../../../../core/container/vm-controller.ts'
import type { InstanceExit } from '../../../../core/process/print-line.ts'
import { eventually } from '../../../support/eventually.ts'
import { needs } from '../../../support/require.ts'
import { contextOf, testContainers, type TestContainers } from '../../../support/test-containers.ts'

const textsOf = ({ printed }: TestContainers, stream: 'stdout' | 'stderr') =>
  printed.filter((line) => line.stream === stream).map((line) => line.text)

needs('docker').describe('DockerVM', () => {
  test('builds the image where it is missing and only then, and tells its steps in order', async () => {
    const t = await testContainers()
    const first = await t.start('echo one; exec sleep 600')
    expect(t.told).toEqual([
      'image:started',
      'image:done',
      'create:started',
      'create:done',
      'attach:started',
      'attach:done',
      'start:started',
      'start:done',
    ])
    t.told.length = 0
    const second = await t.start('exec sleep 600')
    expect(t.told.slice(0, 3)).toEqual(['dependencies:skipped', 'image:skipped', 'create:started'])
    expect(t.builds()).toBe(1)
    expect(first.container).toMatchObject({ state: 'running', image: t.image, build: 3 })
    expect(await t.containers()).toHaveLength(2)
    await Promise.all([first.stop(), first.stop(), second.stop()])
    expect((await first.exited).words).toMatch(/^was stopped after/)
    expect(await t.containers()).toEqual([])
  })

  test('gives Fabric’s environment over the author’s, its files, hosts and limits', async () => {
    const t = await testContainers({
      config: { hostConfig: { Memory: 64 * 1024 * 1024, ExtraHosts: ['one:10.0.0.1'] } },
    })
    const instance = await t.start(
      'echo $FROM_PROJECT $CORE_CHAINCODE_ID_NAME; cat /etc/hyperledger/fabric/client.key /etc/hosts; [ -x /etc/run ] && echo runs; echo oops >&2',
      {
        files: [
          { path: '/etc/hyperledger/fabric/client.key', content: 'secret\n' },
          { path: '/etc/run', content: Buffer.alloc(0), mode: 0o755 },
        ],
      },
    )
    await instance.exited
    const stdout = textsOf(t, 'stdout')
    expect(stdout).toEqual(expect.arrayContaining(['yes probe:1.0', 'secret', '10.0.0.1\tone', 'runs']))
    expect(textsOf(t, 'stderr')).toEqual(['oops'])
    expect(instance.container.memoryLimit).toBe(64 * 1024 * 1024)
    const facts = await t.engine.inspectContainer(instance.container.id)
    expect(facts).toMatchObject({ memoryLimit: 64 * 1024 * 1024, labels: { 'slipway.peer': t.peer } })
  })

  test('its stream may register before it is started, and its addresses are told once it runs', async () => {
    const t = await testContainers()
    let reserved: string[] = []
    let running: Promise<{ addresses: string[] } | undefined> = Promise.resolve(undefined)
    const instance = await t.start('exec sleep 600', {
      reserve(facts) {
        reserved = [...t.told]
        running = facts
      },
    })
    expect(reserved.at(-1)).toBe('attach:done')
    expect((await running)?.addresses).toHaveLength(1)
    await instance.stop()

    let never: unknown = 'not asked'
    const failing = t.start('true', {
      command: ['/no/such/program'],
      reserve: (facts) => void facts.then((value) => (never = value)),
    })
    // With an init the container starts, and the init reports that the program doesn't exist.
    const outcome = await failing.then((started) => started.exited).catch((error: unknown) => error)
    if (outcome instanceof Error) expect(outcome).toMatchObject({ code: 'CONTAINER_REFUSED' })
    else expect([127, 1], 'of Docker’s init and of Podman’s').toContain((outcome as InstanceExit).code)
    await eventually(() => never).not.toBe('not asked')
  })

  test('a published port is reached on loopback', async () => {
    const t = await testContainers()
    let published: Readonly<Record<number, number>> = {}
    await t.start('exec sleep 600', {
      publish: 9999,
      reserve: (running) => void running.then((facts) => (published = facts?.published ?? {})),
    })
    await eventually(() => published[9999]).toBeGreaterThan(0)
  })

  test('an image deleted by hand, or a stranger’s of that name, is built again', async () => {
    const t = await testContainers()
    const first = await t.start('true')
    await first.exited
    await first.stop()
    await t.engine.removeImage(t.image)
    const second = await t.start('true')
    expect(t.builds()).toBe(2)
    await second.stop()
    await t.engine.removeImage(t.image)
    const context = await contextOf(`FROM ${t.base}\n`)
    await t.engine.buildImage({ context, image: t.image, labels: {} }, () => undefined)
    await (await t.start('true')).stop()
    expect(t.builds()).toBe(3)
  })

  test('a container of ours with that name goes, a stranger’s stays', async () => {
    const t = await testContainers()
    const before = await t.start('exec sleep 600', { containerName: `${t.image}-same` })
    const after = await t.start('exec sleep 600', { containerName: `${t.image}-same` })
    expect(await t.containers()).toEqual([`${t.image}-same`])
    expect((await before.exited).signal).toMatch(/^SIG(TERM|KILL)$/)
    expect(after.container.id).not.toBe(before.container.id)
    await after.stop()

    const name = `${t.image}-taken`
    const id = await t.engine.createContainer({
      name,
      image: t.image,
      command: ['sh'],
      env: {},
      labels: {},
      hostConfig: {},
    })
    try {
      await expect(t.start('true', { containerName: name })).rejects.toMatchObject({
        code: 'CONTAINER_NAME_TAKEN',
        // Podman adds the tag.
        details: { name, id, image: expect.stringContaining(t.image) },
      })
      expect(await t.engine.inspectContainer(id)).toBeDefined()
    } finally {
      await t.engine.removeContainer(id)
    }
  })

  test('two starts of one name at once come one after the other, and one container is left', async () => {
    const t = await testContainers()
    const controller = new VMController()
    const never = new AbortController().signal
    const containerName = `${t.image}-twice`
    const both = await Promise.all(
      [1, 2].map(() => controller.start(t.vm, t.spec('exec sleep 600', { containerName }), never, t.steps)),
    )
    await both[0]?.exited
    expect(await t.containers()).toEqual([containerName])
    await Promise.all(both.map((instance) => instance.stop()))
    expect(await t.containers()).toEqual([])
  })

  test.each(['image', 'create', 'attach', 'start'])('aborted in step %s it leaves no container', async (step) => {
    const t = await testContainers()
    await (await t.start('true')).stop()
    if (step === 'image') await t.engine.removeImage(t.image)
    const controller = new AbortController()
    const reason = new PeerError('ABORTED', { what: 'The launch' })
    const { report, untimed } = t.steps
    const aborting: typeof report = {
      ...report,
      step: (name, work) =>
        report.step(name, (note) => {
          const working = work(note)
          if (name === step) controller.abort(reason)
          return working
        }),
    }
    const starting = t.vm.start(t.spec('exec sleep 600'), controller.signal, { report: aborting, untimed })
    await expect(starting).rejects.toBe(reason)
    expect(await t.containers()).toEqual([])
    expect(t.told.at(-1)).not.toBe('start:done')
  })

  test('a builder that fails, or a callback that does, leaves nothing', async () => {
    const t = await testContainers()
    const oops = new PeerError('IMAGE_NOT_FOUND', { image: 'x', message: 'no' })
    await expect(t.start('true', { image: `${t.image}-x`, build: () => Promise.reject(oops) })).rejects.toBe(oops)
    await expect(t.start('true', { reserve: () => Promise.reject(oops) })).rejects.toBe(oops)
    expect(await t.containers()).toEqual([])
  })

  test('one that has ended stays to be looked at until its successor is there; close removes all', async () => {
    const t = await testContainers()
    const crashed = await t.start('exit 3')
    await crashed.exited
    expect(await t.containers()).toEqual([crashed.containerName])
    const next = await t.start('exec sleep 600')
    await crashed.stop()
    expect(await t.containers()).toEqual([next.containerName])
    await Promise.all([t.vm.close(), t.vm.close()])
    expect(await t.containers()).toEqual([])
  })

  test('an engine that is not there is told as it is', async () => {
    const t = await testContainers({ find: () => Promise.reject(new PeerError('DOCKER_ABSENT', { looked: ['x'] })) })
    await expect(t.start('true')).rejects.toMatchObject({ code: 'DOCKER_ABSENT' })
  })
})
