import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { beforeEach, expect, test } from 'vitest'
import type { DockerEngine, Labels } from '../../../../../core/container/docker/engine/engine.ts'
import { needs } from '../../../../support/require.ts'
import { contextOf, engineOn } from '../../../../support/test-containers.ts'
import { tinyImage } from '../../../../support/tiny-image.ts'

const HOST = process.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock'

needs('docker').describe('images of a real engine', () => {
  let engine: DockerEngine
  let base: string
  let labels: Labels
  let image: string

  beforeEach(async () => {
    engine = await engineOn(HOST)
    base = await tinyImage(HOST)
    const mark = randomUUID()
    const made: Labels = { 'slipway.test': mark }
    labels = made
    image = `slipway-test/built:${mark.slice(0, 8)}`
    return async () => {
      for (const { id } of await engine.listContainers(made)) await engine.removeContainer(id)
      // A layer goes once nothing stands on it.
      for (let left = await engine.listImages(made); left.length > 0; left = await engine.listImages(made)) {
        const removed = await Promise.all(left.map(({ id, names }) => engine.removeImage(names[0] ?? id)))
        if (!removed.includes(true)) break
      }
    }
  })

  const build = async (lines: string, signal?: AbortSignal, heard: (text: string) => void = () => undefined) => {
    const mark = Object.entries(labels).map(([name, value]) => `${name}=${value}`)
    const dockerfile = `FROM ${base}\nLABEL ${mark.join(' ')}\n${lines}\n`
    return engine.buildImage({ context: await contextOf(dockerfile), image, labels }, heard, signal)
  }

  test('one is built with its output as it comes, found by its labels, and removed', async () => {
    let output = ''
    const id = await build('LABEL slipway.fruit=apple\nRUN echo "no newline\\c"', undefined, (text) => (output += text))
    expect(output).toContain('no newline')
    expect(await engine.inspectImage(image)).toMatchObject({ id, names: [image], os: 'linux', labels })
    expect((await engine.listImages(labels)).map((found) => found.id)).toContain(id)
    expect(await engine.listImages(labels, { dangling: true })).toEqual([])
    const both = { ...labels, 'slipway.fruit': 'apple' }
    expect((await engine.listImages(both)).map((found) => found.id)).toEqual([id])
    expect(await engine.listImages({ ...labels, 'slipway.fruit': 'pear' })).toEqual([])
    expect(await engine.removeImage(image)).toBe(true)
    expect(await engine.removeImage(image)).toBe(false)
    expect(await engine.inspectImage(image)).toBeUndefined()
  })

  test('they can be listed while some of them are being removed', async () => {
    const change = ['--change', `LABEL slipway.test=${labels['slipway.test'] ?? ''}`]
    const names = Array.from({ length: 8 }, (_, n) => `${image}-${n}`)
    const env = { ...process.env, DOCKER_HOST: HOST }
    // Each with content of its own, or they would be one image.
    for (const name of names) {
      execFileSync('docker', ['import', ...change, '-', name], { env, input: await contextOf(name) })
    }
    expect(await engine.listImages(labels)).toHaveLength(names.length)

    let left = names.length
    const look = async () => {
      while (left > 0) for (const found of await engine.listImages(labels)) expect(found.labels).toMatchObject(labels)
    }
    const remove = async () => {
      for (const name of names) expect(await engine.removeImage(name)).toBe(true)
      left = 0
    }
    await Promise.all([look(), look(), look(), look(), remove()])
    expect(await engine.listImages(labels)).toEqual([])
  })

  test('one that a container stands on is not removed', async () => {
    await build('ENV A=b')
    const container = await engine.createContainer({
      name: image.replace(/\W/g, '-'),
      image,
      command: ['sh'],
      env: {},
      labels,
      hostConfig: {},
    })
    expect(await engine.removeImage(image)).toBe(false)
    await engine.removeContainer(container)
    expect(await engine.removeImage(image)).toBe(true)
  })

  test('a build that fails tells its step and its last lines', async () => {
    const failed = build('RUN echo nearly; exit 4')
    await expect(failed).rejects.toMatchObject({
      code: 'IMAGE_BUILD_FAILED',
      details: {
        image,
        step: expect.stringContaining('exit 4'),
        output: expect.arrayContaining(['nearly']),
      },
    })
    await expect(build('FRUIT apple')).rejects.toMatchObject({ code: 'IMAGE_BUILD_FAILED' })
    expect(await engine.inspectImage(image)).toBeUndefined()
    expect(await engine.listContainers(labels)).toEqual([])
  })

  test('an aborted build has ended on the engine, and left no container and no image', async () => {
    const aborting = new AbortController()
    const reason = new Error('a newer save')
    const aborted = build('RUN echo asleep; sleep 600', aborting.signal, (text) => {
      if (text.trim() === 'asleep') aborting.abort(reason)
    })
    await expect(aborted).rejects.toBe(reason)
    expect(await engine.listContainers(labels)).toEqual([])
    expect(await engine.inspectImage(image)).toBeUndefined()
  })

  test('what is in no registry, or in one that cannot be reached, is told apart from a failed build', async () => {
    // Port 1 of the engine's own machine: nobody listens, whatever its network is.
    const nowhere = '127.0.0.1:1/slipway-test/nowhere:1'
    const unreachable = { code: 'REGISTRY_UNREACHABLE', details: { image: nowhere } }
    await expect(engine.pullImage(nowhere, () => undefined)).rejects.toMatchObject(unreachable)
    const context = await contextOf(`FROM ${nowhere}\n`)
    await expect(engine.buildImage({ context, image, labels }, () => undefined)).rejects.toMatchObject(unreachable)
    await expect(engine.pullImage('Not A Name', () => undefined)).rejects.toMatchObject({ code: 'IMAGE_NOT_FOUND' })
  })
})
