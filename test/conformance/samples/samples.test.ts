import { describe, expect, test, vi, type TestContext } from 'vitest'
import { needs } from '../../support/require.ts'
import { attributeBased } from './abac.ts'
import { abstore } from './abstore.ts'
import { assetStateBased } from './asset-sbe.ts'
import { basic } from './basic.ts'
import { callers } from './callers.ts'
import { token } from './erc20.ts'
import { events } from './events.ts'
import { eventSender } from './eventsender.ts'
import { highThroughput } from './high-throughput.ts'
import { keyValueMap } from './map.ts'
import { ledgerQueries } from './ledger-queries.ts'
import { marblesPrivate } from './marbles-private.ts'
import { marbles } from './marbles.ts'
import { play, type Played } from './play.ts'
import { privateData } from './private-data.ts'
import './report-part.ts'
import type { Language } from './sample.ts'
import { stateBasedEndorsement } from './sbe.ts'

// Two compilers at most, on a small machine.
vi.setConfig({ testTimeout: 300_000 })

/** In this order: `callers` pays with what `abstore` left, and `basic` lists all assets there are. */
const samples = [
  abstore,
  keyValueMap,
  marbles,
  marblesPrivate,
  stateBasedEndorsement,
  callers,
  eventSender,
  highThroughput,
  basic,
  ledgerQueries,
  events,
  privateData,
  assetStateBased,
  attributeBased,
  token,
]

describe('the public samples, written again', () => {
  let first: Promise<Played> | undefined
  /** What the other language is held against. */
  const inNode = () => (first ??= play('Node', samples))

  const isAsTheTablesSay = (played: Played, language: Language, { task }: TestContext) => {
    task.meta.samples = played.samples.map(({ sample: { name, source }, operations, differences }) => ({
      sample: name,
      source,
      language,
      operations,
      differences,
    }))
    expect(played.samples.flatMap(({ differences }) => differences)).toEqual([])
  }

  test('in Node answer, read, write and tell what the tables say', async (context) => {
    isAsTheTablesSay(await inNode(), 'Node', context)
  })

  needs('go').test('in Go do so too, with the same bytes of read-write sets', async (context) => {
    const expected = await inNode()
    const played = await play('Go', samples)
    isAsTheTablesSay(played, 'Go', context)
    expect(played.committed).toEqual(expected.committed)
  })
})
