// @module-tag slow
import { expect, vi } from 'vitest'
import type { FixtureName, Readiness } from '../support/fixtures.ts'
import { netPeers } from '../support/net-mode.ts'
import { testPeer, type TestPeer } from '../support/peer.ts'
import { needs } from '../support/require.ts'
import { openFixture } from './author.ts'

vi.setConfig({ testTimeout: 600_000 })

interface Case {
  readiness?: Readiness
  put: [string, ...string[]]
  /** An edit of its source that this call shows. */
  call: [string, ...string[]]
  edit: [file: string, from: string, to: string]
}

/** What is pinned runs on the new build, and only what changed is told. */
async function isReplayed(
  peer: TestPeer,
  name: FixtureName,
  mode: 'dev' | 'net',
  { readiness, put, call, edit }: Case,
) {
  const chaincode = await openFixture(peer, name, { mode, ...(readiness === undefined ? {} : { readiness }) })
  for (const [fn, ...args] of [put, call]) {
    const { callId } = await peer.api.submit({ chaincode: chaincode.name, function: fn, args })
    await peer.api.pinCall({ id: callId, pinned: true })
  }
  await chaincode.eventually('both were replayed', ({ replay }) => replay?.state === 'done' && replay.rows.length === 2)
  await chaincode.edit(...edit)
  const rows = await chaincode.eventually('they were replayed on the next build', ({ replay }) =>
    replay?.state === 'done' && replay.build === 2 ? replay.rows : undefined,
  )
  expect(rows.map(({ state, changes }) => [state, changes?.map(({ at }) => at)])).toEqual([
    ['passed', []],
    ['passed', ['payload']],
  ])
}

const go: Case = { put: ['put', 'k', 'v'], call: ['sleep', '1'], edit: ['main.go', '"slept"', '"rested"'] }

needs('go').test('Go', async () => isReplayed(await testPeer(), 'go-shim-v2', 'dev', go))

needs('java').test('Java', async () =>
  isReplayed(await testPeer(), 'java-contract', 'dev', {
    readiness: 'bare',
    put: ['Put', 'k', 'v'],
    call: ['WhoAmI'],
    edit: ['src/main/java/example/NoteContract.java', 'client.getMSPID() + "|"', 'client.getMSPID() + "/"'],
  }),
)

needs('docker').describe('in a container', () => {
  const net = netPeers()
  needs('docker').test('JavaScript', async () =>
    isReplayed(await net.peer(), 'javascript-contract', 'net', {
      put: ['Put', 'k', 'v'],
      call: ['Version'],
      edit: ['index.js', 'VERSION_MARK_1', 'VERSION_MARK_2'],
    }),
  )
})
