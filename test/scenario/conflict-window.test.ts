// @module-tag slow
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Client, credentials } from '@grpc/grpc-js'
import { connect, signers, StatusCode } from '@hyperledger/fabric-gateway'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest'
import type { ExportResult } from '../../core/contract/export.ts'
import { launchChromium } from '../support/chromium.ts'
import { buildDoors, slipway } from '../support/command-line.ts'
import { fixture } from '../support/fixtures.ts'
import { needs } from '../support/require.ts'
import { tempFolder } from '../support/temp.ts'
import { card, goTo, openWindow, registrationIs, says } from '../support/window.ts'
import { identityIn } from './application.ts'

const { describe, test } = needs('chromium')

describe('a transaction that an application endorsed against an older height', () => {
  let browser: Browser

  beforeAll(async () => {
    buildDoors()
    browser = await launchChromium()
  })
  afterAll(() => browser.close())

  test('is a conflict in its status, and the window names the key and who wrote it', async () => {
    const folder = await fixture('javascript-contract')
    const any = '127.0.0.1:0'
    await writeFile(
      join(folder, 'slipway.yaml'),
      JSON.stringify({ peer: { listenAddress: any, ordererListenAddress: any } }),
    )
    const page = await openWindow(browser, folder)
    await registrationIs(page, 'ready')
    const contract = await contractIn(folder)

    const stale = await contract.newProposal('Increment', { arguments: ['counter', '0'] }).endorse()
    const newer = await (await contract.submitAsync('Put', { arguments: ['counter', '7'] })).getStatus()
    expect(newer.successful).toBe(true)
    const status = await (await stale.submit()).getStatus()
    expect(status).toMatchObject({ successful: false, code: StatusCode.MVCC_READ_CONFLICT })

    await goTo(page, 'Call')
    // It is in the list from its endorsement on.
    const calls = card(page, 'Recent calls').getByRole('button', { name: /Increment/ })
    await calls.filter({ hasText: 'MVCC' }).click()
    await says(page.getByTestId('call-status'), 'MVCC_READ_CONFLICT')
    const conflict = page.getByRole('alert')
    await says(conflict, 'counter')
    await conflict.getByTitle(newer.transactionId).waitFor()
  })
})

/** The chaincode of a folder that is served, by the files that are exported for applications. */
async function contractIn(folder: string) {
  const out = join(await tempFolder('export'), 'client')
  const { stdout } = await slipway('export', folder, '--out', out)
  const { files } = JSON.parse(stdout) as ExportResult
  expect(files).toContain('connection-profile.json')
  const { peers } = JSON.parse(await readFile(join(out, 'connection-profile.json'), 'utf8')) as {
    peers: Record<string, { url: string }>
  }
  const client = new Client(new URL(peers['peer0.org1.example.com']?.url ?? '').host, credentials.createInsecure())
  onTestFinished(() => client.close())
  const { certificate, key } = await identityIn(join(folder, '.slipway', 'msp'), 'User1')
  const identity = { mspId: 'Org1MSP', credentials: Buffer.from(certificate) }
  const gateway = connect({ client, identity, signer: signers.newPrivateKeySigner(key) })
  onTestFinished(() => gateway.close())
  return gateway.getNetwork('mychannel').getContract('javascript-contract')
}
