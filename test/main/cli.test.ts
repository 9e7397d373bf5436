// @module-tag slow
import { existsSync } from 'node:fs'
import { appendFile, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import type { CallResult } from '../../core/contract/call.ts'
import type { PeerFile } from '../../main/host/peer-file.ts'
import { eventually } from '../support/eventually.ts'
import { buildDoors, slipway, startSlipway } from '../support/command-line.ts'
import { fixture } from '../support/fixtures.ts'
import { tempFolder } from '../support/temp.ts'

beforeAll(buildDoors)

interface ErrorDocument {
  error: { code: string; what: string; why: string; do: string }
}

function result(stdout: string): CallResult & { logs: { text: string }[]; durationMs: number } {
  return JSON.parse(stdout) as ReturnType<typeof result>
}

function errorCode(stdout: string): string {
  const { error } = JSON.parse(stdout) as ErrorDocument
  expect(Object.keys(error).slice(0, 4)).toEqual(['code', 'what', 'why', 'do'])
  return error.code
}

const javascript = () => fixture('javascript-contract')

describe('submit and evaluate', () => {
  test('from nothing: launch, call, print one result, leave nothing behind', async () => {
    const folder = await javascript()
    const submitted = await slipway('submit', folder, 'Put', 'k', 'v')
    expect(submitted.code).toBe(0)
    expect(result(submitted.stdout)).toMatchObject({
      status: 200,
      payload: 'ok',
      payloadEncoding: 'utf8',
      validationCode: 'VALID',
      blockNumber: expect.any(Number) as number,
      txId: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      events: [],
      logs: [{ text: 'putting k' }],
      durationMs: expect.any(Number) as number,
    })
    expect(result(submitted.stdout).readWriteSet.namespaces[0]?.writes[0]).toMatchObject({ key: 'k', value: 'v' })

    const evaluated = await slipway('evaluate', folder, 'Get', 'k')
    expect(evaluated.code).toBe(0)
    expect(result(evaluated.stdout).payload).toBe('v')
    expect(result(evaluated.stdout).validationCode).toBeUndefined()
    expect(existsSync(join(folder, '.slipway', 'peer.json'))).toBe(false)
    expect(await readFile(join(folder, '.slipway', '.gitignore'), 'utf8')).toContain('*')
  })

  test('1 where the chaincode answers an error', async () => {
    const { code, stdout } = await slipway('evaluate', await javascript(), 'Get', 'nothing')
    expect(code).toBe(1)
    expect(result(stdout)).toMatchObject({ status: 500, message: 'The asset nothing does not exist' })
  })

  test('2 where the folder is none, with the error as the document', async () => {
    const folder = await tempFolder('empty')
    const { code, stdout, stderr } = await slipway('submit', folder, 'Put')
    expect(code).toBe(2)
    expect(errorCode(stdout)).toBe('FOLDER_EMPTY')
    expect(stderr).toMatch(/why:[^]*do:/)
    expect(stderr).not.toContain('    at ')
    expect(existsSync(join(folder, '.slipway'))).toBe(false)
  })

  test('2 where slipway.yaml cannot be read', async () => {
    const folder = await javascript()
    await writeFile(join(folder, 'slipway.yaml'), 'nam: x\n')
    const { code, stdout } = await slipway('submit', folder, 'Put', 'k', 'v')
    expect([code, errorCode(stdout)]).toEqual([2, 'CONFIG_INVALID'])
  })

  test('2 where a pattern of slipway.yaml is malformed, with its place and every other mistake', async () => {
    const folder = await javascript()
    await writeFile(join(folder, 'slipway.yaml'), "version: 1.0\nignore: ['docs/{a']\n")
    const { code, stdout, stderr } = await slipway('submit', folder, 'Put', 'k', 'v')
    expect([code, errorCode(stdout)]).toEqual([2, 'CONFIG_INVALID'])
    expect(stderr).toMatch(/1:10: `version`[^]*2:10: `ignore\[0\]`/)
    expect(existsSync(join(folder, '.slipway'))).toBe(false)
  })

  test('3 where the chaincode exits at its start', async () => {
    const folder = await javascript()
    await appendFile(join(folder, 'index.js'), '\nthrow new Error("no start")\n')
    const { code, stdout } = await slipway('submit', folder, 'Put', 'k', 'v')
    expect([code, errorCode(stdout)]).toEqual([3, 'CHAINCODE_EXITED'])
  })

  test('4 where the transaction is invalidated', async () => {
    const folder = await javascript()
    const run = startSlipway(['run', folder])
    await run.says('ready')
    const both = await Promise.all([1, 2].map(() => slipway('submit', folder, 'Increment', 'n', '15000')))
    expect(both.map(({ code }) => code).sort()).toEqual([0, 4])
    const lost = both.find(({ code }) => code === 4)
    expect(result(lost?.stdout ?? '')).toMatchObject({ validationCode: 'MVCC_READ_CONFLICT', conflict: { key: 'n' } })
  })

  test('5 where no answer comes in time', async () => {
    const folder = await javascript()
    await writeFile(join(folder, 'slipway.yaml'), 'peer:\n  executetimeout: 1s\n')
    const { code, stdout } = await slipway('submit', folder, 'Increment', 'n', '20000')
    expect([code, errorCode(stdout)]).toEqual([5, 'EXECUTE_TIMEOUT'])
  })

  test('transient data, more than once, and with = in the value', async () => {
    const folder = await javascript()
    const flags = ['--transient', 'a=1', '--transient', 'b=x=y']
    expect(result((await slipway('evaluate', folder, 'Transient', 'b', ...flags)).stdout).payload).toBe('x=y')
    expect(result((await slipway('evaluate', folder, 'Transient', 'a', ...flags)).stdout).payload).toBe('1')
  })

  test('name, version, channel and data folder are as given', async () => {
    const folder = await javascript()
    const dataDir = join(await tempFolder('data'), 'deep', 'er')
    const flags = ['--name', 'other', '--version', '7', '--channel', 'ch2', '--data-dir', dataDir]
    const { code, stdout } = await slipway('submit', folder, 'Put', 'k', 'v', ...flags)
    expect(code).toBe(0)
    expect(result(stdout).readWriteSet.namespaces[0]?.namespace).toBe('other')
    expect(existsSync(join(dataDir, 'ledger'))).toBe(true)
    expect(existsSync(join(folder, '.slipway', 'ledger'))).toBe(false)
  })

  test('two at once take turns', async () => {
    const folder = await javascript()
    const both = await Promise.all(['a', 'b'].map((key) => slipway('submit', folder, 'Put', key, 'v')))
    expect(both.map(({ code }) => code)).toEqual([0, 0])
  })

  test('interrupted in the middle of a call: stopped, told, and nothing left', async () => {
    const folder = await javascript()
    const run = startSlipway(['run', folder])
    await run.says('ready')
    const calling = startSlipway(['submit', folder, 'Increment', 'n', '30000'])
    await run.says('Increment')
    calling.child.kill('SIGINT')
    const { code, stdout } = await calling.ended
    expect([code, errorCode(stdout)]).toEqual([130, 'ABORTED'])
  })

  test('interrupted while it starts a peer of its own: nothing left', async () => {
    const folder = await javascript()
    const submit = startSlipway(['submit', folder, 'Increment', 'n', '30000'])
    await eventually(() => existsSync(join(folder, '.slipway', 'ledger'))).toBe(true)
    submit.child.kill('SIGINT')
    const { code, stdout } = await submit.ended
    expect([code, errorCode(stdout)]).toEqual([130, 'ABORTED'])
  })
})

describe('usage', () => {
  test('help and version end well', async () => {
    expect(await slipway('--help')).toMatchObject({ code: 0, stdout: expect.stringContaining('Exit codes') as string })
    expect(await slipway('-V')).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string })
  })

  test('an argument that begins with a dash stands behind two', async () => {
    const { code, stdout } = await slipway('submit', await javascript(), 'Put', '--', '-k', '--name')
    expect(code).toBe(0)
    expect(result(stdout).readWriteSet.namespaces[0]?.writes[0]).toMatchObject({ key: '-k', value: '--name' })
  })
})

