import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { extract, pack } from 'tar-stream'
import { beforeEach, expect, test } from 'vitest'
import type { DockerEngine, EngineEvent, Labels } from '../../../../../core/container/docker/engine/engine.ts'
import { eventually } from '../../../../support/eventually.ts'
import { needs } from '../../../../support/require.ts'
import { tinyImage } from '../../../../support/tiny-image.ts'
import { engineOn } from '../../../../support/test-containers.ts'

const HOST = process.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock'

needs('docker').describe('containers of a real engine', () => {
  let engine: DockerEngine
  let image: string
  let labels: Labels

  beforeEach(async () => {
    engine = await engineOn(HOST)
    image = await tinyImage(HOST)
    const made: Labels = { 'slipway.test': randomUUID() }
    labels = made
    return async () => {
      for (const { id } of await engine.listContainers(made)) await engine.removeContainer(id)
    }
  })

  const create = (script: string, more: Partial<Parameters<DockerEngine['createContainer']>[0]> = {}) =>
    engine.createContainer({
      name: `slipway-test-${randomUUID().slice(0, 8)}`,
      image,
      command: ['sh', '-c', script],
      env: { FRUIT: 'apple pie' },
      labels,
      hostConfig: { Init: true },
      ...more,
    })

  /** What is heard of an output, as text. */
  const output = () => {
    const heard = { stdout: '', stderr: '' }
    return {
      heard,
      stdout: (chunk: Buffer) => void (heard.stdout += chunk.toString()),
      stderr: (chunk: Buffer) => void (heard.stderr += chunk.toString()),
    }
  }

  test('all that one prints is heard from its first byte, apart, and its end is the engine’s', async () => {
    const id = await create('echo "$FRUIT"; echo oh >&2; echo done; exit 3')
    const out = output()
    const attached = await engine.attach(id, out)
    const code = engine.waitContainer(id)
    await engine.startContainer(id)
    expect(await attached.ended).toEqual({ byEngine: true })
    expect(out.heard).toEqual({ stdout: 'apple pie\ndone\n', stderr: 'oh\n' })
    expect(await code).toBe(3)
    const facts = await engine.inspectContainer(id)
    expect(facts).toMatchObject({ state: 'exited', exitCode: 3, oomKilled: false, image, labels })
    // Not one after the other: the engine notes the start once it has heard of it, when a quick one has ended.
    for (const at of [facts?.startedAt, facts?.finishedAt]) expect(at).toBeGreaterThan(facts?.createdAt ?? Infinity)
  })

  test('what one printed is read again from a time on', async () => {
    const id = await create('echo early; until [ -e /tmp/go ]; do sleep 0.1; done; echo late; sleep 600')
    await engine.startContainer(id)
    const all = output()
    const following = await engine.followLogs(id, 0, all)
    await eventually(() => all.heard.stdout).toBe('early\n')
    const between = Date.now() / 1000
    const go = await engine.exec(id, ['sh', '-c', 'echo > /tmp/go'], { columns: 80, rows: 24 })
    expect(await go.ended).toBe(0)
    await eventually(() => all.heard.stdout).toBe('early\nlate\n')
    const some = output()
    const later = await engine.followLogs(id, between, some)
    await eventually(() => some.heard.stdout).toBe('late\n')
    later.close()
    expect(await later.ended).toEqual({ byEngine: false })
    await engine.killContainer(id)
    expect(await following.ended).toEqual({ byEngine: true })
  })

  test('a container is known by its labels, with its port, its address and its memory', async () => {
    const id = await create('sleep 600', { publish: 9999, hostConfig: { Init: true, Memory: 64 * 1024 * 1024 } })
    await engine.startContainer(id)
    const [facts, ...others] = await engine.listContainers(labels)
    expect(others).toEqual([])
    expect(facts).toMatchObject({ id, state: 'running', memoryLimit: 64 * 1024 * 1024 })
    expect(facts?.published[9999]).toBeGreaterThan(0)
    expect(facts?.addresses[0]).toMatch(/^\d+\.\d+\.\d+\.\d+$/)
    expect(await engine.listContainers({ ...labels, 'slipway.other': 'x' })).toEqual([])
  })

  test('host-gateway is the address of this network’s bridge', async () => {
    const id = await create('cat /etc/hosts', { hostConfig: { Init: true, ExtraHosts: ['gate:host-gateway'] } })
    const out = output()
    const attached = await engine.attach(id, out)
    await engine.startContainer(id)
    await attached.ended
    expect(out.heard.stdout).toMatch(/^\d+\.\d+\.\d+\.\d+\s+gate$/m)
  })

  test('one that is removed while it runs did not exit with 0', async () => {
    const id = await create('sleep 600')
    await engine.startContainer(id)
    // It may be gone before the engine has been asked to wait for it.
    const code = engine.waitContainer(id).catch(() => undefined)
    await engine.removeContainer(id)
    expect([137, undefined]).toContain(await code)
  })

  test('what is gone or has ended may be stopped, killed and removed', async () => {
    const id = await create('sleep 600')
    await engine.startContainer(id)
    await engine.stopContainer(id, 5)
    await engine.stopContainer(id, 5)
    await engine.killContainer(id)
    await Promise.all([engine.removeContainer(id), engine.removeContainer(id)])
    await engine.removeContainer(id)
    await engine.stopContainer(id, 5)
    await engine.killContainer(id)
    expect(await engine.inspectContainer(id)).toBeUndefined()
  })

  test('what cannot be created or started says why', async () => {
    const name = `slipway-test-${randomUUID().slice(0, 8)}`
    const id = await create('true', { name })
    await expect(create('true', { name })).rejects.toMatchObject({
      code: 'CONTAINER_NAME_TAKEN',
      details: { name, id, image },
    })
    await expect(create('true', { image: 'slipway-test/nowhere:1' })).rejects.toMatchObject({
      code: 'IMAGE_NOT_FOUND',
      details: { image: 'slipway-test/nowhere:1' },
    })
    await expect(create('true', { name: 'no good' })).rejects.toMatchObject({ code: 'CONTAINER_REFUSED' })
    const absent = await create('', { command: ['/no/such/program'], hostConfig: {} })
    await expect(engine.startContainer(absent)).rejects.toMatchObject({ code: 'CONTAINER_REFUSED' })
    await expect(engine.attach('slipway-test-nobody', output())).rejects.toMatchObject({
      code: 'DOCKER_REFUSED',
      details: { status: 404 },
    })
  })

  test('files go in and come out', async () => {
    const id = await create('sleep 600')
    const tar = pack()
    tar.entry({ name: 'pear' }, 'green')
    tar.finalize()
    await engine.putArchive(id, '/tmp', Readable.from(tar))
    const found: Record<string, string> = {}
    for await (const entry of (await engine.getArchive(id, '/tmp/pear')).pipe(extract())) {
      let text = ''
      for await (const chunk of entry) text += String(chunk)
      found[entry.header.name] = text
    }
    expect(found).toEqual({ pear: 'green' })
    await expect(engine.getArchive(id, '/tmp/plum')).rejects.toMatchObject({ code: 'DOCKER_REFUSED' })
  })

  test('every wait ends when it is aborted, with the reason', async () => {
    const id = await create('sleep 600')
    await engine.startContainer(id)
    const reason = new Error('enough')
    const aborting = new AbortController()
    const { signal } = aborting
    const waits = [engine.waitContainer(id, signal), engine.stats(id, () => undefined, signal)]
    waits.push(engine.events(labels, () => undefined, signal))
    const attached = await engine.attach(id, output(), signal)
    aborting.abort(reason)
    for (const wait of waits) await expect(wait).rejects.toBe(reason)
    expect(await attached.ended).toEqual({ byEngine: false })
    await expect(engine.inspectContainer(id, signal)).rejects.toBe(reason)
    await expect(engine.attach(id, output(), signal)).rejects.toBe(reason)
  })

  test('its memory and processor are measured while it runs', async () => {
    const id = await create('while :; do :; done')
    await engine.startContainer(id)
    const measured: { memory: number; memoryLimit: number; cpu: number }[] = []
    const enough = new AbortController()
    const watching = engine.stats(id, (stats) => measured.push(stats), enough.signal)
    await eventually(() => measured.some(({ cpu }) => cpu > 0.05)).toBe(true)
    expect(measured.at(-1)?.memory).toBeGreaterThan(0)
    expect(measured.at(-1)?.memoryLimit).toBeGreaterThan(0)
    await engine.removeContainer(id)
    await watching
  })

  test('its events are told, and nobody else’s', async () => {
    const heard: EngineEvent[] = []
    const enough = new AbortController()
    const listening = engine.events(labels, (event) => heard.push(event), enough.signal)
    const other = await create('true', { labels: { 'slipway.test': 'other' } })
    // The engine says nothing of when it listens: what happens is repeated until it is heard.
    const id = await create('exit 7')
    await eventually(async () => {
      await engine.startContainer(id)
      return heard.find(({ action }) => action === 'die')?.labels
    }).toMatchObject({ ...labels, exitCode: '7' })
    expect(new Set(heard.map((event) => event.id))).toEqual(new Set([id]))
    await engine.removeContainer(other)
    enough.abort(new Error('enough'))
    await expect(listening).rejects.toThrow('enough')
  })

  test('a shell runs on a terminal of its own, and ends with all it started', async () => {
    const id = await create('sleep 600')
    await engine.startContainer(id)
    const alive = async () => {
      const session = await engine.exec(
        id,
        ['sh', '-c', 'for p in /proc/[0-9]*; do cat $p/cmdline | tr "\\0" " "; done'],
        { columns: 80, rows: 24 },
      )
      let text = ''
      session.onOutput((chunk) => (text += chunk.toString()))
      expect(await session.ended).toBe(0)
      return text
    }
    const shell = await engine.exec(id, ['sh'], { columns: 91, rows: 17 })
    let shown = ''
    shell.onOutput((chunk) => (shown += chunk.toString()))
    shell.write(Buffer.from('stty size; sleep 4321 &\n'))
    await eventually(() => shown).toContain('17 91')
    await shell.resize({ columns: 100, rows: 30 })
    shell.write(Buffer.from('stty size\n'))
    await eventually(() => shown).toContain('30 100')
    expect(await alive()).toContain('sleep 4321')
    shell.close()
    expect(await shell.ended).toBeNull()
    await expect.poll(alive).not.toContain('sleep 4321')

    const short = await engine.exec(id, ['sh', '-c', 'exit 5'], { columns: 80, rows: 24 })
    expect(await short.ended).toBe(5)
    const absent = await engine.exec(id, ['/no/such/shell'], { columns: 80, rows: 24 }).then(
      ({ ended }) => ended,
      () => 'refused',
    )
    expect(absent).not.toBe(0)
  })

  test('the engine tells what it is, and its bridge is an address one can listen on', async () => {
    const facts = await engine.facts()
    expect(facts).toMatchObject({ os: 'linux', version: expect.stringMatching(/^\d+\./) })
    const bridge = await engine.bridgeAddress('bridge')
    if (facts.local) expect(bridge?.address).toMatch(/^\d+\.\d+\.\d+\.\d+$/)
    else expect(bridge).toBeUndefined()
    expect(await engine.bridgeAddress('slipway-test-no-such-network')).toBeUndefined()
    expect(await engine.bridgeAddress('host')).toBeUndefined()
  })
})
