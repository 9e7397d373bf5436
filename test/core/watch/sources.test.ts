import { mkdir, rm, utimes, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Project } from '../../../core/project/project.ts'
import { listSources, newContentHash } from '../../../core/watch/content-hash.ts'
import { sourcesOf } from '../../../core/watch/sources.ts'
import { tempFolder } from '../../support/temp.ts'

async function projectWith(files: Record<string, string>, changes: Partial<Project> = {}): Promise<Project> {
  const folder = await tempFolder('sources')
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true })
    await writeFile(path.join(folder, name), text)
  }
  return {
    folder,
    name: 'marbles',
    version: '1.0',
    channel: 'mychannel',
    channels: ['mychannel'],
    language: 'node',
    dialect: 'JavaScript',
    buildTool: 'npm',
    mode: 'dev',
    startedBy: 'slipway',
    initRequired: false,
    env: {},
    ignore: [],
    terminal: { argv: [] },
    ...changes,
  }
}

const empty = (...names: string[]) => Object.fromEntries(names.map((name) => [name, '']))
const listed = async (project: Project) => (await listSources(await sourcesOf(project))).sort()

describe('sourcesOf', () => {
  test('has the Go module around a program in one of its folders', async () => {
    const files = empty('assets/asset.go', 'cmd/cc/main.go', 'cmd/cc/notes.md', 'vendor/a.go', 'cmd/other/.git/x')
    const root = (await projectWith({ ...files, 'go.mod': 'module example.com/assets\n' })).folder
    const project = await projectWith({}, { language: 'golang', dialect: 'Go', folder: path.join(root, 'cmd/cc') })
    expect(await listed(project)).toEqual(['../../assets/asset.go', '../../go.mod', 'main.go'])
    const hash = newContentHash(await sourcesOf(project))
    const before = await hash.hash()
    await writeFile(path.join(root, 'assets/asset.go'), 'package assets')
    expect(await hash.hash(['../../assets/asset.go'])).not.toBe(before)
    expect(await hash.hash()).toBe(await newContentHash(await sourcesOf(project)).hash())
  })

  test('passes over dependencies, build output and what editors leave', async () => {
    const project = await projectWith(
      empty(
        'index.js',
        'package.json',
        'lib/build/a.js',
        'node_modules/x/index.js',
        'lib/node_modules/y.js',
        '.git/HEAD',
        '.slipway/ledger',
        'scenarios/sell.yaml',
        'scenarios/seeds/cars.jsonl',
        'dist/a.js',
        'build/a.js',
        '.index.js.swp',
        'assets_1.0.tar.gz',
        'index.js~',
        '#index.js#',
        '4913',
        'README.md',
        'slipway.yaml',
        'META-INF/metadata.json',
      ),
    )
    expect(await listed(project)).toEqual([
      'META-INF/metadata.json',
      'index.js',
      'lib/build/a.js',
      'package.json',
      'slipway.yaml',
    ])
  })

  test('passes over the binary that the shown command makes', async () => {
    const files = empty('main.go', 'go.mod', 'marbles', 'cmd/marbles/x.go', 'vendor/a/a.go')
    expect(await listed(await projectWith(files, { language: 'golang', dialect: 'Go' }))).toEqual([
      'cmd/marbles/x.go',
      'go.mod',
      'main.go',
    ])
  })

  test('passes over tsc’s output, wherever it goes', async () => {
    const typescript = { dialect: 'TypeScript' }
    const files = {
      ...empty('src/a.ts', 'lib/a.js', 'lib/a.d.ts', 'package.json'),
      'tsconfig.json': `{\n // "outDir": "x"\n "compilerOptions": { "outDir": "./lib" } }`,
    }
    expect(await listed(await projectWith(files, typescript))).toEqual(['package.json', 'src/a.ts', 'tsconfig.json'])
    const beside = empty('a.ts', 'a.js', 'a.js.map', 'a.d.ts', 'own.js', 'own.d.ts')
    expect(await listed(await projectWith(beside, typescript))).toEqual(['a.ts', 'own.d.ts', 'own.js'])
  })

  test('Java’s output is left out in every subproject, its packages are not', async () => {
    const files = empty(
      'build.gradle',
      'build/libs/x.jar',
      'core/build/y.class',
      'core/src/main/java/build/Target.java',
      'target/x.jar',
    )
    expect(await listed(await projectWith(files, { language: 'java', dialect: 'Java' }))).toEqual([
      'build.gradle',
      'core/src/main/java/build/Target.java',
    ])
  })

  test('watch restricts, ignore takes away', async () => {
    const files = empty('src/a.js', 'src/b.test.js', 'docs/a.txt', 'slipway.yaml')
    expect(await listed(await projectWith(files, { watch: ['src/**'], ignore: ['*.test.js'] }))).toEqual([
      'slipway.yaml',
      'src/a.js',
    ])
  })

  test('a negated pattern takes back what an earlier one ignored, except in a folder that is ignored', async () => {
    const files = empty('docs/a.txt', 'docs/keep.txt', 'docs/in/keep.txt', 'a.txt')
    expect(await listed(await projectWith(files, { ignore: ['docs/**', '!docs/keep.txt'] }))).toEqual([
      'a.txt',
      'docs/keep.txt',
    ])
    expect(await listed(await projectWith(files, { ignore: ['docs', '!docs/keep.txt'] }))).toEqual(['a.txt'])
    expect(await listed(await projectWith(files, { watch: ['docs/**', '!in'] }))).toEqual([
      'docs/a.txt',
      'docs/keep.txt',
    ])
  })
})

describe('newContentHash', () => {
  test('changes with content, names and number of files, and with nothing else', async () => {
    const project = await projectWith({ 'a.js': 'one', 'in/b.js': 'two' })
    const file = path.join(project.folder, 'a.js')
    const sources = await sourcesOf(project)
    const content = newContentHash(sources)
    const first = await content.hash()
    expect(first).toMatch(/^[0-9a-f]{64}$/)
    await utimes(file, new Date(), new Date(Date.now() + 10_000))
    await writeFile(path.join(project.folder, 'README.md'), 'hello')
    expect(await content.hash()).toBe(first)
    expect(await newContentHash(sources).hash()).toBe(first)

    await writeFile(file, 'eno')
    const second = await content.hash(['a.js'])
    expect(second).not.toBe(first)
    expect(await newContentHash(sources).hash()).toBe(second)
    await writeFile(file, 'one')
    expect(await content.hash(['a.js'])).toBe(first)
    await writeFile(path.join(project.folder, 'c.js'), '')
    const third = await content.hash(['c.js'])
    expect(third).not.toBe(first)
    await rm(path.join(project.folder, 'c.js'))
    expect(await content.hash(['c.js', 'never.js'])).toBe(first)
  })

  test('a folder that is gone has the hash of no files', async () => {
    const project = await projectWith({ 'a.js': 'one' })
    const content = newContentHash(await sourcesOf(project))
    const first = await content.hash()
    await rm(project.folder, { recursive: true })
    expect(await content.hash()).not.toBe(first)
  })
})
