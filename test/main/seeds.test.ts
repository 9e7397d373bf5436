// @module-tag slow
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import type { StateCopy } from '../../core/contract/seed.ts'
import { buildDoors, slipway, startSlipway } from '../support/command-line.ts'
import { fixture } from '../support/fixtures.ts'
import { memberOf, nameNetworks, playNetwork, profileOf } from '../support/network.ts'

beforeAll(buildDoors)

const json = (stdout: string): unknown => JSON.parse(stdout)
const payload = async (folder: string) =>
  (json((await slipway('evaluate', folder, 'Get', 'a')).stdout) as { payload: string }).payload
const codeOf = async (...args: string[]) => {
  const { code, stdout } = await slipway(...args)
  return [code, (json(stdout) as { error: { code: string } }).error.code]
}

test('the state goes from one folder to another, with a running Slipway and without', async () => {
  const [from, to] = await Promise.all([fixture('javascript-contract'), fixture('javascript-contract')])
  expect((await slipway('submit', from, 'Put', 'a', 'one\u202e\u{e0001}')).code).toBe(0)
  const exported = await slipway('export-state', from)
  expect(exported.code).toBe(0)
  // A terminal that shows it obeys none of it.
  expect(exported.stdout).toContain('one\\u202e\\udb40\\udc01')
  const [header, row, ...others] = exported.stdout.trimEnd().split('\n').map(json)
  expect(header).toMatchObject({ format: 'slipway-state', version: 1, channel: 'mychannel' })
  expect([row, others]).toMatchObject([{ key: 'a', value: 'one\u202e\u{e0001}' }, []])

  const file = join(to, 'cars.jsonl')
  await writeFile(file, exported.stdout)
  // The chaincode was never opened here: it is defined, and not launched.
  const imported = await slipway('import-state', to, file)
  expect([imported.code, json(imported.stdout)]).toMatchObject([0, { file, keys: 1, privateKeys: 0 }])
  const { height } = json(imported.stdout) as StateCopy
  expect(await payload(to)).toBe('one\u202e\u{e0001}')

  const running = startSlipway(['run', to])
  await running.says('Ready:')
  await writeFile(file, exported.stdout.replace('one', 'two'))
  const again = await slipway('import-state', to, file)
  expect([again.code, json(again.stdout)]).toMatchObject([0, { keys: 1, height: height + 1 }])
  expect(await payload(to)).toBe('two\u202e\u{e0001}')
  const out = join(to, 'out.jsonl')
  expect((await slipway('export-state', to, '--out', out)).code).toBe(0)
  expect((await readFile(out, 'utf8')).trimEnd().split('\n').slice(1).map(json)).toMatchObject([{ key: 'a' }])
  expect(await codeOf('export-state', to, '--out', out)).toEqual([2, 'STATE_FILE_EXISTS'])
  expect((await slipway('export-state', to, '--out', out, '--force', '--chaincode', 'none')).code).toBe(0)
  expect(await codeOf('export-state', to, '--out', join(out, 'x'))).toEqual([3, 'STATE_FILE_WRITE'])
  expect(await codeOf('export-state', to, '--channel', 'nope')).toEqual([2, 'CHANNEL_UNKNOWN'])
  expect(await codeOf('import-state', to, `${file}.none`)).toEqual([2, 'STATE_FILE_READ'])
  // As it was before the second import.
  const before = await slipway('export-state', to, '--at', String(height))
  expect(before.stdout.trimEnd().split('\n').map(json)).toMatchObject([
    { height },
    { key: 'a', value: 'one\u202e\u{e0001}' },
  ])
  expect(await codeOf('export-state', to, '--at', 'nobody')).toEqual([2, 'CHECKPOINT_UNKNOWN'])
  expect(await codeOf('export-state', to, '--at', '1', '--network', 'none')).toEqual([2, 'USAGE'])
  await writeFile(file, `${exported.stdout}{"key":7}\n`)
  const refused = await slipway('import-state', to, file)
  expect([refused.code, json(refused.stdout)]).toMatchObject([2, { error: { code: 'STATE_LINE' } }])
  expect(refused.stderr).toContain(`${file}:3`)
  expect(await payload(to)).toBe('two\u202e\u{e0001}')
})

test('the state of a network is made of its blocks, and goes into a ledger here', async () => {
  const [network, folder] = await Promise.all([playNetwork(), fixture('javascript-contract')])
  const there = (...args: string[]) => slipway('submit', network.folder, ...args)
  for (const args of [
    ['Put', 'a', 'first'],
    ['Put', 'b', 'gone'],
    ['Put', 'a', 'one\u202e'],
    // Fabric takes an empty value for a delete.
    ['Put', 'b', ''],
  ])
    expect((await there(...args)).code).toBe(0)
  const local = await slipway('export-state', network.folder)
  expect(local.code).toBe(0)

  await nameNetworks(folder, { test: { profile: await profileOf(network, folder), identity: memberOf(network) } })
  const exported = await slipway('export-state', folder, '--network', 'test', '--trust')
  expect(exported.stdout).toBe(local.stdout)
  expect(exported.stdout.trimEnd().split('\n').slice(1).map(json)).toMatchObject([{ key: 'a', value: 'one\u202e' }])

  const out = join(folder, 'there.jsonl')
  const written = await slipway('export-state', folder, '--network', 'test', '--out', out)
  expect([written.code, json(written.stdout)]).toMatchObject([0, { file: out, keys: 1, privateKeys: 0 }])
  expect(await readFile(out, 'utf8')).toBe(local.stdout)
  expect((await slipway('import-state', folder, out)).code).toBe(0)
  expect(await payload(folder)).toBe('one\u202e')

  const of = (...args: string[]) => codeOf('export-state', folder, '--network', ...args)
  expect(await of('test', '--out', out)).toEqual([2, 'STATE_FILE_EXISTS'])
  expect(await of('test', '--data-dir', folder)).toEqual([2, 'USAGE'])
  expect((await of('none'))[1]).toBe('NETWORK_UNKNOWN')
  expect((await of('test', '--channel', 'nope'))[1]).toBe('NETWORK_REFUSED')
})
