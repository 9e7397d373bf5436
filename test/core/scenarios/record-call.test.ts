import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { CallRecord } from '../../../core/contract/call.ts'
import { recordCall, scenarioFile } from '../../../core/scenarios/record-call.ts'
import { tempFolder } from '../../support/temp.ts'

const CALL: CallRecord = {
  id: 1,
  request: { chaincode: 'cc', function: 'Get', args: ['k'] },
  kind: 'evaluate',
  channel: 'mychannel',
  at: 0,
  pinned: false,
  outcome: {
    state: 'done',
    result: {
      callId: 1,
      txId: 'tx',
      kind: 'evaluate',
      identity: 'User1@Org1MSP',
      status: 200,
      message: '',
      payload: 'v',
      payloadEncoding: 'utf8',
      readWriteSet: { namespaces: [] },
      events: [],
      hints: [],
      times: { startedAt: 0, executedAt: 0, durationMs: 0, chaincodeMs: 0, commitMs: 0 },
    },
  },
}

async function folderWith(...files: string[]) {
  const folder = await tempFolder('record')
  await mkdir(join(folder, 'scenarios'))
  for (const file of files) {
    await writeFile(join(folder, 'scenarios', file), 'scenario: A # kept\nsteps:\n  - evaluate: Version\n')
  }
  return folder
}

test.each(['a', 'a.yml', 'a.yaml', 'scenarios/a.yml'])(
  'a call is recorded into the .yml file there is, whose name is given as %s',
  async (typed) => {
    const folder = await folderWith('a.yml')
    const file = await recordCall(folder, typed, 'cc', CALL)
    expect(file).toBe(join(folder, 'scenarios/a.yml'))
    expect(await readdir(join(folder, 'scenarios'))).toEqual(['a.yml'])
    expect(await readFile(file, 'utf8')).toMatch(
      /^scenario: A # kept\nsteps:\n {2}- evaluate: Version\n[^]*evaluate: Get/,
    )
  },
)

test('one that there is none of has the ending .yaml, once', async () => {
  const folder = await folderWith()
  expect((await scenarioFile(folder, 'b.yaml'))?.file).toBe(join(folder, 'scenarios/b.yaml'))
  expect((await scenarioFile(folder, 'c/d'))?.file).toBe(join(folder, 'scenarios/c/d.yaml'))
  expect(await scenarioFile(folder, 'scenarios/../b')).toBeUndefined()
  expect(await scenarioFile(folder, '.yaml')).toBeUndefined()
})

test('two files of one name are told', async () => {
  const folder = await folderWith('a.yml', 'a.yaml')
  await expect(recordCall(folder, 'a', 'cc', CALL)).rejects.toMatchObject({ code: 'SCENARIO_DUPLICATE' })
})

test('what can’t be read is not taken for a file that there is none of', async () => {
  const folder = await folderWith()
  await mkdir(join(folder, 'scenarios/a.yaml'))
  await expect(recordCall(folder, 'a', 'cc', CALL)).rejects.toMatchObject({
    code: 'SCENARIO_UNWRITABLE',
    cause: { code: 'EISDIR' },
  })
})
