import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { allBaseImages } from './base-images.ts'
import { watchEngine } from './docker-leaks.ts'
import { prepareAll } from './fixture-cache.ts'
import { missing } from './require.ts'

/**
 * Before a full run, prepare every fixture and base image, so that no test's deadline has to include an `npm ci`.
 * A run of chosen files prepares what it needs on first use.
 */
export default async function setup({ vitest, config }: TestProject): Promise<() => Promise<void>> {
  // The project that runs the suites again on another engine; see vitest.config.ts.
  const host = config.name === 'podman' ? config.env['DOCKER_HOST'] : undefined
  // What tests open must not become the user's recent folders.
  const settings = await mkdtemp(join(tmpdir(), 'slipway-settings-'))
  process.env['SLIPWAY_SETTINGS'] = settings
  const chosen = process.argv.slice(2).some((argument) => argument !== 'run' && !argument.startsWith('-'))
  if (!chosen && !vitest.config.watch) {
    if (host === undefined) await prepareAll()
    if (missing(host === undefined ? 'docker' : 'podman') === undefined) await allBaseImages(host)
  }
  const leftOnEngine = await watchEngine(host)
  return async () => {
    await rm(settings, { recursive: true, force: true })
    const left = await leftOnEngine()
    if (left.length === 0) return
    const engine = host === undefined ? 'the Docker engine' : `the engine at ${host}`
    process.stderr.write(`The tests left on ${engine}: ${left.join('; ')}\n`)
    // During a run of chosen files somebody may be using the same engine, and an image doesn't say whose it is.
    if (!chosen || process.env['CI'] !== undefined) process.exitCode = 1
  }
}
