// @module-tag slow
import { readFile, readdir, stat, writeFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { readLifecyclePackage } from '../../core/ccprovider/lifecycle-package.ts'
import type { PackageResult } from '../../core/contract/package.ts'
import { buildDoors, slipway } from '../support/command-line.ts'
import { fixture } from '../support/fixtures.ts'
import { tempFolder } from '../support/temp.ts'
import { filesOf, namesOf } from '../core/platforms/chaincode-folder.ts'

beforeAll(buildDoors)

type Printed = PackageResult & { error?: { code: string } }

async function packaged(...args: string[]): Promise<{ code: number | null; result: Printed; stderr: string }> {
  const { code, stdout, stderr } = await slipway('package', ...args)
  return { code, result: JSON.parse(stdout) as Printed, stderr }
}

const read = async (file: string) => readLifecyclePackage(await readFile(file), file)

describe('slipway package', () => {
  test('writes a package that can be read, and prints its id', async () => {
    const folder = await fixture('javascript-contract', 'bare')
    const { code, result, stderr } = await packaged(folder)
    expect({ code, ...result }).toMatchObject({
      code: 0,
      file: join(folder, 'javascript-contract_1.0.0.tar.gz'),
      label: 'javascript-contract_1.0.0',
      type: 'node',
      files: ['src/index.js', 'src/package-lock.json', 'src/package.json'],
      differences: [],
      size: (await stat(result.file)).size,
    })
    expect(stderr).toContain(result.packageId)
    expect(await read(result.file)).toMatchObject({ type: 'node', path: '.', label: 'javascript-contract_1.0.0' })

    // The package lies in the folder now, and does not go into the next one.
    const again = await packaged(folder)
    expect(again.result.packageId).toBe(result.packageId)
    const other = await packaged(folder, '--label', 'other')
    expect(other.result.files).toEqual(result.files)
    expect((await readdir(folder)).sort()).toEqual([
      'index.js',
      'javascript-contract_1.0.0.tar.gz',
      'other.tar.gz',
      'package-lock.json',
      'package.json',
    ])
  })

  test('of Go has the import path that a peer builds', async () => {
    const folder = await fixture('go-shim-v2', 'bare')
    const out = join(await tempFolder('out'), 'deep', 'cc.tar.gz')
    const { code, result } = await packaged(folder, '--output', out, '--name', 'cc', '--version', '2')
    expect({ code, ...result }).toMatchObject({ code: 0, file: out, label: 'cc_2', type: 'golang' })
    const { path } = await read(out)
    expect(await readFile(join(folder, 'go.mod'), 'utf8')).toContain(`module ${path ?? ''}\n`)
  })

  test('of Java', async () => {
    const out = await tempFolder('out')
    const { result } = await packaged(await fixture('java-contract', 'bare'), '--output', out)
    expect(result).toMatchObject({ type: 'java', differences: [] })
    expect((await read(result.file)).type).toBe('java')
    expect(await readdir(out)).toEqual([`${result.label}.tar.gz`])
  })

  test('builds TypeScript first', async () => {
    const folder = await fixture('asset-transfer-typescript')
    const { code, result } = await packaged(folder)
    expect(code).toBe(0)
    expect(await namesOf((await read(result.file)).code)).toContain('src/dist/index.js')
  })

  test('writes what cannot work on a peer, says why, and exits with 3', async () => {
    const folder = await fixture('asset-transfer-typescript', 'bare')
    const { code, result, stderr } = await packaged(folder, '--no-build')
    expect(code).toBe(3)
    expect(result.differences).toMatchObject([{ name: 'output-missing', fatal: true }])
    expect(stderr).toContain(result.differences[0]?.why)
    expect((await read(result.file)).label).toBe(result.label)
  })

  test('a build that fails ends it', async () => {
    const folder = await fixture('asset-transfer-typescript')
    await writeFile(join(folder, 'src/index.ts'), 'const a: number = "b"\n')
    const { code, result } = await packaged(folder)
    expect([code, result.error?.code]).toEqual([3, 'BUILD_FAILED'])
    expect((await readdir(folder)).filter((name) => name.endsWith('.tar.gz'))).toEqual([])
  })

  test('as a service: where a peer dials it, and its indexes', async () => {
    const folder = await fixture('javascript-contract', 'bare')
    const indexes = join(folder, 'META-INF/statedb/couchdb/indexes')
    await mkdir(indexes, { recursive: true })
    await writeFile(join(indexes, 'owner.json'), '{"index":{"fields":["owner"]},"type":"json"}')
    const { code, result } = await packaged(folder, '--ccaas', '{{.peername}}_cc:9999')
    expect({ code, ...result }).toMatchObject({ code: 0, type: 'ccaas' })
    const files = await filesOf((await read(result.file)).code)
    expect(files.map(({ header }) => header.name)).toEqual([
      'connection.json',
      'META-INF/statedb/couchdb/indexes/owner.json',
    ])
    expect(JSON.parse(files[0]?.text ?? '')).toEqual({
      address: '{{.peername}}_cc:9999',
      dial_timeout: '10s',
      tls_required: false,
    })
  })

  test('refuses what it cannot do, with a code', async () => {
    const folder = await fixture('javascript-contract', 'bare')
    const refused = async (...args: string[]) => {
      const { code, result } = await packaged(...args)
      return [code, result.error?.code]
    }
    expect(await refused(join(folder, 'nowhere'))).toEqual([2, 'FOLDER_MISSING'])
    expect(await refused(folder, '--label', 'a b')).toEqual([2, 'NAME_INVALID'])
    expect(await refused(folder, '--ccaas', 'localhost')).toEqual([2, 'USAGE'])
    expect(await refused(folder, '--ccaas', 'localhost:99999')).toEqual([2, 'USAGE'])
    expect(await refused(folder, '--output', join(folder, 'package.json'))).toEqual([3, 'PACKAGE_UNWRITABLE'])
    expect(await refused(folder, '--output', join(folder, 'package.json', 'x.tar.gz'))).toEqual([
      3,
      'PACKAGE_UNWRITABLE',
    ])
    expect(JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))).toMatchObject({
      name: 'javascript-contract',
    })
  })

  test('of several chaincodes needs a name', async () => {
    const folder = await fixture('javascript-contract', 'bare')
    await writeFile(join(folder, 'slipway.yaml'), 'chaincodes:\n  - name: one\n  - name: two\n    version: "2"\n')
    const { code, result } = await packaged(folder)
    expect([code, result.error?.code]).toEqual([2, 'USAGE'])
    expect((await packaged(folder, '--name', 'two')).result.label).toBe('two_2')
  })
})
