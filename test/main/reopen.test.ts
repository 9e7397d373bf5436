import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import type { PeerNews } from '../../core/contract/api.ts'
import { startHost, type HostConfig } from '../../main/host.ts'
import { codeOf } from '../scenario/author.ts'
import { fixture } from '../support/fixtures.ts'

async function brokenFolder(config: Partial<HostConfig>) {
  const host = startHost({ door: 'browser', prewarm: false, ...config })
  onTestFinished(() => host.close())
  const snapshots: (PeerNews & { type: 'snapshot' })[] = []
  host.subscribe((news) => news.type === 'snapshot' && snapshots.push(news))
  const folder = await fixture('misbehaving')
  const save = (text: string) => writeFile(join(folder, 'slipway.yaml'), text)
  await save('colour: red\n')
  expect(await codeOf(host.open([{ folder, launch: false }]))).toBe('CONFIG_INVALID')
  return {
    host,
    save,
    errors: () => snapshots.map((snapshot) => snapshot.host.error?.code),
    /** Of the chaincode that was open at each snapshot. */
    versions: () => snapshots.map(({ state }) => Object.values(state?.chaincodes ?? {})[0]?.version),
  }
}

test('a folder that could not be opened is opened once what is wrong there is mended', async () => {
  const { save, versions, errors } = await brokenFolder({ reopen: true })
  // Wrong in another way: it goes on waiting.
  await save('channel: [\n')
  await expect.poll(errors).toContain('CONFIG_SYNTAX')
  await save('version: "7"\n')
  await expect.poll(() => versions().at(-1)).toBe('7')
  expect(errors().at(-1)).toBeUndefined()
})

test('a save has no say once another folder is open', async () => {
  const { host, save, versions } = await brokenFolder({ reopen: true })
  const other = { folder: await fixture('misbehaving'), version: '8', launch: false }
  await host.open([other])
  await save('version: "7"\n')
  // Twice as long as it would take to be heard; what was heard is opened before what is opened now.
  await sleep(300)
  await host.open([other]).catch(() => undefined)
  expect(new Set(versions())).toEqual(new Set([undefined, '8']))
})
