import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** The suites that open the preview panel's built page in a Chromium. One browser at a time: two cores have to do. */
export default defineConfig({
  // The page's host is the extension's own, outside of VS Code.
  resolve: { alias: { vscode: fileURLToPath(new URL('../support/fakeVscode.ts', import.meta.url)) } },
  test: {
    include: ['test/panel/*.panel.ts'],
    globalSetup: ['test/panel/builtPage.ts'],
    testTimeout: 90_000,
    hookTimeout: 90_000,
    expect: { poll: { timeout: 20_000, interval: 20 } },
    pool: 'forks',
    maxWorkers: 1,
  },
});