describe('run', () => {
  test('keeps running, serves other command lines, picks up a save, and ends with 130', async () => {
    const folder = await javascript()
    const run = startSlipway(['run', folder, '--json'])
    await run.says('ready')
    const file = join(folder, '.slipway', 'peer.json')
    expect((JSON.parse(await readFile(file, 'utf8')) as PeerFile).pid).toBe(run.child.pid)
    if (process.platform !== 'win32') expect((await stat(file)).mode & 0o777).toBe(0o600)

    expect(result((await slipway('evaluate', folder, 'Version')).stdout).payload).toBe('VERSION_MARK_1')
    const source = join(folder, 'index.js')
    await writeFile(source, (await readFile(source, 'utf8')).replace('VERSION_MARK_1', 'VERSION_MARK_2'))
    await run.says('build 2 serves')
    expect(result((await slipway('evaluate', folder, 'Version')).stdout).payload).toBe('VERSION_MARK_2')

    await writeFile(source, 'this is not JavaScript')
    await run.says('build 3 failed')
    expect(result((await slipway('evaluate', folder, 'Version')).stdout).payload).toBe('VERSION_MARK_2')

    run.child.kill('SIGINT')
    const { code, stdout } = await run.ended
    expect(code).toBe(130)
    expect(existsSync(file)).toBe(false)
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; seq?: number })
    expect(lines[0]?.type).toBe('snapshot')
    const numbers = lines.slice(1).map(({ seq = 0 }) => seq)
    expect(numbers).toEqual(numbers.map((_, i) => (numbers[0] ?? 0) + i))
  })

  test('ends with 143 on SIGTERM, whatever its reader did', async () => {
    const run = startSlipway(['run', await javascript(), '--json'])
    run.child.stdout?.once('data', () => run.child.stdout?.destroy())
    await eventually(run.stderr).toContain('ready')
    run.child.kill('SIGTERM')
    expect((await run.ended).code).toBe(143)
  })

  test('says what is wrong with a folder, and leaves', async () => {
    const { code, stderr } = await slipway('run', await tempFolder('empty'))
    expect(code).toBe(2)
    expect(stderr).toContain('why:')
  })

  test('refuses data that another one has open', async () => {
    const folder = await javascript()
    const run = startSlipway(['run', folder])
    await run.says('ready')
    const second = await slipway('run', folder)
    expect(second.code).toBe(3)
    expect(second.stderr).toContain(String(run.child.pid))
  })

  test('a call that asks for other settings than it runs with is refused', async () => {
    const folder = await javascript()
    const run = startSlipway(['run', folder])
    await run.says('ready')
    const { code, stdout } = await slipway('evaluate', folder, 'Version', '--channel', 'other')
    expect([code, errorCode(stdout)]).toEqual([2, 'USAGE'])
  })
})

