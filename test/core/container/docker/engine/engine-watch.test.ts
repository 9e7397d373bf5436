import { mkdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { watchDocker, type DockerWatchSettings } from '../../../../../core/container/docker/engine/engine-watch.ts'
import type { EngineEvent } from '../../../../../core/container/docker/engine/engine.ts'
import { PeerError } from '../../../../../core/contract/error.ts'
import type { ToolState } from '../../../../../core/contract/state.ts'
import { testEngine } from '../../../../support/docker-engine.ts'
import { eventually } from '../../../../support/eventually.ts'
import { needs } from '../../../../support/require.ts'
import { tempFolder } from '../../../../support/temp.ts'
import { contextOf } from '../../../../support/test-containers.ts'
import { tinyImage } from '../../../../support/tiny-image.ts'

/** A watch and everything it emits, except `checking`. */
function watch(settings: DockerWatchSettings) {
  const told: ToolState[] = []
  const docker = watchDocker((fact) => {
    if (fact.type === 'tool' && fact.state.state !== 'checking') told.push(fact.state)
  }, settings)
  onTestFinished(() => docker.close())
  const news: string[] = []
  docker.onDown((error) => news.push(error.code))
  docker.onUp(() => news.push('up'))
  return { docker, told, news, last: () => told.at(-1) }
}

function withoutRepeats(words: string[]): string[] {
  return words.filter((word, at) => word !== words[at - 1])
}

needs('docker', 'dockerd').describe('an engine that is watched', () => {
  test('is seen to go and to come, however it goes', async () => {
    const engine = await testEngine()
    const { docker, told, news, last } = watch({ endpoint: engine.host })
    const before = await docker.engine()
    expect(await docker.engine()).toBe(before)
    expect(last()).toMatchObject({ state: 'found', note: expect.stringContaining(engine.host) })

    await engine.kill()
    await eventually(last).toMatchObject({ state: 'missing', error: { code: 'DOCKER_STOPPED' } })
    expect(news).toEqual(['DOCKER_LOST'])
    await expect(docker.engine()).rejects.toMatchObject({ code: 'DOCKER_STOPPED' })

    await engine.start()
    await eventually(() => news).toEqual(['DOCKER_LOST', 'up'])
    expect(last()).toMatchObject({ state: 'found' })
    const after = await docker.engine()
    expect(await after.listContainers({ 'slipway.test': 'nobody' })).toEqual([])

    await engine.stop()
    await eventually(() => news).toEqual(['DOCKER_LOST', 'up', 'DOCKER_LOST'])
    await eventually(last).toMatchObject({ state: 'missing', error: { code: 'DOCKER_STOPPED' } })
    // A change is told once, however often it is looked for. One that is just starting may fail in a way of its own.
    const words = told.map((state) => (state.state === 'missing' ? state.error.code : state.state))
    expect(words).toEqual(withoutRepeats(words))
    expect(withoutRepeats(told.map(({ state }) => state))).toEqual(['found', 'missing', 'found', 'missing'])
  })

  test('tells what happens to what carries the labels', async () => {
    const engine = await testEngine()
    const image = await tinyImage(engine.host)
    const { docker } = watch({ endpoint: engine.host, labels: { 'slipway.peer': 'mine' } })
    const heard: EngineEvent[] = []
    docker.onEvent((event) => heard.push(event))
    await docker.check()
    const run = (peer: string) =>
      engine.docker('run', '--rm', '--net', 'none', '--label', `slipway.peer=${peer}`, image, 'sh', '-c', ':')
    await eventually(async () => {
      await run('other')
      await run('mine')
      return heard.some(({ action }) => action === 'destroy')
    }).toBe(true)
    expect(new Set(heard.map(({ labels }) => labels['slipway.peer']))).toEqual(new Set(['mine']))
  })

  test('ends what was under way when it goes, and says what that was', async () => {
    const engine = await testEngine()
    const image = await tinyImage(engine.host)
    const { docker } = watch({ endpoint: engine.host })
    const api = await docker.engine()
    const container = (name: string) =>
      api.createContainer({
        name,
        image,
        command: ['sh', '-c', 'echo on; sleep 600'],
        env: {},
        labels: { 'slipway.test': 'lost' },
        hostConfig: { NetworkMode: 'none', Init: true },
      })
    const id = await container('runs')
    let printed = ''
    const output = { stdout: (chunk: Buffer) => void (printed += chunk.toString()), stderr: () => undefined }
    const attached = await api.attach(id, output)
    const unstarted = await container('waits')
    await api.startContainer(id)
    const shell = await api.exec(id, ['sh'], { columns: 80, rows: 24 })
    const follow = await api.followLogs(id, 0, output)
    let built = ''
    const context = await contextOf(`FROM ${image}\nRUN sleep 600\n`)
    const lost = [
      api.waitContainer(id),
      api.waitContainer(unstarted),
      api.events({}, () => undefined, new AbortController().signal),
      api.stats(id, () => undefined, new AbortController().signal),
      api.buildImage(
        { context, image: 'slipway-test/lost', labels: {}, networkMode: 'none' },
        (text) => (built += text),
      ),
    ].map((wait) =>
      wait.then(
        () => 'done',
        (error: unknown) => PeerError.from(error).code,
      ),
    )
    await eventually(() => built).toContain('Running in')
    await eventually(() => printed).toContain('on\n')

    await engine.kill()
    expect(await Promise.all(lost)).toEqual(Array.from({ length: lost.length }, () => 'DOCKER_LOST'))
    expect(await attached.ended).toEqual({ byEngine: false })
    expect(await follow.ended).toEqual({ byEngine: false })
    expect(await shell.ended).toBeNull()
    await expect(api.inspectContainer(id)).rejects.toMatchObject({ code: 'DOCKER_STOPPED' })
    await expect(api.removeContainer(id)).rejects.toMatchObject({ code: 'DOCKER_STOPPED' })
  })
})

describe.skipIf(process.platform === 'win32')('a watch', () => {
  const ANSWERS: Record<string, object> = {
    '/version': { Version: '27.1.0', ApiVersion: '1.46', Os: 'linux', Arch: 'amd64' },
    '/info': {},
  }

  /** What answers as an engine would; `asked`: what for. */
  async function pretender(socket: string) {
    const asked: string[] = []
    const server = createServer(({ url = '' }, response) => {
      asked.push(url)
      if (url.startsWith('/events')) return void response.writeHead(200).flushHeaders()
      response.end(JSON.stringify(ANSWERS[url]))
    })
    await new Promise<void>((resolve) => server.listen(socket, resolve))
    const stop = () => {
      server.closeAllConnections()
      server.close()
    }
    onTestFinished(stop)
    return { asked, stop }
  }

  test('asks for nothing until somebody does, and each engine once', async () => {
    const socket = join(await tempFolder('watch'), 'docker.sock')
    const { asked } = await pretender(socket)
    const { docker, told } = watch({ endpoint: `unix://${socket}` })
    expect(asked).toEqual([])
    await Promise.all([docker.check(), docker.check(), docker.engine()])
    await eventually(() => asked.length).toBe(4)
    expect(asked).toEqual(['/_ping', '/version', '/info', expect.stringMatching(/^\/events/)])
    expect(told).toEqual([{ state: 'found', version: '27.1.0', note: expect.stringContaining('vm.endpoint') }])
  })

  test('finds another engine once the context has changed and it is asked again', async () => {
    const home = await tempFolder('watch')
    const [first, second] = [join(home, 'first.sock'), join(home, '.rd', 'docker.sock')]
    await mkdir(join(home, '.rd'))
    await mkdir(join(home, '.docker'))
    await pretender(first)
    const env: NodeJS.ProcessEnv = { PATH: '', DOCKER_HOST: `unix://${first}` }
    const { docker, news, last } = watch({ env, home, root: home })
    expect((await docker.engine()).address.host).toBe(`unix://${first}`)
    delete env['DOCKER_HOST']
    await pretender(second)
    await writeFile(join(home, '.docker', 'config.json'), '{"currentContext":"default"}')
    await docker.check()
    expect(last()).toMatchObject({ note: expect.stringContaining('Rancher') })
    expect((await docker.engine()).address.host).toBe(`unix://${second}`)
    await eventually(() => news).toEqual(['DOCKER_LOST', 'up'])
  })

  test('that is aborted or closed tells nothing more', async () => {
    const socket = join(await tempFolder('watch'), 'docker.sock')
    const server = createServer(() => undefined)
    await new Promise<void>((resolve) => server.listen(socket, resolve))
    onTestFinished(() => {
      server.closeAllConnections()
      server.close()
    })
    const { docker, told } = watch({ endpoint: `unix://${socket}` })
    const aborting = new AbortController()
    const reason = new Error('enough')
    const checking = docker.check(aborting.signal)
    const asking = docker.engine()
    aborting.abort(reason)
    await expect(checking).rejects.toBe(reason)
    docker.close()
    docker.close()
    await expect(asking).rejects.toMatchObject({ code: 'ABORTED' })
    expect(told).toEqual([{ state: 'unknown' }])
  })
})
