import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vitest/config'

/**
 * Tests use real parts: processes, LevelDB in a temp folder, Chromium. So deadlines are generous and workers few, and
 * slow preparation happens once per run.
 */
export default defineConfig({
  plugins: [svelte({ configFile: false })],
  test: {
    include: ['test/**/*.test.ts'],
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
    reporters: ['default', './test/conformance/report.ts', './test/support/summary-reporter.ts'],
  },
})
