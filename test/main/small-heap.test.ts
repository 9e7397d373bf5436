// @module-tag slow
import { spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { root } from '../../main/root.ts'
import { buildDoors } from '../support/command-line.ts'

beforeAll(buildDoors)

/** Objects that outlive the young space and are then dropped, as the messages of many calls in flight are. */
const WORK = `
  import { getHeapSpaceStatistics } from 'node:v8'
  const young = () => getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space').space_size
  const [youngBefore, heapBefore] = [young(), process.memoryUsage().heapTotal]
  const held = new Array(200_000)
  let heap = 0
  for (let n = 0; n < 3_000_000; n++) {
    held[n % held.length] = [n, String(n)]
    if (n % 100_000 === 0) heap = Math.max(heap, process.memoryUsage().heapTotal)
  }
  console.log(JSON.stringify({ young: young() / youngBefore, heap: (heap - heapBefore) / 2 ** 20 }))
`

/** How many times larger the young space became, and the most megabytes that the heap took. */
function heapAfterWork(before: string): { young: number; heap: number } {
  const args = ['--import', 'tsx', '--input-type=module', '-e', `${before}\n${WORK}`]
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' })
  expect(stderr).toBe('')
  return JSON.parse(stdout) as { young: number; heap: number }
}

test('a small heap doesn’t grow with what is dropped', () => {
  const module = pathToFileURL(join(root, 'main/host/small-heap.ts')).href
  const usual = heapAfterWork('')
  const small = heapAfterWork(`const { keepHeapSmall } = await import('${module}'); keepHeapSmall()`)
  expect(small.young).toBeLessThanOrEqual(usual.young / 4)
  expect(small.heap).toBeLessThan(usual.heap)
})

test('V8 keeps what a peer loads with one byte a character', async () => {
  const built = async (path: string) => readFile(join(root, 'dist', path), 'utf8')
  const manifest = JSON.parse(await built('.host-manifest.json')) as Record<string, { file: string }>
  const files = [...new Set(Object.values(manifest).map(({ file }) => file))]
  expect(files.length).toBeGreaterThan(1)
  for (const file of files) expect.soft([file, ...new Set((await built(file)).match(/[^\0-\xff]/g))]).toEqual([file])
})
