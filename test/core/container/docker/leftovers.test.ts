import { expect, test } from 'vitest'
import { dialectOf } from '../../../../core/container/docker/engine/engine-dialect.ts'
import { containerLabels, ownLabels } from '../../../../core/container/docker/labels.ts'
import { removeEverything, removeLeftovers } from '../../../../core/container/docker/leftovers.ts'
import { needs } from '../../../support/require.ts'
import { contextOf, testContainers } from '../../../support/test-containers.ts'

needs('docker').describe('what a killed Slipway leaves behind', () => {
  test('is removed, running or not, and nothing else is', async () => {
    const [t, other] = await Promise.all([testContainers(), testContainers()])
    const [running, others] = await Promise.all([t.start('exec sleep 600'), other.start('sleep 600')])
    // After the one that runs: what has ended makes way for what is started after it.
    const ended = await t.start('true')
    await ended.exited
    const { engine, peer } = t
    const image = await engine.inspectImage(t.image)
    // The engine's own container of a build that was cut off, where it shows it, and one that somebody runs of our image.
    const { hidesBuildContainers } = dialectOf(await engine.facts())
    const building = {
      command: ['sh'],
      image: image?.id ?? '',
      env: {},
      labels: {},
      hostConfig: {},
      name: `${t.image}-building`,
    }
    if (!hidesBuildContainers) await engine.createContainer(building)
    const persons = await engine.createContainer({ ...building, image: t.image, name: `${t.image}-persons` })
    // A build that did not come to its name.
    const context = await contextOf(`FROM ${t.base}\nLABEL slipway.peer=${peer}\nENV HALF=made\n`)
    await engine.buildImage({ context, image: `${t.image}-half`, labels: ownLabels(peer) }, () => undefined)
    const half = (await engine.inspectImage(`${t.image}-half`))?.id ?? ''
    const again = await contextOf(`FROM ${t.base}\nLABEL slipway.peer=${peer}\nENV HALF=whole\n`)
    await engine.buildImage({ context: again, image: `${t.image}-half`, labels: ownLabels(peer) }, () => undefined)

    try {
      const found = await removeLeftovers(engine, peer)
      expect(found.containers.map(({ name }) => name).toSorted()).toEqual(
        [running.containerName, ended.containerName, ...(hidesBuildContainers ? [] : [building.name])].toSorted(),
      )
      expect(found.containers).toContainEqual({ name: running.containerName, state: 'running' })
      expect(found.images).toContain(half)
      expect(await t.containers()).toEqual([`${t.image}-persons`])
      expect(await other.containers()).toEqual([others.containerName])
      expect(await engine.inspectImage(t.image)).toBeDefined()
      expect(await removeLeftovers(engine, peer)).toEqual({ containers: [], images: [] })
    } finally {
      await engine.removeContainer(persons)
    }

    const all = await removeEverything(engine, peer)
    expect(all.images).toEqual(expect.arrayContaining([`${t.image}:latest`, `${t.image}-half:latest`]))
    expect(await engine.listImages(ownLabels(peer))).toEqual([])
    expect(await engine.listImages(ownLabels(other.peer))).not.toEqual([])
  })

  test('a container that can’t be listed is an error', async () => {
    const t = await testContainers()
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(removeLeftovers(t.engine, t.peer, signal)).rejects.toThrow('enough')
  })

  test('a container made by us carries our pid', () => {
    expect(containerLabels({ peer: 'abc', chaincode: 'marbles', role: 'build' })).toEqual({
      'slipway.peer': 'abc',
      'slipway.pid': String(process.pid),
      'slipway.chaincode': 'marbles',
      'slipway.role': 'build',
    })
  })
})
