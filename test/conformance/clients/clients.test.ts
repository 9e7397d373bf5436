// @module-tag slow
import { expect, test } from 'vitest'
import { needs } from '../../support/require.ts'
import { playTopic, topics } from './play-topic.ts'
import { stage } from './stage.ts'

// Most of a case's time is waiting for what must not come, so the topics wait at the same time, each for a peer of its own.
needs('go').describe('clients are answered as by a real peer and orderer', () => {
  test('every case', { timeout: 300_000 }, async ({ task }) => {
    const played = await Promise.all(topics.map(async (topic) => playTopic(await stage(), topic)))
    task.meta.clients = played.map(({ topic, cases, differing }) => ({ topic, cases, differing }))
    expect(played.flatMap(({ differences }) => differences)).toEqual([])
  })
})
