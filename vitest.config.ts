import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/postgres.ts', 'test/support/site.ts'],
    setupFiles: ['test/support/setup.ts'],
    pool: 'forks',
    // Modules are loaded once a worker, not once a file: see test/support/cleanup.ts.
    isolate: false,
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // A failing property test prints its seed in the message: never cut it off.
    chaiConfig: { truncateThreshold: 0 },
  },
})
