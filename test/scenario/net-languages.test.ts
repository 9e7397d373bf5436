import { expect, vi } from 'vitest'
import { fixture, type FixtureName } from '../support/fixtures.ts'
import { netPeers } from '../support/net-mode.ts'
import { needs } from '../support/require.ts'
import { openFolder } from './author.ts'

// Compilers in containers, of which a small machine runs only one at a time.
vi.setConfig({ testTimeout: 600_000 })

interface Case {
  /** A write, and the read that shows it. */
  put: [string, ...string[]]
  get: [string, ...string[]]
  got: string
  /** An edit of its source, and a call that shows it. */
  edit?: { file: string; from: string; to: string; call: [string, ...string[]]; got: string }
}

/** A folder becomes an image by Fabric's own build; what it wrote in a container, it reads as a plain process too. */
needs('docker').describe('in a container', () => {
  const net = netPeers()

  function isServed(name: FixtureName, { put, get, got, edit }: Case, { inDev = true } = {}): void {
    needs('docker').test(`${name} is built and served`, async () => {
      const peer = await net.peer({ chaincode: { buildtimeout: 500_000 } })
      const folder = await fixture(name, 'installed')
      const chaincode = await openFolder(peer, { folder, mode: 'net', watch: false, launch: false })
      await peer.api.launch({ name: chaincode.name })
      await chaincode.submit(...put)
      expect(await chaincode.evaluate(...get)).toBe(got)
      const { container, error } = chaincode.state()
      expect([container?.state, error]).toEqual(['running', undefined])

      if (edit !== undefined) {
        await chaincode.edit(edit.file, edit.from, edit.to)
        await peer.api.restart({ name: chaincode.name })
        expect(await chaincode.evaluate(...edit.call)).toBe(edit.got)
        const { steps } = chaincode.state().launch ?? { steps: [] }
        expect(steps.find(({ name: step }) => step === 'dependencies')?.note).toMatch(/unchanged|there/)
      }
      if (inDev) {
        await peer.api.setMode({ name: chaincode.name, mode: 'dev' })
        expect(await chaincode.evaluate(...get)).toBe(got)
      }
      await expect.poll(() => net.containers()).toHaveLength(inDev ? 0 : 1)
    })
  }

  isServed('go-shim-v2', {
    put: ['put', 'k', 'v'],
    get: ['get', 'k'],
    got: 'v',
    edit: { file: 'main.go', from: '"slept"', to: '"rested"', call: ['sleep', '1'], got: 'rested' },
  })
  // Without a JDK on this machine, its container has one.
  isServed('java-contract', { put: ['Put', 'k', 'v'], get: ['Get', 'k'], got: 'v' }, { inDev: false })
  isServed('asset-transfer-typescript', {
    put: ['CreateAsset', 'a', 'blue', '5', 'Tom', '400'],
    get: ['AssetExists', 'a'],
    got: 'true',
  })
})
