import { defineConfig } from 'vitest/config';

/** The suites that drive the packaged extension in a real VS Code. One window at a time: two cores have to do. */
export default defineConfig({
  test: {
    include: ['test/ui/*.ui.ts'],
    globalSetup: ['test/ui/installPackaged.ts'],
    testTimeout: 90_000,
    hookTimeout: 300_000,
    // What is asserted of the page comes when VS Code has drawn it.
    expect: { poll: { timeout: 30_000, interval: 50 } },
    silent: 'passed-only',
    pool: 'forks',
    maxWorkers: 1,
  },
});
