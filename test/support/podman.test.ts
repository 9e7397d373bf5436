import { expect } from 'vitest'
import { engineOn } from './test-containers.ts'
import { needs } from './require.ts'

// Without it the suites wouldn't run on a second engine, and nothing else would say so.
needs('podman').test('the net suites run on Podman too', async () => {
  const engine = await engineOn(process.env['SLIPWAY_PODMAN'] ?? '')
  expect(await engine.facts()).toMatchObject({ product: 'Podman' })
})