describe('a peer.json left behind', () => {
  const stale: [string, string][] = [
    ['of a process that is gone', JSON.stringify({ pid: 2 ** 22 + 1, url: 'ws://127.0.0.1:1/wire', token: 't' })],
    ['where nobody listens', JSON.stringify({ pid: process.pid, url: 'ws://127.0.0.1:1/wire', token: 't' })],
    ['torn', '{"pid": 1'],
    ['that names another host', JSON.stringify({ pid: process.pid, url: 'ws://evil.example:80/wire', token: 't' })],
  ]
  test.each(stale)('%s is passed over', async (_what, content) => {
    const folder = await javascript()
    expect((await slipway('submit', folder, 'Put', 'k', 'v')).code).toBe(0)
    await writeFile(join(folder, '.slipway', 'peer.json'), content)
    expect(result((await slipway('evaluate', folder, 'Get', 'k')).stdout).payload).toBe('v')
  })
})

describe('serve', () => {
  const addressIn = (stdout: string) => (JSON.parse(stdout.split('\n')[0] ?? '') as { address: string }).address

  test('gives an address that lets a browser in, and another when asked again', async () => {
    const folder = await javascript()
    const SLIPWAY_SETTINGS = await tempFolder('settings')
    const serve = startSlipway(['serve', folder], { SLIPWAY_SETTINGS })
    await serve.says('"address"')
    const first = await fetch(addressIn(serve.stdout()), { redirect: 'manual' })
    expect(first.status).toBe(303)

    await eventually(() => existsSync(join(folder, '.slipway', 'peer.json'))).toBe(true)
    const again = await slipway('serve', folder)
    expect(again.code).toBe(0)
    expect((await fetch(addressIn(again.stdout), { redirect: 'manual' })).status).toBe(303)
    serve.child.kill('SIGTERM')
    expect((await serve.ended).code).toBe(143)
  })

  test('stays open for a folder that cannot be opened: the page says why', async () => {
    const SLIPWAY_SETTINGS = await tempFolder('settings')
    const serve = startSlipway(['serve', await tempFolder('empty')], { SLIPWAY_SETTINGS })
    await serve.says('"address"')
    await serve.says('why:')
    expect((await fetch(addressIn(serve.stdout()), { redirect: 'manual' })).status).toBe(303)
  })
})
