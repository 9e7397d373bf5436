import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { runCase, same, type Case, type Client } from './recorded/steps.mjs'
import type { ClientRow } from './report-part.ts'

const folder = fileURLToPath(new URL('recorded', import.meta.url))

/** What is recorded of clients, a file each. */
export const topics = readdirSync(folder).flatMap((file) => (file.endsWith('.json') ? [file.replace('.json', '')] : []))

function casesOf(topic: string): Case[] {
  const { cases } = JSON.parse(readFileSync(`${folder}/${topic}.json`, 'utf8')) as { cases: Case[] }
  return cases.filter(({ steps, needs: wanted = [] }) => steps !== undefined && wanted.length === 0)
}

export interface Played extends ClientRow {
  differences: { name: string; answered: unknown; recorded: unknown }[]
}

/** Play the cases of a topic, one after another. */
export async function playTopic(client: Client, topic: string): Promise<Played> {
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
