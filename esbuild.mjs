// Builds every bundle into out/. CommonJS, because an ESM bundle of @kubernetes/client-node fails at load
// ("Dynamic require of node:assert"); target Node 22, the oldest Node that a supported VS Code runs.
import { build } from 'esbuild';

const common = {
  bundle: true,
  platform: 'node',
  target: 'node22',
  format: 'cjs',
  minify: true,
  sourcemap: false,
  legalComments: 'none',
  mainFields: ['module', 'main'],
  logLevel: 'warning',
};

/** The live-cluster code is a bundle of its own that loads lazily: without a cluster nobody pays for it. */
const cluster = './cluster.cjs';

await Promise.all([
  build({
    ...common,
    entryPoints: { extension: 'client/src/extension.ts' },
    outdir: 'out',
    external: ['vscode'],
    outExtension: { '.js': '.cjs' },
  }),
  build({
    ...common,
    entryPoints: { server: 'server/src/lsp/main.ts' },
    outdir: 'out',
    external: [cluster],
    outExtension: { '.js': '.cjs' },
  }),
  build({
    ...common,
    entryPoints: { cluster: 'server/src/cluster/main.ts' },
    outdir: 'out',
    outExtension: { '.js': '.cjs' },
  }),
  // A thread of its own, which starts with the first picture.
  build({
    ...common,
    entryPoints: { layout: 'server/src/layout/main.ts' },
    outdir: 'out',
    outExtension: { '.js': '.cjs' },
  }),
  build({
    ...common,
    entryPoints: { guard: 'server/src/guard/main.ts' },
    outdir: 'out',
    external: [cluster],
    outExtension: { '.js': '.cjs' },
  }),
  build({
    ...common,
    entryPoints: { cli: 'server/src/cli/main.ts' },
    outdir: 'out',
    external: [cluster],
    banner: { js: '#!/usr/bin/env node' },
    outExtension: { '.js': '.cjs' },
  }),
  // The preview runs in a browser: the one that draws the editor.
  build({
    ...common,
    platform: 'browser',
    target: 'chrome128',
    format: 'iife',
    entryPoints: { preview: 'client/webview/main.ts', 'preview-style': 'client/webview/preview.css' },
    outdir: 'out',
  }),
]);
