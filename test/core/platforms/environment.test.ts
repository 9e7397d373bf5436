import { delimiter } from 'node:path'
import { expect, test, vi } from 'vitest'
import { environment } from '../../../core/platforms/environment.ts'

test("a chaincode gets neither Electron's variables nor the paths of an AppImage", () => {
  const folder = '/tmp/.mount_Slipwa'
  vi.stubEnv('APPDIR', folder)
  vi.stubEnv('APPIMAGE', '/home/ann/Slipway.AppImage')
  vi.stubEnv('ELECTRON_RUN_AS_NODE', '1')
  vi.stubEnv('LD_LIBRARY_PATH', `${folder}/usr/lib${delimiter}`)
  vi.stubEnv('PATH', [folder, `${folder}/usr/sbin`, '/usr/bin', `${folder}2`].join(delimiter))
  const env = environment({})
  vi.unstubAllEnvs()
  expect(env['PATH']).toBe(['/usr/bin', `${folder}2`].join(delimiter))
  const names = Object.keys(env)
  for (const name of ['APPDIR', 'APPIMAGE', 'ELECTRON_RUN_AS_NODE', 'LD_LIBRARY_PATH'])
    expect(names).not.toContain(name)
})

test('a chaincode gets what Slipway was started with, but not the password of its CouchDB', () => {
  vi.stubEnv('LEVEL', 'debug')
  vi.stubEnv('CORE_LEDGER_STATE_COUCHDBCONFIG_PASSWORD', 'sesame')
  const env = environment({ ADDED: '1' })
  vi.unstubAllEnvs()
  expect(env).toMatchObject({ LEVEL: 'debug', ADDED: '1' })
  expect(Object.values(env)).not.toContain('sesame')
})
