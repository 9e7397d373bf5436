// @module-tag slow
import { readFileSync } from 'node:fs'
import { expect } from 'vitest'
import { needs } from '../../support/require.ts'
import { newPlayer, type Comparison, type RecordedCommand } from './command-lines/play.ts'
import { commandsOnPurpose } from '../on-purpose.ts'
import { stage } from './stage.ts'

const file = new URL('command-lines/peer-cli.json', import.meta.url)
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: RecordedCommand[] }

// test/scenario/peer-command.test.ts runs the commands themselves, where PEER_BIN names the program.
needs('go').test('what the peer command line sends is answered as by a real peer and orderer', async ({ task }) => {
  const player = await newPlayer(await stage({ initRequired: ['initd'] }))
  const differing: (Comparison & { command: string })[] = []
  for (const recorded of cases) {
    const compared = await player
      .play(recorded)
      .catch((error: unknown) => ({ answered: [String(error)], recorded: [] }))
    try {
      expect(compared.answered).toEqual(compared.recorded)
    } catch {
      differing.push({ command: recorded.name, ...compared })
    }
  }
  const topic = 'peer command line'
  task.meta.clients = [{ topic, cases: cases.length, differing: differing.map(({ command }) => command) }]
  const [meant, unmeant] = [true, false].map((onPurpose) =>
    differing.filter(({ command }) => (commandsOnPurpose[command] !== undefined) === onPurpose),
  )
  expect(unmeant).toEqual([])
  expect(meant?.map(({ command }) => command)).toEqual(Object.keys(commandsOnPurpose))
})
