import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vitest/config'

/**
 * Every suite runs against real parts: processes, LevelDB in a temp folder, Chromium. So the deadlines are
 * generous and the workers few; what is slow is prepared once for the whole run.
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
    // Its own second is soon over on a busy machine; what comes sooner is seen sooner.
    expect: { poll: { timeout: 60_000, interval: 25 } },
    globalSetup: ['test/support/global-setup.ts'],
    setupFiles: ['test/support/stuck.ts', 'test/support/leaks.ts'],
    reporters: ['default', './test/conformance/report.ts', './test/support/summary-reporter.ts'],
  },
})
