import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { now } from '../../../core/facts/clock.ts'
import { BuildWrites } from '../../../core/watch/build-writes.ts'
import { tempFolder } from '../../support/temp.ts'

async function setUp() {
  const folder = await tempFolder('writes')
  const found: string[] = []
  const writes = new BuildWrites(folder, (file) => found.push(file))
  const change = async (file: string) => {
    await writeFile(join(folder, file), '')
    return (await writes.sort([file], now())).saved.includes(file)
  }
  /** An attempt during which these files change. Returns which of the changes counted as saves. */
  const attempt = async (files: string[], { completed = true, afterPause = writes.suspects(files) } = {}) => {
    writes.began(afterPause)
    const saves: string[] = []
    for (const file of files) if (await change(file)) saves.push(file)
    writes.ended(completed)
    nextTick()
    return saves
  }
  return { folder, writes, found, change, attempt }
}

/** Whatever changes from now on has a later time: a file's may be that of the system's last tick. */
function nextTick(): void {
  const end = Date.now() + 25
  while (Date.now() < end) continue
}

test('what every build writes is a save three times, and then, after a pause, no more', async () => {
  const { attempt, found, writes } = await setUp()
  for (const completed of [true, false, true]) {
    expect(writes.suspects(['stamp.js'])).toBe(false)
    expect(await attempt(['stamp.js'], { completed })).toEqual(['stamp.js'])
  }
  expect(writes.suspects(['stamp.js'])).toBe(true)
  expect(await attempt(['stamp.js'], { afterPause: false })).toEqual(['stamp.js'])
  expect(await attempt(['stamp.js', 'index.js'])).toEqual(['index.js'])
  expect(found).toEqual(['stamp.js'])
})

test('what somebody saves again and again during builds, and once between two, is always a save', async () => {
  const { attempt, change, found } = await setUp()
  for (let round = 0; round < 3; round++) {
    for (let each = 0; each < 3; each++) expect(await attempt(['index.js'])).toEqual(['index.js'])
    expect(await change('index.js')).toBe(true)
  }
  expect(found).toEqual([])
})

test('what a build writes is a save if it changes between builds, and again once a whole build leaves it alone', async () => {
  const { attempt, change } = await setUp()
  for (let each = 0; each < 4; each++) await attempt(['stamp.js'])
  expect(await attempt(['stamp.js'])).toEqual([])
  expect(await change('stamp.js')).toBe(true)
  expect(await attempt(['stamp.js'])).toEqual([])
  expect(await attempt([], { completed: false })).toEqual([])
  expect(await attempt(['stamp.js'])).toEqual([])
  await attempt([])
  expect(await attempt(['stamp.js'])).toEqual(['stamp.js'])
})

test('an event that comes late counts for the build during which the file changed', async () => {
  const { folder, writes } = await setUp()
  for (let each = 0; each < 4; each++) {
    writes.began(each === 3)
    await writeFile(join(folder, 'stamp.js'), '')
    writes.ended(true)
    nextTick()
    const { written } = await writes.sort(['stamp.js'], now())
    expect(written).toEqual(each === 3 ? ['stamp.js'] : [])
  }
})
