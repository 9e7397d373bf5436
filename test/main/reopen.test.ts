// @module-tag slow
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { OpenChaincode, PeerNews } from '../../core/contract/api.ts'
import { PeerError } from '../../core/contract/error.ts'
import { startHost } from '../../main/host/host.ts'
import { onceSaved } from '../../main/host/once-saved.ts'
import { codeOf } from '../scenario/author.ts'
import { fixture } from '../support/fixtures.ts'

/** A host that could not open a folder; `others` are to be opened with it. */
async function brokenFolder(...others: OpenChaincode[]) {
  const failed: string[] = []
  const reopenFailed = (error: unknown) => failed.push(PeerError.from(error).code)
  const host = startHost({ door: 'browser', prewarm: false, reopenFailed })
  onTestFinished(() => host.close())
  const snapshots: (PeerNews & { type: 'snapshot' })[] = []
  host.subscribe((news) => news.type === 'snapshot' && snapshots.push(news))
  const folder = await fixture('misbehaving')
  const save = (text: string) => writeFile(join(folder, 'slipway.yaml'), text)
  await save('colour: red\n')
  expect(await codeOf(host.open([{ folder, launch: false }, ...others]))).toBe('CONFIG_INVALID')
  return {
    host,
    folder,
    save,
    failed,
    errors: () => snapshots.map((snapshot) => snapshot.host.error?.code),
    /** Of the chaincode that was open at each snapshot. */
    versions: () => snapshots.map(({ state }) => Object.values(state?.chaincodes ?? {})[0]?.version),
  }
}

test('a folder that could not be opened is opened once its mistake is fixed', async () => {
  const { save, versions, errors } = await brokenFolder()
  // Wrong in another way: it goes on waiting.
  await save('channel: [\n')
  await expect.poll(errors).toContain('CONFIG_SYNTAX')
  await save('version: "7"\n')
  await expect.poll(() => versions().at(-1)).toBe('7')
  expect(errors().at(-1)).toBeUndefined()
})

test('if another folder fails then, its error is reported', async () => {
  const { save, versions, failed } = await brokenFolder({ folder: await fixture('misbehaving'), launch: false })
  await save('version: "7"\n')
  await expect.poll(() => failed).toEqual(['CHAINCODE_OPEN'])
  expect(versions().at(-1)).toBe('7')
})

test('a save is ignored once another folder is open', async () => {
  const { host, folder, save, versions } = await brokenFolder()
  const other = { folder: await fixture('misbehaving'), version: '8', launch: false }
  await host.open([other])
  // The host's own watcher is older: if it still were there, it would notice the save first and open before what follows.
  const noticed = new Promise<void>((settle) => onceSaved([folder], settle))
  await save('version: "7"\n')
  await noticed
  await host.open([other]).catch(() => undefined)
  expect(new Set(versions())).toEqual(new Set([undefined, '8']))
})
