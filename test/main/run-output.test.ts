// @module-tag slow
import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { PeerError } from '../../core/contract/error.ts'
import { buildDoors, startSlipway } from '../support/command-line.ts'
import { fixture } from '../support/fixtures.ts'
import { edit } from '../scenario/author.ts'

beforeAll(buildDoors)

test.each(['stdout', 'stderr'] as const)('slipway run goes on when nobody reads its %s any more', async (gone) => {
  const folder = await fixture('misbehaving')
  const run = startSlipway(['run', folder, '--json'])
  const [other, words] =
    gone === 'stdout' ? ([run.stderr, 'build 2 serves'] as const) : ([run.stdout, '"build":2'] as const)
  await expect.poll(run.stderr, { timeout: 200_000 }).toContain('build 1 serves')
  await expect.poll(run.stdout).toContain('"state":"watching"')
  run.child[gone]?.destroy()
  await edit(join(folder, 'index.js'), 'VERSION_MARK_1', 'VERSION_MARK_2')
  await expect.poll(other, { timeout: 200_000 }).toContain(words)
  run.child.kill('SIGTERM')
  // Windows has no SIGTERM to react to.
  if (process.platform !== 'win32') expect((await run.ended).code).toBe(143)
})

test.skipIf(process.platform === 'win32')('slipway run says when it can watch no longer', async () => {
  const folder = await fixture('misbehaving')
  const run = startSlipway(['run', folder, '--json'])
  await expect.poll(run.stdout, { timeout: 200_000 }).toContain('"state":"watching"')
  const aside = `${folder}-aside`
  await rename(folder, aside)
  await expect.poll(run.stderr).toContain(new PeerError('FOLDER_GONE', { folder }).parts.what)
  await rename(aside, folder)
  await expect.poll(run.stdout).toMatch(/"state":"failed"[^]*"state":"watching"/)
})
