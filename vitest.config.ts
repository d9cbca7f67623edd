import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // The client's pure parts are tested outside VS Code, which alone can provide its API.
  resolve: { alias: { vscode: fileURLToPath(new URL('test/support/fakeVscode.ts', import.meta.url)) } },
  test: {
    include: ['test/{unit,property,corpus,boundaries,protocol,cli,cluster,grammar,faults}/**/*.test.ts'],
    testTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
  },
});
