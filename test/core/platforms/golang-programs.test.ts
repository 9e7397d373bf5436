import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { PeerError } from '../../../core/contract/error.ts'
import { packageProject } from '../../../core/packaging/package-project.ts'
import { readProjects } from '../../../core/platforms/detect.ts'
import { buildProject } from '../../../core/platforms/platform.ts'
import type { Project } from '../../../core/project/project.ts'
import { folderWith, goMod } from './project-files.ts'

const SHIM = 'github.com/hyperledger/fabric-chaincode-go/v2/shim'
const go = (name: string, ...imports: string[]) =>
  `// Package ${name} has a comment first.\n/* package other */\npackage ${name}\n\nimport (\n${imports.map((each) => `\t"${each}"\n`).join('')})\n`
/** A module whose chaincode is in cmd/cc and uses the shim through the module's own package. */
const module = {
  'go.mod': goMod('example.com/assets'),
  'assets.go': go('assets', SHIM),
  'assets_test.go': go('assets_test'),
  'gen.go': `//go:build ignore\n\n${go('main')}`,
  'cmd/cc/main.go': go('main', 'example.com/assets'),
  'cmd/client/main.go': go('main', 'net/http'),
  'tools/testdata/main.go': go('main', SHIM),
}
const signal = new AbortController().signal

async function open(folder: string): Promise<Project> {
  const [project] = (await readProjects(folder)).projects
  if (project === undefined) throw new RangeError(`no chaincode in ${folder}`)
  return project
}

async function failure(work: Promise<unknown>): Promise<PeerError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof PeerError)) throw new Error(`no PeerError but ${String(error)}`)
  return error
}

const build = (project: Project) =>
  buildProject(project, { number: 1, print: () => undefined, note: () => undefined, timeoutMs: 60_000, signal })

describe('a Go folder', () => {
  test('below its go.mod is a chaincode if it is a program that uses the shim', async () => {
    const root = await folderWith(module)
    expect(await open(path.join(root, 'cmd/cc'))).toMatchObject({ language: 'golang', name: 'cc' })
    expect((await failure(open(path.join(root, 'cmd/client')))).code).toBe('FOLDER_NOT_CHAINCODE')
  })

  test('that is a library is told as what it is, with the place of the program', async () => {
    const root = await folderWith(module)
    const error = await failure(open(root))
    expect(error.code).toBe('NOT_A_PROGRAM')
    expect(error.details).toEqual({ folder: root, package: 'assets', programs: ['cmd/cc'] })
    const empty = await folderWith({ 'go.mod': module['go.mod'], 'chaincode/main.go': go('main', SHIM) })
    expect((await failure(open(empty))).details).toMatchObject({ package: undefined, programs: ['chaincode'] })
    const below = await folderWith({ ...module, 'ledger/ledger.go': go('ledger') })
    const other = await failure(open(path.join(below, 'ledger')))
    expect(other.details).toMatchObject({ package: 'ledger', programs: ['../cmd/cc'] })
  })

  test('that becomes a library while it is open is neither built nor packaged', async () => {
    const root = await folderWith({ ...module, 'assets.go': go('main', SHIM) })
    const project = await open(root)
    const changed = { ...project, folder: await folderWith(module) }
    expect((await failure(build(changed))).code).toBe('NOT_A_PROGRAM')
    expect((await failure(packageProject(changed, signal))).code).toBe('NOT_A_PROGRAM')
  })

  test('may be a library if the author’s own command builds it', async () => {
    const root = await folderWith({ ...module, 'slipway.yaml': 'build: go build -o assets ./cmd/cc\n' })
    const project = await open(root)
    expect(project.name).toBe('assets')
    expect((await failure(packageProject(project, signal))).code).toBe('NOT_A_PROGRAM')
  })

  test.each([
    ['the shim of Fabric 1.x', 'github.com/hyperledger/fabric v1.4.12'],
    ['a commit of Fabric 1.x', 'github.com/hyperledger/fabric v0.0.0-20190830184137-a7d9ff35e3d4'],
  ])('is a chaincode with %s', async (_, required) => {
    const folder = await folderWith({
      'go.mod': `module example.com/sacc\n\nrequire ${required}\n`,
      'main.go': go('main', 'github.com/hyperledger/fabric/core/chaincode/shim'),
    })
    expect(await open(folder)).toMatchObject({ language: 'golang', name: 'sacc' })
  })

  test('is none with Fabric 2.x itself, which has no shim', async () => {
    const folder = await folderWith({
      'go.mod': 'module example.com/tool\n\nrequire github.com/hyperledger/fabric v2.1.1+incompatible\n',
      'main.go': go('main', 'github.com/hyperledger/fabric/protoutil'),
    })
    expect((await failure(open(folder))).code).toBe('FOLDER_NOT_CHAINCODE')
  })
})
