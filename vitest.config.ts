import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vitest/config'

const everything = ['test/**/*.test.ts']

/** DOCKER_HOST's form: the address of a Podman service, net mode's other engine. */
const podman = process.env['SLIPWAY_PODMAN']

/** They cover everything in which Podman differs from Docker (core/container/docker/engine/engine-dialect.ts). */
const differences = [
  'test/core/container/docker/engine/{containers,images}.test.ts',
  'test/core/container/docker/{docker-instance,docker-vm,leftovers,out-of-memory}.test.ts',
  'test/scenario/{net-mode,reach-net}.test.ts',
]

/** The other suites that run on whatever engine there is, rather than on a dockerd of their own. */
const others = [
  'test/core/container/docker/engine/find-engine.test.ts',
  'test/core/container/docker/{image-go,image-java,image-node,shells}.test.ts',
  'test/main/{killed,kills,net-mode}.test.ts',
  'test/scenario/{net-faults,net-languages,organisations-net,other-language,server-net,window-net}.test.ts',
]

/** SLIPWAY_PODMAN_SUITES=differences: those that a run should have time for. */
const podmanSuites = process.env['SLIPWAY_PODMAN_SUITES'] === 'differences' ? differences : [...differences, ...others]

/**
 * Tests use real parts: processes, LevelDB in a temp folder, Chromium. So deadlines are generous and workers few, and
 * slow preparation happens once per run.
 */
export default defineConfig({
  plugins: [svelte({ configFile: false })],
  test: {
    exclude: ['test/fixtures/**', '**/node_modules/**'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 240_000,
    hookTimeout: 240_000,
    teardownTimeout: 20_000,
    // The default second is too short on a busy machine.
    expect: { poll: { timeout: 60_000, interval: 25 } },
    globalSetup: ['test/support/global-setup.ts'],
    setupFiles: ['test/support/stuck.ts', 'test/support/leaks.ts'],
    tags: [{ name: 'slow', description: 'takes many seconds: left out of `npm test -- --fast`' }],
    // A project for each engine. An array in a project is added to the one here, so `include` is theirs alone.
    ...(podman === undefined
      ? { include: everything }
      : {
          projects: [
            { extends: true, test: { name: 'docker', include: everything } },
            {
              extends: true,
              test: {
                name: 'podman',
                include: podmanSuites,
                env: { DOCKER_HOST: podman, SLIPWAY_IMAGES_FROM: process.env['DOCKER_HOST'] ?? '' },
              },
            },
          ],
        }),
    reporters: ['default', './test/conformance/report.ts', './test/support/summary-reporter.ts'],
  },
})
