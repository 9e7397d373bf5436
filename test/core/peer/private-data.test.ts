import { chmod, lstat, mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { testPeer } from '../../support/peer.ts'
import { tempFolder } from '../../support/temp.ts'

/** What somebody else may do something with. */
async function open(folder: string): Promise<string[]> {
  const places = ['.', ...(await readdir(folder, { recursive: true }))]
  const modes = await Promise.all(places.map(async (name) => ({ name, mode: (await lstat(join(folder, name))).mode })))
  return modes.filter(({ mode }) => (mode & 0o077) !== 0).map(({ name }) => name)
}

const here = process.platform === 'win32' ? test.skip : test

here('the data folder and its files are for their owner alone, also what an earlier Slipway left open', async () => {
  const dataDir = join(await tempFolder('data'), '.slipway')
  await mkdir(join(dataDir, 'builds'), { recursive: true, mode: 0o755 })
  await writeFile(join(dataDir, 'builds', 'old.json'), '{}', { mode: 0o644 })
  await chmod(dataDir, 0o755)
  const { peer } = await testPeer({ dataDir })
  expect(await open(dataDir)).toEqual([])
  await peer.close()
  expect(await open(dataDir)).toEqual([])
})

here('a folder of the author that --data-dir names keeps its rights, and what else is in it too', async () => {
  const dataDir = await tempFolder('data')
  await writeFile(join(dataDir, 'notes.txt'), 'x', { mode: 0o644 })
  await chmod(dataDir, 0o755)
  const { peer } = await testPeer({ dataDir })
  await peer.close()
  expect((await open(dataDir)).sort()).toEqual(['.', 'notes.txt'])
})
