// @module-tag slow
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { newBuildCache } from '../../../core/platforms/build-cache.ts'
import { readProjects } from '../../../core/platforms/detect.ts'
import type { BuiltProject } from '../../../core/project/project.ts'
import { fixture } from '../../support/fixtures.ts'
import { testPeer } from '../../support/peer.ts'
import { tempFolder } from '../../support/temp.ts'

const GO_MOD = 'module example.org/marbles\n\nrequire github.com/hyperledger/fabric-chaincode-go/v2 v2.3.0\n'

/** A Go chaincode whose third build made one file, remembered for the sources `one`. */
async function remembered(goMod = GO_MOD) {
  const folder = await tempFolder('build-cache')
  await writeFile(path.join(folder, 'go.mod'), goMod)
  const [project] = (await readProjects(folder)).projects
  if (project === undefined) throw new Error('no chaincode')
  const program = (number: number) => path.join(folder, '.slipway/build', `marbles-${number}`)
  await mkdir(path.dirname(program(3)), { recursive: true })
  await writeFile(program(3), 'a program')
  const cache = newBuildCache(path.join(folder, '.slipway/builds'))
  const built: BuiltProject = { project, build: 3, argv: [program(3)], made: [program(3)] }
  await cache.keep(built, 'one')
  return { cache, project, program, folder, built }
}

describe('the last good build', () => {
  test('is found again by its sources, under the number it has now, as often as it is wanted', async () => {
    const { cache, project, program } = await remembered()
    expect(await cache.find(project, 1, 'one')).toEqual({
      project,
      build: 1,
      argv: [program(1)],
      made: [program(1)],
    })
    expect(await readFile(program(1), 'utf8')).toBe('a program')
    expect(await cache.find(project, 2, 'one')).toMatchObject({ build: 2, argv: [program(2)] })
  })

  test('is not taken for other sources, another folder or another build command', async () => {
    const { cache, project } = await remembered()
    expect(await cache.find(project, 1, 'two')).toBeUndefined()
    expect(await cache.find({ ...project, folder: `${project.folder}-2` }, 1, 'one')).toBeUndefined()
    expect(await cache.find({ ...project, build: 'make' }, 1, 'one')).toBeUndefined()
  })

  test('is not taken where what it made was changed or is gone', async () => {
    const { cache, project, program, built } = await remembered()
    await writeFile(program(3), 'another program')
    expect(await cache.find(project, 1, 'one')).toBeUndefined()
    await cache.keep(built, 'one')
    await rm(program(3))
    expect(await cache.find(project, 1, 'one')).toBeUndefined()
  })

  test('is not remembered where it is not known what it made', async () => {
    const { cache, project, folder, built } = await remembered()
    await rm(path.join(folder, '.slipway/builds'), { recursive: true })
    const { made: _unknown, ...rest } = built
    await cache.keep(rest, 'one')
    expect(await cache.find(project, 1, 'one')).toBeUndefined()
  })

  test('is not taken where something outside of the folder goes into it', async () => {
    const { cache, project } = await remembered(`${GO_MOD}\nreplace example.org/lib => ../lib\n`)
    expect(await cache.find(project, 1, 'one')).toBeUndefined()
    const workspace = await remembered()
    await writeFile(path.join(workspace.folder, 'go.work'), 'go 1.26\n')
    expect(await workspace.cache.find(workspace.project, 1, 'one')).toBeUndefined()
  })

  test('that cannot be read is built again', async () => {
    const { cache, project, folder } = await remembered()
    await writeFile(path.join(folder, '.slipway/builds/marbles.json'), '{"key":')
    expect(await cache.find(project, 1, 'one')).toBeUndefined()
  })
})

test('a TypeScript chaincode that nobody changed is not compiled again, but for a restart', async () => {
  const folder = await fixture('asset-transfer-typescript')
  const dataDir = path.join(await tempFolder('data'), '.slipway')
  const opened = async (then: 'close' | 'restart') => {
    const { peer, api, chaincode, eventually } = await testPeer({ dataDir, prewarm: false })
    const { name } = await api.openChaincode({ folder, watch: false })
    await eventually('it is ready', ({ chaincodes }) => chaincodes[name]?.registration.state === 'ready')
    if (then === 'restart') await api.restart({ name })
    const note = chaincode(name).launch?.steps.find((step) => step.name === 'build')?.note
    await peer.close()
    return note
  }
  expect(await opened('close')).toBe('tsc')
  expect(await opened('close')).toBe('unchanged')
  expect(await opened('restart')).toBe('tsc')
  await rm(path.join(folder, 'dist'), { recursive: true })
  expect(await opened('close')).toBe('tsc')
})
