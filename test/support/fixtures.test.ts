// @module-tag slow
import { execFile } from 'node:child_process'
import { access, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { fixture, goProgram } from './fixtures.ts'
import { needs } from './require.ts'

const run = promisify(execFile)

describe('a copy of a fixture', () => {
  test('is bare, installed or built', async () => {
    const bare = await fixture('asset-transfer-typescript', 'bare')
    await expect(access(join(bare, 'node_modules'))).rejects.toThrow()
    const built = await fixture('asset-transfer-typescript', 'built')
    await access(join(built, 'dist/index.js'))
    await access(join(built, 'node_modules/fabric-shim/package.json'))
    const [lock, installed] = await Promise.all(
      ['package-lock.json', 'node_modules/.package-lock.json'].map((file) => stat(join(built, file))),
    )
    expect(lock?.mtimeMs).toBeLessThan(installed?.mtimeMs ?? 0)
  })

  test('can be taken apart without harm to the next one', async () => {
    const first = await fixture('misbehaving')
    await rm(join(first, 'node_modules'), { recursive: true })
    await rm(join(first, 'index.js'))
    const second = await fixture('misbehaving')
    await access(join(second, 'node_modules/fabric-shim/cli.js'))
    expect(await readFile(join(second, 'index.js'), 'utf8')).toContain('misbehave.txt')
  })

  test('can be built over without harm to the next one', async () => {
    const first = await fixture('asset-transfer-typescript', 'built')
    await writeFile(join(first, 'dist/index.js'), 'built over')
    const second = await fixture('asset-transfer-typescript', 'built')
    expect(await readFile(join(second, 'dist/index.js'), 'utf8')).not.toBe('built over')
  })

  test('the metadata of the TypeScript sample has names and types', async () => {
    const folder = await fixture('asset-transfer-typescript', 'built')
    await run('node', ['node_modules/fabric-shim/cli.js', 'metadata', 'generate', '--file', 'm.json'], { cwd: folder })
    const metadata = JSON.parse(await readFile(join(folder, 'm.json'), 'utf8'))
    const create = metadata.contracts.AssetTransfer.transactions.find((t: { name: string }) => t.name === 'CreateAsset')
    expect(create.parameters.map((p: { name: string; schema: { type: string } }) => [p.name, p.schema.type])).toEqual([
      ['id', 'string'],
      ['color', 'string'],
      ['size', 'number'],
      ['owner', 'string'],
      ['appraisedValue', 'number'],
    ])
    expect(metadata.components.schemas.Asset.properties.size).toEqual({ type: 'number' })
  })
})

needs('go').test('Go programs are built', async () => {
  for (const name of ['go-shim-v1', 'go-shim-v2', 'asset-transfer-go'] as const) {
    // Without the peer's address they say what is missing and end.
    await expect(run(await goProgram(name), [], { timeout: 20_000 })).rejects.toMatchObject({ killed: false })
  }
})

needs('java').test('the Java contract is one jar', async () => {
  await access(join(await fixture('java-contract', 'built'), 'target/chaincode.jar'))
})
