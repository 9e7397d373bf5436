import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    // Before the first test, the chaincode is installed and built.
    hookTimeout: 300_000,
    testTimeout: 30_000,
  },
})
