import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { allBaseImages } from './base-images.ts'
import { watchEngine } from './docker-leaks.ts'
import { prepareAll } from './fixture-cache.ts'
import { missing } from './require.ts'

/**
 * Before a run of everything, prepare every fixture and base image, so that no test's deadline has to hold an `npm ci`.
 * A run of chosen files prepares what it needs when it needs it.
 */
export default async function setup({ vitest }: TestProject): Promise<() => Promise<void>> {
  // What the tests open is not what its user opened last.
  const settings = await mkdtemp(join(tmpdir(), 'slipway-settings-'))
  process.env['SLIPWAY_SETTINGS'] = settings
  const chosen = process.argv.slice(2).some((argument) => argument !== 'run' && !argument.startsWith('-'))
  if (!chosen && !vitest.config.watch) {
    await prepareAll()
    if (missing('docker') === undefined) await allBaseImages()
  }
  const leftOnEngine = await watchEngine()
  return async () => {
    await rm(settings, { recursive: true, force: true })
    const left = await leftOnEngine()
    if (left.length === 0) return
    process.stderr.write(`The suites left on the Docker engine: ${left.join('; ')}\n`)
    // Beside a run of chosen files somebody may be at work on the same engine, and an image does not say whose it is.
    if (!chosen || process.env['CI'] !== undefined) process.exitCode = 1
  }
}
