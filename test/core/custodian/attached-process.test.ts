import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
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
    async () => {
      const output = await followAttachedOutput(file, (text) => lines.push(text))
      return { ...output, printed: () => ({ output: output.kept() }) }
    },
    () => undefined,
    (exit) => exits.push(exit),
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
