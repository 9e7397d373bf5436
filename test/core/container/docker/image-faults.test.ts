import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { removeLeftovers } from '../../../../core/container/docker/leftovers.ts'
import { peerLabel } from '../../../../core/container/docker/names.ts'
import { contextWith } from '../../../support/build-context.ts'
import { testEngine } from '../../../support/docker-engine.ts'
import { eventually } from '../../../support/eventually.ts'
import { needs } from '../../../support/require.ts'
import { tempFolder } from '../../../support/temp.ts'
import { failure, testImages } from '../../../support/test-images.ts'
import { tinyImage } from '../../../support/tiny-image.ts'

const BASE = 'slipway-test/slow:1'

needs('dockerd').describe('the engine goes away in the middle of a build', () => {
  test('which is said, and what is left of it is found by its labels when the engine is back', async () => {
    const own = await testEngine()
    await own.start()
    const t = await testImages({ chaincode: { node: { runtime: BASE } } }, own.host)
    // A base image with a build of its own, which waits for a file of the package.
    const build =
      '#!/bin/sh\necho building\n[ -f /chaincode/input/src/quick ] || sleep 600\ncat /chaincode/input/src/index.js > /chaincode/output/index.js\n'
    const context = await contextWith({
      Dockerfile: `FROM ${await tinyImage(own.host)}\nCOPY chaincode /chaincode\n`,
      'chaincode/build.sh': build,
      'chaincode/input/none': '',
      'chaincode/output/none': '',
    })
    await t.engine.buildImage({ context, image: BASE, labels: {} }, () => undefined)

    const folder = await tempFolder('slow')
    await writeFile(join(folder, 'package.json'), '{"name":"slow"}')
    await writeFile(join(folder, 'index.js'), '// sources\n')
    await writeFile(join(folder, 'slipway.yaml'), 'language: node\n')
    const failed = failure(t.build(folder))
    await eventually(() => t.printed.map(({ text }) => text)).toContain('building')
    await own.kill()
    expect((await failed).code).toMatch(/^DOCKER_(LOST|STOPPED)$/)
    // It would tidy up itself, once the engine is back.
    t.builder.close()

    await own.start()
    const left = await removeLeftovers(t.engine, peerLabel(t.config.dataDir))
    expect(left.containers).toHaveLength(1)
    expect(await t.halfMade()).toEqual([])

    await writeFile(join(folder, 'quick'), '')
    const image = await t.build(folder)
    expect(await t.run(image, 'cat /usr/local/src/index.js')).toBe('// sources\n')
    expect(await t.halfMade()).toEqual([])
  })
})
