// @module-tag slow
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { needs } from '../../support/require.ts'
import { runCase, same, type Case } from './recorded/steps.mjs'
import { stage } from './stage.ts'
import type { ClientRow } from './report-part.ts'

const folder = fileURLToPath(new URL('recorded', import.meta.url))
const topics = readdirSync(folder).flatMap((file) => (file.endsWith('.json') ? [file.replace('.json', '')] : []))

function casesOf(topic: string): Case[] {
  const { cases } = JSON.parse(readFileSync(`${folder}/${topic}.json`, 'utf8')) as { cases: Case[] }
  return cases.filter(({ steps, needs: wanted = [] }) => steps !== undefined && wanted.length === 0)
}

interface Played extends ClientRow {
  differences: { name: string; answered: unknown; recorded: unknown }[]
}

async function play(topic: string): Promise<Played> {
  const client = await stage()
  const cases = casesOf(topic)
  const differences: Played['differences'] = []
  for (const recorded of cases) {
    const answered = await runCase(client, recorded)
    if (!same(answered, recorded.response)) {
      differences.push({ name: recorded.name, answered, recorded: recorded.response })
    }
  }
  return { topic, cases: cases.length, differing: differences.map(({ name }) => name), differences }
}

// Most of a case's time is waiting for what must not come, so the topics wait at the same time, each for a peer of its own.
needs('go').describe('clients are answered as by a real peer and orderer', () => {
  test('every case', { timeout: 300_000 }, async ({ task }) => {
    const played = await Promise.all(topics.map(play))
    task.meta.clients = played.map(({ topic, cases, differing }) => ({ topic, cases, differing }))
    expect(played.flatMap(({ differences }) => differences)).toEqual([])
  })
})
