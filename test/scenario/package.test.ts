// @module-tag slow
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readLifecyclePackage } from '../../core/ccprovider/lifecycle-package.ts'
import { fixture } from '../support/fixtures.ts'
import { testPeer } from '../support/peer.ts'
import { tempFolder } from '../support/temp.ts'

test('a peer packages an open chaincode by its name, and any folder, without launching either', async () => {
  const { api, state } = await testPeer()
  const folder = await fixture('javascript-contract', 'bare')
  const { name } = await api.openChaincode({ folder, launch: false, name: 'assets', version: '7' })
  const opened = await api.packageChaincode({ name })
  expect(opened).toMatchObject({
    file: join(folder, 'assets_7.tar.gz'),
    label: 'assets_7',
    type: 'node',
    differences: [],
  })
  expect(await readLifecyclePackage(await readFile(opened.file), opened.file)).toMatchObject({ label: 'assets_7' })

  const output = await tempFolder('out')
  const other = await fixture('go-shim-v2', 'bare')
  const result = await api.packageChaincode({ folder: other, output, label: 'other' })
  expect(result).toMatchObject({ file: join(output, 'other.tar.gz'), type: 'golang' })
  expect(await readdir(output)).toEqual(['other.tar.gz'])
  expect(Object.keys(state().chaincodes)).toEqual(['assets'])

  await expect(api.packageChaincode({ name: 'nobody' })).rejects.toMatchObject({ code: 'CHAINCODE_UNKNOWN' })
  await expect(api.packageChaincode({ name }, AbortSignal.abort(new Error('no')))).rejects.toThrow('no')
})

test('TypeScript is built first', async () => {
  const { api } = await testPeer()
  const folder = await fixture('asset-transfer-typescript')
  const { name } = await api.openChaincode({ folder, launch: false })
  const { files } = await api.packageChaincode({ name, output: await tempFolder('out') })
  expect(files).toContain('src/dist/index.js')
})
