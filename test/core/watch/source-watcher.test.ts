// @module-tag slow
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { WatchState } from '../../../core/contract/chaincode-state.ts'
import { watchSources } from '../../../core/watch/source-watcher.ts'
import type { Sources } from '../../../core/watch/sources.ts'
import { tempFolder } from '../../support/temp.ts'

async function setUp(files: string[], quietPeriod = 40) {
  const folder = path.join(await tempFolder('watch'), 'project')
  await mkdir(folder)
  for (const file of files) {
    await mkdir(path.dirname(path.join(folder, file)), { recursive: true })
    await writeFile(path.join(folder, file), '')
  }
  const sources: Sources = {
    folder,
    isIgnored: (file) => file.startsWith('node_modules'),
    isSource: (file) => !file.endsWith('.tmp'),
  }
  const changes: string[][] = []
  const states: WatchState[] = []
  const watcher = watchSources({
    sources,
    quietPeriod,
    changed: (changed, since) => {
      expect(since).toBeLessThanOrEqual(performance.timeOrigin + performance.now())
      changes.push(changed.sort())
    },
    emit: (state) => states.push(state),
  })
  onTestFinished(() => watcher.close())
  await watcher.ready
  const write = (file: string, text = 'changed') => writeFile(path.join(folder, file), text)
  return { folder, sources, changes, states, watcher, write }
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(10)
}

describe('watchSources', () => {
  test('tells a change in the module around the folder, and none beyond it', async () => {
    const { folder } = await setUp(['module/cmd/cc/main.go', 'module/assets/asset.go', 'other/b.go'])
    const sources: Sources = {
      folder: path.join(folder, 'module/cmd/cc'),
      around: '../..',
      isIgnored: () => false,
      isSource: () => true,
    }
    const changes: string[] = []
    const watcher = watchSources({
      sources,
      quietPeriod: 40,
      changed: (files) => changes.push(...files),
      emit: () => undefined,
    })
    onTestFinished(() => watcher.close())
    await watcher.ready
    await writeFile(path.join(folder, 'other/b.go'), 'changed')
    await writeFile(path.join(folder, 'module/assets/asset.go'), 'changed')
    await until(() => changes.includes('../../assets/asset.go'))
    await writeFile(path.join(folder, 'module/cmd/cc/main.go'), 'changed')
    await until(() => changes.includes('main.go'))
    expect(new Set(changes)).toEqual(new Set(['../../assets/asset.go', 'main.go']))
  })

  test('tells a change, a new file, one in a new folder, and one that went', async () => {
    const { folder, changes, states, write } = await setUp(['a.js', 'in/b.js'])
    expect(states).toEqual([{ state: 'starting' }, { state: 'watching', files: 2 }])
    const told = (file: string) => until(() => changes.some((files) => files.includes(file)))
    await write('a.js')
    await told('a.js')
    await mkdir(path.join(folder, 'new/deep'), { recursive: true })
    await write('new/deep/c.js')
    await told('new/deep/c.js')
    await rm(path.join(folder, 'in/b.js'))
    await told('in/b.js')
    // One save is several signals of the system, and may be told twice where they come late.
    const once = changes.filter((files, at) => String(files) !== String(changes[at - 1]))
    expect(once).toEqual([['a.js'], ['new/deep/c.js'], ['in/b.js']])
    expect(states.at(-1)).toEqual({ state: 'watching', files: 2 })
  })

  test('what is ignored is not told', async () => {
    const { changes, write } = await setUp(['a.js', 'node_modules/x.js'])
    await write('node_modules/x.js')
    await write('b.tmp')
    await write('a.js')
    await until(() => changes.length > 0)
    expect(changes).toEqual([['a.js']])
  })

  test('a storm of 1,000 files is one change', async () => {
    const files = Array.from({ length: 1_000 }, (_, n) => `src/f${String(n).padStart(4, '0')}.js`)
    const { changes, write } = await setUp(files, 2_000)
    await Promise.all(files.map((file) => write(file)))
    await until(() => changes.length > 0)
    expect(changes).toHaveLength(1)
    expect(changes[0]).toEqual(files)
  })

  test.each(['renamed', 'deleted'])('a folder that is %s is told, and watched again when it is back', async (how) => {
    const { folder, changes, states, write } = await setUp(['a.js'])
    const elsewhere = `${folder}-elsewhere`
    await (how === 'renamed' ? rename(folder, elsewhere) : rm(folder, { recursive: true }))
    await until(() => states.at(-1)?.state === 'failed')
    expect(states.at(-1)).toMatchObject({ error: { code: 'FOLDER_GONE' } })
    if (how === 'renamed') await rename(elsewhere, folder)
    else await mkdir(folder)
    await until(() => states.at(-1)?.state === 'watching')
    await until(() => changes.some((files) => files.includes('.')))
    const before = changes.length
    await write('a.js', 'again')
    await until(() => changes.length > before)
    expect(changes.at(-1)).toEqual(['a.js'])
  })

  test('nothing is told once it is closed', async () => {
    const quietPeriod = 500
    const { sources, changes, states, watcher, write } = await setUp(['a.js'], quietPeriod)
    await write('a.js')
    await Promise.all([watcher.close(), watcher.close()])
    const told = states.length
    // A later watcher hears of a later change: the first would have told of its own before.
    let isLaterHeard = false
    const later = watchSources({ sources, quietPeriod, changed: () => (isLaterHeard = true), emit: () => undefined })
    onTestFinished(() => later.close())
    await later.ready
    await write('a.js', 'more')
    await until(() => isLaterHeard)
    expect(changes).toEqual([])
    expect(states).toHaveLength(told)
  })

  test('a folder that is not there is told at once, and closing needs no more', async () => {
    const states: WatchState[] = []
    const folder = path.join(await tempFolder('watch'), 'nowhere')
    const watcher = watchSources({
      sources: { folder, isIgnored: () => false, isSource: () => true },
      quietPeriod: 1,
      changed: () => undefined,
      emit: (state) => states.push(state),
    })
    await watcher.ready
    await watcher.close()
    expect(states.at(-1)).toMatchObject({ state: 'failed', error: { code: 'FOLDER_GONE' } })
  })
})
