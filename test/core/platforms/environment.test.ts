import { expect, test, vi } from 'vitest'
import { environment } from '../../../core/platforms/environment.ts'

test('a chaincode gets what Slipway was started with, but not the password of its CouchDB', () => {
  vi.stubEnv('LEVEL', 'debug')
  vi.stubEnv('CORE_LEDGER_STATE_COUCHDBCONFIG_PASSWORD', 'sesame')
  const env = environment({ ADDED: '1' })
  vi.unstubAllEnvs()
  expect(env).toMatchObject({ LEVEL: 'debug', ADDED: '1' })
  expect(Object.values(env)).not.toContain('sesame')
})
