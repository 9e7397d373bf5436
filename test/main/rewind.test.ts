// @module-tag slow
import { beforeAll, expect, test } from 'vitest'
import type { CheckpointsDocument, MovedDocument } from '../../main/cli/terminal/documents.ts'
import { buildDoors, slipway, startSlipway } from '../support/command-line.ts'
import { fixture } from '../support/fixtures.ts'

beforeAll(buildDoors)

const json = (stdout: string): unknown => JSON.parse(stdout)
const payload = async (folder: string) =>
  (json((await slipway('evaluate', folder, 'Get', 'a')).stdout) as { payload: string }).payload
const codeOf = async (...args: string[]) => {
  const { code, stdout } = await slipway(...args)
  return [code, (json(stdout) as { error: { code: string } }).error.code]
}

test('rewind, checkpoint and reset without a running Slipway, and with one', async () => {
  const folder = await fixture('javascript-contract')
  expect((await slipway('submit', folder, 'Put', 'a', '1')).code).toBe(0)
  const set = await slipway('checkpoint', folder, 'one')
  const checkpoint = json(set.stdout) as { name: string; height: number }
  expect([set.code, checkpoint.name]).toEqual([0, 'one'])
  expect((await slipway('submit', folder, 'Put', 'a', '2')).code).toBe(0)

  const compared = await slipway('compare', folder, 'one')
  expect([compared.code, json(compared.stdout)]).toMatchObject([
    0,
    { channel: 'mychannel', total: 1, changes: [{ key: 'a', before: { text: '1' }, after: { text: '2' } }] },
  ])
  expect(await codeOf('compare', folder, 'one', '--to', 'nobody')).toEqual([2, 'CHECKPOINT_UNKNOWN'])

  const rewound = await slipway('rewind', folder, 'one')
  const { branch = '', ...moved } = json(rewound.stdout) as MovedDocument
  const { height } = checkpoint
  expect([rewound.code, moved]).toEqual([0, { channel: 'mychannel', from: height + 1, height }])
  expect(await payload(folder)).toBe('1')
  const listed = json((await slipway('checkpoint', folder, '--list')).stdout) as CheckpointsDocument
  expect(listed).toMatchObject({ checkpoints: [{ name: 'one', isOnChain: true }], branches: [{ id: branch }] })

  const earlier = await slipway('checkpoint', folder, 'earlier', '--height', String(height - 1))
  expect([earlier.code, json(earlier.stdout)]).toMatchObject([0, { name: 'earlier', height: height - 1 }])
  expect(await codeOf('checkpoint', folder, 'later', '--height', String(height + 1))).toEqual([2, 'REWIND_HEIGHT'])
  expect(await codeOf('checkpoint', folder, 'later', '--height', 'x')).toEqual([2, 'USAGE'])
  expect(await codeOf('checkpoint', folder, 'one')).toEqual([2, 'CHECKPOINT_TAKEN'])
  expect(await codeOf('checkpoint', folder, '12')).toEqual([2, 'CHECKPOINT_NAME'])
  expect(await codeOf('rewind', folder, 'nobody')).toEqual([2, 'CHECKPOINT_UNKNOWN'])
  expect(await codeOf('rewind', folder, '0')).toEqual([2, 'REWIND_HEIGHT'])
  expect(await codeOf('rewind', folder, String(height + 1))).toEqual([2, 'REWIND_HEIGHT'])
  expect(await codeOf('rewind', folder, 'ab'.repeat(32))).toEqual([2, 'BRANCH_UNKNOWN'])
  expect(await codeOf('reset', folder, '--channel', 'nope')).toEqual([2, 'CHANNEL_UNKNOWN'])

  const running = startSlipway(['run', folder])
  await running.says('Ready:')
  expect((await slipway('rewind', folder, branch)).code).toBe(0)
  expect(await payload(folder)).toBe('2')
  expect((await slipway('checkpoint', folder, 'one', '--remove')).code).toBe(0)
  expect((await slipway('reset', folder)).code).toBe(0)
  expect(await payload(folder)).toBe('')
})
