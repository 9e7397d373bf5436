// @module-tag slow
import { existsSync } from 'node:fs'
import { appendFile, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { HostFacts } from '../../core/contract/api.ts'
import { applyNews } from '../../core/contract/apply.ts'
import type { PeerState } from '../../core/contract/state.ts'
import { startHost, type Host } from '../../main/host/host.ts'
import { trustedFolders } from '../../main/host/trusted-folders.ts'
import { codeOf } from '../scenario/author.ts'
import { buildDoors, startSlipway } from '../support/command-line.ts'
import { fixture } from '../support/fixtures.ts'
import { tempFolder } from '../support/temp.ts'

/** A chaincode whose slipway.yaml builds by appending a letter to a file beside it. */
async function demanding(
  letter = 'a',
): Promise<{ folder: string; demand(letter: string): Promise<void>; built(): Promise<string> }> {
  const folder = await fixture('misbehaving')
  const demand = (text: string) => writeFile(join(folder, 'slipway.yaml'), buildOf(text))
  await demand(letter)
  const built = () => readFile(join(folder, 'built.log'), 'utf8').catch(() => '')
  return { folder, demand, built }
}

const buildOf = (letter: string) =>
  `ignore: [built.log]\nbuild: node -e "require('fs').appendFileSync('built.log', '${letter}')"\n`

describe('the command line', () => {
  beforeAll(buildDoors)

  async function commands(): Promise<(...args: string[]) => Promise<[number | null, string]>> {
    const SLIPWAY_SETTINGS = await tempFolder('settings')
    return async (...args) => {
      const { code, stdout } = await startSlipway(args, { SLIPWAY_SETTINGS }).ended
      const document = JSON.parse(stdout) as { error?: { code: string }; status?: number }
      return [code, document.error?.code ?? String(document.status)]
    }
  }

  test('runs nothing of a folder that was not trusted; --trust is remembered, and asked for again when more is wanted', async () => {
    const slipway = await commands()
    const { folder, demand, built } = await demanding()
    const evaluate = ['evaluate', folder, 'nothing']
    expect(await slipway(...evaluate)).toEqual([2, 'NOT_TRUSTED'])
    expect(await slipway('package', folder)).toEqual([2, 'NOT_TRUSTED'])
    expect(existsSync(join(folder, '.slipway'))).toBe(false)
    expect(await built()).toBe('')

    expect(await slipway(...evaluate, '--trust')).not.toContain('NOT_TRUSTED')
    expect(await slipway(...evaluate)).not.toContain('NOT_TRUSTED')
    expect(await built()).toContain('a')
    await demand('b')
    expect(await slipway(...evaluate)).toEqual([2, 'NOT_TRUSTED'])
    expect(await built()).not.toContain('b')
    await demand('a')
    expect(await slipway(...evaluate)).not.toContain('NOT_TRUSTED')
  })
})

/** A host that trusts nobody yet, with what a window would see of it. */
async function askingHost(file?: string) {
  const trusted = trustedFolders({ file: file ?? join(await tempFolder('settings'), 'below', 'trusted-folders.json') })
  const host = startHost({ door: 'browser', prewarm: false, trusted })
  onTestFinished(() => host.close())
  let state: PeerState | undefined
  let facts: HostFacts | undefined
  host.subscribe((news) => {
    state = applyNews(state, news)
    if (news.type === 'snapshot') facts = news.host
  })
  const asked = () => facts?.untrusted
  return { host, asked, chaincodes: () => Object.values(state?.chaincodes ?? {}) }
}

function answer(host: Host, untrusted: HostFacts['untrusted']): Promise<{ names: string[] }> {
  if (untrusted === undefined) throw new Error('nothing is asked')
  return host.api.trustFolder(untrusted)
}

describe('the window', () => {
  test('is asked before anything runs, and opens the folder on a yes', async () => {
    const { host, asked, chaincodes } = await askingHost()
    const { folder, built } = await demanding()
    expect(await codeOf(host.api.openFolder({ folder }))).toBe('NOT_TRUSTED')
    expect(asked()?.demands).toMatchObject([{ kind: 'command', key: 'build' }])
    expect([existsSync(join(folder, '.slipway')), await built()]).toEqual([false, ''])
    const { names } = await answer(host, asked())
    expect(names).toEqual(chaincodes().map(({ name }) => name))
    expect(asked()).toBeUndefined()
    await expect.poll(built).toBe('a')
  })

  test('is asked no more after a no, and again at the next try', async () => {
    const { host, asked } = await askingHost()
    const { folder } = await demanding()
    await codeOf(host.api.openFolder({ folder }))
    await host.api.refuseFolder({})
    expect(asked()).toBeUndefined()
    expect(await codeOf(host.api.openFolder({ folder }))).toBe('NOT_TRUSTED')
    expect(asked()).toBeDefined()
  })

  test('allows only what was shown: what is added meanwhile is asked about', async () => {
    const { host, asked } = await askingHost()
    const { folder, demand, built } = await demanding()
    await codeOf(host.api.openFolder({ folder }))
    await demand('b')
    expect(await codeOf(answer(host, asked()))).toBe('NOT_TRUSTED')
    expect(asked()?.demands[0]?.value).toContain("'b'")
    expect(await built()).toBe('')
  })

  test('a chaincode to be added is asked about too', async () => {
    const { host, asked, chaincodes } = await askingHost()
    await host.api.openFolder({ folder: await fixture('javascript-contract') })
    const { folder } = await demanding()
    expect(await codeOf(host.api.openChaincode({ folder, launch: false }))).toBe('NOT_TRUSTED')
    expect(chaincodes()).toHaveLength(1)
    const { names } = await answer(host, asked())
    expect(names).toHaveLength(1)
    expect(chaincodes()).toHaveLength(2)
  })

  test('a saved slipway.yaml that wants more runs nothing of it until it may; then it does', async () => {
    const { host, asked, chaincodes } = await askingHost()
    const { folder, demand, built } = await demanding()
    await codeOf(host.api.openFolder({ folder }))
    await answer(host, asked())
    await expect.poll(() => chaincodes()[0]?.builds[0]?.state).toBe('serving')
    await demand('b')
    await expect.poll(() => chaincodes()[0]?.error?.code).toBe('NOT_TRUSTED')
    // A later save builds as before.
    await appendFile(join(folder, 'index.js'), '\n')
    await expect.poll(() => chaincodes()[0]?.builds[0]).toMatchObject({ number: 2, state: 'serving' })
    expect(await built()).toBe('aa')
    await demand('b ')
    await expect.poll(() => chaincodes()[0]?.error?.code).toBe('NOT_TRUSTED')
    await answer(host, chaincodes()[0]?.error?.details as HostFacts['untrusted'])
    await expect.poll(built).toBe('aab ')
    await expect.poll(() => chaincodes()[0]?.error).toBeUndefined()
  })

  test('the answer is kept for its owner alone; a damaged file trusts nobody, and one that cannot be written holds for this run', async () => {
    const file = join(await tempFolder('settings'), 'trusted-folders.json')
    const { folder } = await demanding()
    const first = await askingHost(file)
    await codeOf(first.host.api.openFolder({ folder }))
    await answer(first.host, first.asked())
    await first.host.close()
    if (process.platform !== 'win32') expect((await stat(file)).mode & 0o777).toBe(0o600)
    const second = await askingHost(file)
    await second.host.api.openFolder({ folder })
    await second.host.close()
    await writeFile(file, '{"broken')
    const third = await askingHost(file)
    expect(await codeOf(third.host.api.openFolder({ folder }))).toBe('NOT_TRUSTED')

    const fourth = await askingHost(join(file, 'below', 'a-file.json'))
    await codeOf(fourth.host.api.openFolder({ folder }))
    await answer(fourth.host, fourth.asked())
  })
})
