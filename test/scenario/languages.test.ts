// @module-tag slow
import { describe, expect, test } from 'vitest'
import type { FixtureName, Readiness } from '../support/fixtures.ts'
import { testPeer } from '../support/peer.ts'
import { needs } from '../support/require.ts'
import { openFixture } from './author.ts'

interface Case {
  readiness?: Readiness
  dialect: string
  /** A write, and the read that shows it. */
  put: [string, ...string[]]
  get: [string, ...string[]]
  got: string
}

/** A shim is served: opened, launched, called, its write committed and seen by the next call. */
function isServed(name: FixtureName, { dialect, put, get, got, readiness = 'installed' }: Case): void {
  test(`${name} goes from a folder to an answer`, async () => {
    const peer = await testPeer()
    const chaincode = await openFixture(peer, name, { readiness, watch: false })
    const { registration, launch, builds, process, canonicalName, error } = chaincode.state()
    expect(chaincode.state().dialect).toBe(dialect)
    expect(canonicalName).toBe(`${chaincode.name}:${chaincode.state().version}`)
    expect(registration.createdAt).toBeLessThanOrEqual(registration.establishedAt ?? 0)
    expect(registration.establishedAt).toBeLessThanOrEqual(registration.readyAt ?? 0)
    expect(error).toBeUndefined()

    await chaincode.build(1, 'serving')
    expect(process).toMatchObject({ build: 1, pid: expect.any(Number) })
    expect(builds.map(({ number }) => number)).toEqual([1])
    expect(launch?.reason).toBe('opened')
    const { steps } = await chaincode.eventually(
      'its launch has ended',
      (s) => s.launch?.outcome === 'ready' && s.launch,
    )
    expect(steps.map((step) => [step.name, step.state])).toEqual([
      ['install', 'done'],
      ['build', 'done'],
      ['already-running', 'done'],
      ['deployment-spec', 'done'],
      ['package', 'done'],
      ['image', 'skipped'],
      ['start', 'done'],
      ['registered', 'done'],
      ['ready', 'done'],
    ])

    await chaincode.submit(...put)
    expect(await chaincode.evaluate(...get)).toBe(got)
    const { entries } = await peer.api.readState({ channel: 'mychannel', namespace: chaincode.name, limit: 10 })
    expect(entries).toMatchObject([{ key: 'k', text: 'v' }])
  })
}

describe('Node', () => {
  isServed('javascript-contract', { dialect: 'JavaScript', put: ['Put', 'k', 'v'], get: ['Get', 'k'], got: 'v' })
  isServed('javascript-shim', { dialect: 'JavaScript', put: ['put', 'k', 'v'], get: ['get', 'k'], got: 'len=1 v' })
})

needs('go').describe('Go', () => {
  isServed('go-shim-v1', { dialect: 'Go', put: ['put', 'k', 'v'], get: ['get', 'k'], got: 'nil=false len=1 v' })
  isServed('go-shim-v2', { dialect: 'Go', put: ['put', 'k', 'v'], get: ['get', 'k'], got: 'v' })
})

needs('java').describe('Java', () => {
  isServed('java-contract', { dialect: 'Java', readiness: 'bare', put: ['Put', 'k', 'v'], get: ['Get', 'k'], got: 'v' })
})
