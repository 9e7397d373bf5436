import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { peerConfig } from '../../../core/config/peer-config.ts'
import { containerSpec, imageOf, type ContainerWorld } from '../../../core/custodian/container-spec.ts'
import { silentReport } from '../../../core/facts/launch-report.ts'
import { golangPlan } from '../../../core/platforms/golang/image-plan.ts'
import type { BuiltProject, CodePackage, Project } from '../../../core/project/project.ts'
import { tempFolder } from '../../support/temp.ts'

test.each([
  [false, true],
  [true, false],
])('built with debug: %s and launched with debug: %s, its image is what its name says', async (before, now) => {
  const folder = await tempFolder('spec')
  await writeFile(join(folder, 'go.mod'), 'module example.com/cars\n')
  const config = peerConfig({ dataDir: '/nowhere' })
  const cars = { folder, name: 'cars', version: '1.0', language: 'golang', mode: 'net', debug: before } as Project
  const built: BuiltProject = { project: cars, code: { hash: 'a' } as CodePackage, build: 1, argv: [] }

  const made: { what: BuiltProject; image: string }[] = []
  const build = (what: BuiltProject, image: string) => Promise.resolve(void made.push({ what, image }))
  const world = { config, images: { build }, starts: new Map<string, number>() } as unknown as ContainerWorld
  const own = { command: [], env: {}, files: [], organisation: undefined }
  const spec = containerSpec(world, { ...cars, debug: now }, built, own)
  await spec.build({ report: silentReport, untimed: (work) => work() }, new AbortController().signal)

  const [only] = made
  if (only === undefined) throw new Error('no image was built')
  expect(only.image).toBe(spec.image)
  expect(only.image).toBe(imageOf(config, only.what.project, only.what))
  expect(only.image).not.toBe(imageOf(config, cars, built))
  const plan = await golangPlan(only.what.project, new Map(), config.chaincode)
  expect(JSON.stringify(plan).includes('dlv')).toBe(now)
})
