// @module-tag slow
import { expect, test } from 'vitest'
import { needs } from '../support/require.ts'
import { answerDifferences, differences, sequenceDifferences, type Conversation } from './compare.ts'
import { converse } from './conversations.ts'
import { recordings, type Recording } from './recording.ts'
import { verdict } from './row.ts'
import type { Shim } from './scene.ts'

/** What both probes can do in the same way. */
const IN_NODE = ['put', 'get', 'putget', 'seed', 'range', 'history', 'query', 'cc2cc', 'shimerror', 'privput', 'event']

const recorded = recordings().filter(({ commands }) => commands.length > 0)

/**
 * The conversations recorded with the Go shim of its first line, held by others: the newest Go shim says the same to the
 * byte, and the Node shim asks and is answered in the same order, with words of its own.
 */
const goes = recorded.filter(({ name }) => name.startsWith('go-'))

needs('go').describe('as recorded with the first Go shim', () => {
  for (const recording of goes) held(recording, 'Go shim v2', differences)
})

needs('go').describe('as recorded with the Go shim, in Node', () => {
  for (const recording of goes) {
    if (!recording.commands.every(({ args }) => IN_NODE.includes(args[0] ?? ''))) continue
    held(recording, 'Node shim', (recorded, here) => sequenceDifferences(recorded.messages, here.messages))
  }
})

/** Older Node shims are answered the same, to the byte. They write fields that are empty, and an error as ERROR. */
for (const shim of ['Node shim 1.4', 'Node shim 2.2'] as const) {
  needs('go').describe(`as recorded with the Node shim 2.5, by the ${shim}`, () => {
    for (const recording of recorded.filter(({ name }) => /^(v3-)?node-/.test(name)))
      held(recording, shim, answerDifferences)
  })
}

function held(
  recording: Recording,
  shim: Shim,
  compare: (recorded: Conversation, here: Conversation) => string[],
): void {
  const { name, fabric, messages, commands } = recording
  const played = name.startsWith('go-') ? 'probe' : 'nprobe'
  test(name, async ({ task }) => {
    const before = { messages, outcomes: commands.map(({ outcome }) => outcome) }
    const found = compare(before, await converse(recording, { [played]: shim }))
    task.meta.conformance = { recording: `${name}, by the ${shim}`, fabric, shim, ...verdict(found) }
    expect(found).toEqual([])
  })
}
