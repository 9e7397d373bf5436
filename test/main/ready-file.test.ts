// @module-tag slow
import { existsSync } from 'node:fs'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { claimReadyFile, type ReadyReport } from '../../main/cli/commands/ready-file.ts'
import { buildDoors, slipway, startSlipway } from '../support/command-line.ts'
import { fixture } from '../support/fixtures.ts'
import { tempFolder } from '../support/temp.ts'

beforeAll(buildDoors)

const read = async (file: string) => JSON.parse(await readFile(file, 'utf8')) as ReadyReport

describe('slipway run --ready-file', () => {
  test('says who is ready and where, for its owner only, and removes the file at the end', async () => {
    const folder = await fixture('javascript-contract')
    const file = join(await tempFolder('ready'), 'ready file.json')
    // As mktemp leaves it.
    await writeFile(file, '')
    const run = startSlipway(['run', folder, '--ready-file', file])
    await run.says('Ready: javascript-contract')
    expect(await read(file)).toMatchObject({
      pid: run.child.pid,
      chaincode: 'javascript-contract',
      chaincodes: [{ name: 'javascript-contract', version: '1.0.0', channel: 'mychannel', folder, mode: 'dev' }],
      dataDir: join(folder, '.slipway'),
      door: { url: expect.stringMatching(/^ws:\/\/127\.0\.0\.1:\d+\/wire$/) as string },
    })
    if (process.platform !== 'win32') expect((await stat(file)).mode & 0o777).toBe(0o600)
    run.child.kill('SIGTERM')
    expect((await run.ended).code).toBe(143)
    if (process.platform !== 'win32') expect(existsSync(file)).toBe(false)
  })

  test('waits until every chaincode is ready, and takes away what an earlier run left', async () => {
    const [good, broken] = await Promise.all([fixture('javascript-contract'), fixture('javascript-shim')])
    const source = join(broken, 'probe.js')
    const working = await readFile(source, 'utf8')
    await writeFile(source, 'throw new Error("not yet")\n')
    const file = join(await tempFolder('ready'), 'ready.json')
    await writeFile(file, JSON.stringify({ pid: 2 ** 22 + 1, chaincode: 'left', door: {} }))

    const run = startSlipway(['run', good, broken, '--ready-file', file])
    await run.says('not yet')
    await run.says('build 1 failed')
    expect(existsSync(file)).toBe(false)
    await writeFile(source, working)
    await run.says('Ready: javascript-contract, javascript-shim')
    expect((await read(file)).chaincodes).toHaveLength(2)
  })

  test('a place that cannot be written is an error before anything is launched', async () => {
    const folder = await fixture('javascript-contract', 'bare')
    const { code, stderr } = await slipway('run', folder, '--ready-file', join(folder, 'missing', 'ready.json'))
    expect(code).toBe(2)
    expect(stderr).toContain('why:')
    expect(existsSync(join(folder, '.slipway'))).toBe(false)
  })
})

describe('the place of a ready file', () => {
  const refused = { code: 'READY_FILE_UNWRITABLE' }

  test('is a file in a folder that exists', async () => {
    const folder = await tempFolder('ready')
    await writeFile(join(folder, 'file'), '')
    await expect(claimReadyFile(join(folder, 'missing', 'ready.json'))).rejects.toMatchObject(refused)
    await expect(claimReadyFile(join(folder, 'file', 'ready.json'))).rejects.toMatchObject(refused)
    await expect(claimReadyFile(folder)).rejects.toMatchObject(refused)
  })

  test.each(['{"name":"my-project"}', 'not JSON', '[]', 'null', '7'])(
    'is not that of a file of the author: %s',
    async (content) => {
      const file = join(await tempFolder('ready'), 'package.json')
      await writeFile(file, content)
      await expect(claimReadyFile(file)).rejects.toMatchObject(refused)
      expect(await readFile(file, 'utf8')).toBe(content)
    },
  )

  test('is left to another Slipway that has taken it', async () => {
    const file = join(await tempFolder('ready'), 'ready.json')
    const claimed = await claimReadyFile(file)
    const other = JSON.stringify({ pid: process.pid + 1, chaincode: 'other', door: {} })
    await writeFile(file, other)
    await claimed.remove()
    expect(await readFile(file, 'utf8')).toBe(other)
  })
})
