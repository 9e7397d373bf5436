import { appendFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readCause } from '../../../core/causes/causes.ts'
import { followAttachedOutput } from '../../../core/container/process/attached-output.ts'
import type { InstanceExit } from '../../../core/process/print-line.ts'
import { PeerError } from '../../../core/contract/error.ts'
import { AttachedProcess } from '../../../core/custodian/attached-process.ts'
import { tempFolder } from '../../support/temp.ts'

const terminated = new PeerError('STREAM_TERMINATED', { canonicalName: 'a:1', reason: 'it went' })

async function attached() {
  const file = join(await tempFolder('output'), 'a.log')
  const lines: string[] = []
  const exits: InstanceExit[] = []
  const process = new AttachedProcess(
    async (on) => {
      const output = await followAttachedOutput(file, { ...on, line: (text) => void lines.push(text) })
      return { ...output, printed: () => readCause(output.kept(), { own: () => undefined }) }
    },
    () => undefined,
    (exit) => exit && exits.push(exit),
    { hash: async () => '', report: () => undefined },
  )
  return { file, process, lines, exits }
}

test('what was printed last is reported with its end', async () => {
  const { file, process, exits } = await attached()
  await process.expect()
  process.connected()
  await appendFile(file, 'its last words\n')
  await process.disconnected(terminated)
  expect(exits).toMatchObject([{ code: null, output: ['its last words'] }])
  await process.close()
})

test('one that is let go while it ends has not ended', async () => {
  const { process, exits } = await attached()
  await process.expect()
  const gone = process.disconnected(terminated)
  await process.close()
  await gone
  expect(exits).toEqual([])
})

test('let go before it is followed, nothing is followed', async () => {
  const { file, process, lines } = await attached()
  // The leak check of the suites sees what would go on.
  await Promise.all([process.expect(), process.expect(), process.close()])
  await appendFile(file, 'unheard\n')
  await process.disconnected(terminated)
  expect(lines).toEqual([])
})

test('one that has connected is not told as failed by what it prints, and the next one begins with an empty output', async () => {
  const { file, process, exits } = await attached()
  await process.expect()
  process.connected()
  await appendFile(file, 'Error: survived\n    at main (/a/index.js:1:1)\n\nNode.js v20.19.0\n')
  await process.disconnected(terminated)
  expect(exits).toHaveLength(1)
  expect(exits[0]).not.toHaveProperty('neverConnected')
  await writeFile(file, 'next\n')
  process.connected()
  await process.disconnected(terminated)
  expect(exits[1]).toMatchObject({ output: ['next'] })
  await process.close()
})
