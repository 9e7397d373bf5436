import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { prepareAll } from './fixture-cache.ts'

/**
 * Before a run of everything, prepare every fixture, so that no test's deadline has to hold an `npm ci`.
 * A run of chosen files prepares what it needs when it needs it.
 */
export default async function setup({ vitest }: TestProject): Promise<() => Promise<void>> {
  // What the tests open is not what its user opened last.
  const settings = await mkdtemp(join(tmpdir(), 'slipway-settings-'))
  process.env['SLIPWAY_SETTINGS'] = settings
  const chosen = process.argv.slice(2).some((argument) => argument !== 'run' && !argument.startsWith('-'))
  if (!chosen && !vitest.config.watch) await prepareAll()
  return () => rm(settings, { recursive: true, force: true })
}
