/**
 * The fences between the folders, proved by files that break them: a copy of the configuration gets one probe for each
 * forbidden import or global, and one for each allowed import, and the linter and the compiler run over all of them.
 * Long, because it is one table of probes.
 */
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../scripts/manifest.ts';
import { tool } from '../scripts/step.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

interface Fence {
  readonly folder: string;
  readonly allowed: readonly string[];
  readonly forbidden: readonly string[];
}

const FENCES: readonly Fence[] = [
  {
    folder: 'server/src/model',
    allowed: ['./labels.ts'],
    forbidden: [
      '../syntax/lineIndex.ts',
      '../engine/match.ts',
      '../protocol/methods.ts',
      'yaml',
      'node:fs',
      'vscode',
      'ipaddr.js',
      './../engine/match.ts',
    ],
  },
  {
    folder: 'server/src/protocol',
    allowed: ['./methods.ts'],
    forbidden: [
      '../model/labels.ts',
      '../lsp/dispatch.ts',
      'vscode-languageserver',
      'vscode-languageserver-types',
      'node:path',
    ],
  },
  {
    folder: 'server/src/syntax',
    allowed: ['./lineIndex.ts', '../model/labels.ts', 'yaml'],
    forbidden: [
      '../engine/match.ts',
      '../analysis/check.ts',
      '../workspace/settings.ts',
      '../cli/options.ts',
      'yaml/util',
      'node:fs',
      'vscode-languageserver-types',
      '../model/../cli/options.ts',
    ],
  },
  {
    folder: 'server/src/syntax/objects',
    allowed: ['./decoding.ts', '../sourceMap.ts', '../apiServer/goDecode.ts', '../../model/labels.ts'],
    forbidden: [
      'yaml',
      '../../engine/match.ts',
      '../../workspace/settings.ts',
      '../../../../client/src/folders.ts',
      'node:fs',
    ],
  },
  {
    folder: 'server/src/engine',
    allowed: ['./match.ts', '../model/labels.ts', 'ipaddr.js'],
    forbidden: [
      '../syntax/lineIndex.ts',
      '../analysis/check.ts',
      '../workspace/settings.ts',
      '../features/hover.ts',
      '../cluster/backoff.ts',
      '../lsp/dispatch.ts',
      '../cli/options.ts',
      '../protocol/methods.ts',
      'yaml',
      'node:fs',
      'vscode',
      'vscode-languageserver',
      'vscode-languageserver/node',
      'vscode-languageserver-types',
      '@kubernetes/client-node',
      'picomatch',
    ],
  },
  {
    folder: 'server/src/analysis',
    allowed: ['./check.ts', '../model/labels.ts', '../syntax/sourceMap.ts', '../engine/match.ts'],
    forbidden: [
      '../workspace/settings.ts',
      '../features/hover.ts',
      '../cluster/backoff.ts',
      '../lsp/dispatch.ts',
      '../cli/options.ts',
      '../protocol/methods.ts',
      'yaml',
      'node:fs',
      'vscode-languageserver-types',
    ],
  },
  {
    folder: 'server/src/analysis/checks',
    allowed: ['./missing.ts', '../check.ts', '../../model/labels.ts', '../../engine/match.ts'],
    forbidden: ['../../workspace/settings.ts', '../../cli/options.ts', '../../features/hover.ts', 'yaml', 'node:fs'],
  },
  {
    folder: 'server/src/workspace',
    allowed: [
      './settings.ts',
      '../model/labels.ts',
      '../syntax/sourceMap.ts',
      '../engine/match.ts',
      '../analysis/check.ts',
      'picomatch/posix.js',
    ],
    forbidden: [
      '../features/hover.ts',
      '../cluster/backoff.ts',
      '../lsp/dispatch.ts',
      '../cli/options.ts',
      '../protocol/methods.ts',
      'yaml',
      'node:fs',
      'vscode-languageserver-types',
    ],
  },
  {
    folder: 'server/src/intent',
    allowed: ['./intentFile.ts', '../workspace/settings.ts', '../engine/match.ts', '../analysis/check.ts'],
    forbidden: [
      '../features/hover.ts',
      '../protocol/methods.ts',
      '../lsp/dispatch.ts',
      '../cli/options.ts',
      '../cluster/backoff.ts',
      'vscode-languageserver-types',
      'yaml',
      'node:fs',
      'vscode',
    ],
  },
  {
    folder: 'server/src/features',
    allowed: [
      './hover.ts',
      '../workspace/settings.ts',
      '../intent/intentFile.ts',
      '../protocol/matches.ts',
      'vscode-languageserver-types',
    ],
    forbidden: [
      '../cluster/backoff.ts',
      '../lsp/dispatch.ts',
      '../cli/options.ts',
      'vscode-languageserver',
      'vscode-languageserver/node',
      'yaml',
      'node:fs',
      'vscode',
    ],
  },
  {
    folder: 'server/src/cluster',
    allowed: ['./backoff.ts', '../model/labels.ts', '@kubernetes/client-node', 'node:fs'],
    forbidden: [
      '../lsp/dispatch.ts',
      '../cli/options.ts',
      '../features/hover.ts',
      '../engine/match.ts',
      '../analysis/check.ts',
      'yaml',
      'vscode',
      'vscode-languageserver/node',
    ],
  },
  {
    folder: 'server/src/changes',
    allowed: [
      './changeEvent.ts',
      '../guard/journal.ts',
      '../workspace/clusterModule.ts',
      '../engine/match.ts',
      'node:fs',
    ],
    forbidden: [
      '../cluster/connection.ts',
      '../lsp/dispatch.ts',
      '../cli/options.ts',
      '../features/hover.ts',
      '../protocol/methods.ts',
      'yaml',
      'vscode',
      '@kubernetes/client-node',
    ],
  },
  {
    folder: 'server/src/guard',
    allowed: [
      './guard.ts',
      '../model/manifest.ts',
      '../workspace/clusterSession.ts',
      '../cluster/backoff.ts',
      'node:fs',
    ],
    forbidden: [
      '../cluster/connection.ts',
      '../lsp/dispatch.ts',
      '../cli/options.ts',
      '../features/hover.ts',
      '../engine/match.ts',
      '../protocol/methods.ts',
      'yaml',
      'vscode',
      '@kubernetes/client-node',
    ],
  },
  {
    folder: 'server/src/layout',
    allowed: ['./orderBoxes.ts', '../workspace/preview/pictureLayout.ts', '@dagrejs/dagre', 'node:worker_threads'],
    forbidden: [
      '../lsp/dispatch.ts',
      '../cli/options.ts',
      '../features/hover.ts',
      '../engine/match.ts',
      '../analysis/check.ts',
      '../cluster/connection.ts',
      'yaml',
      'vscode',
      '@kubernetes/client-node',
    ],
  },
  {
    folder: 'server/src/lsp',
    allowed: [
      './dispatch.ts',
      '../features/hover.ts',
      '../protocol/methods.ts',
      'vscode-languageserver/node',
      'node:fs',
    ],
    forbidden: ['../cli/options.ts', 'yaml', '@kubernetes/client-node', 'vscode', 'vscode-languageclient/node'],
  },
  {
    folder: 'server/src/cli',
    allowed: [
      './options.ts',
      '../analysis/check.ts',
      '../engine/match.ts',
      '../workspace/settings.ts',
      'commander',
      'node:fs',
    ],
    forbidden: [
      '../lsp/dispatch.ts',
      '../features/hover.ts',
      '../protocol/methods.ts',
      'yaml',
      '@kubernetes/client-node',
      'vscode',
      'vscode-languageserver',
    ],
  },
  {
    folder: 'client/src',
    allowed: [
      './settings.ts',
      '../../server/src/protocol/methods.ts',
      'vscode',
      'vscode-languageclient/node',
      'node:path',
    ],
    forbidden: [
      '../../server/src/engine/match.ts',
      '../../server/src/model/labels.ts',
      '../../server/src/lsp/dispatch.ts',
      'yaml',
      '@kubernetes/client-node',
      'vscode-languageserver',
      'vscode-languageserver-types',
    ],
  },
  {
    folder: 'client/webview',
    allowed: [
      './store.ts',
      '../../server/src/protocol/methods.ts',
      'lit',
      'lit/directives/repeat.js',
      '@vscode-elements/elements/dist/vscode-tabs/index.js',
      '@tanstack/virtual-core',
    ],
    forbidden: [
      '../src/preview/previewPanel.ts',
      '../../server/src/engine/match.ts',
      '../../server/src/model/labels.ts',
      'vscode',
      'node:fs',
      'yaml',
      '@kubernetes/client-node',
      'vscode-languageclient/node',
    ],
  },
];

const place = temporaryFolder('fences');
afterAll(place.remove);

describe('the linter', () => {
  let faults: ReadonlySet<string>;
  beforeAll(async () => {
    const copy = configured('linted');
    for (const [file, specifier] of importProbes()) write(copy, file, `import ${JSON.stringify(specifier)};\n`);
    const { stdout } = await run(tool('oxlint'), ['--format=json', '--no-ignore', '.'], copy);
    const { diagnostics } = JSON.parse(stdout) as { diagnostics: { code: string; filename: string }[] };
    faults = new Set(
      diagnostics.filter(({ code }) => code.includes('no-restricted-imports')).map(({ filename }) => filename),
    );
  }, 120_000);

  it.each(FENCES.flatMap(({ folder, forbidden }) => forbidden.map((specifier) => ({ folder, specifier }))))(
    'does not let $folder import $specifier',
    ({ folder, specifier }) => expect(faults).toContain(probeOf(folder, specifier)),
  );

  it.each(FENCES.flatMap(({ folder, allowed }) => allowed.map((specifier) => ({ folder, specifier }))))(
    'lets $folder import $specifier',
    ({ folder, specifier }) => expect(faults).not.toContain(probeOf(folder, specifier)),
  );
});

describe('the compiler', () => {
  const PURE = ['model', 'protocol', 'syntax', 'engine', 'analysis', 'workspace', 'intent', 'features'].map(
    (name) => `server/src/${name}`,
  );
  /** What a pure folder would have to reach out for: input and output, time, and the process. */
  const GLOBALS = {
    "import 'node:fs'": "import 'node:fs';",
    'the process': 'export const found = process.pid;',
    timers: 'setTimeout(() => undefined, 1);',
    fetch: "export const found = fetch('http://localhost');",
    'the console': "console.log('found');",
    'the document of a page': 'export const found = document;',
  } as const;
  const REACHING_OVER = [
    ['client/src', '../../server/src/engine/match.ts'],
    ['client/src', '../../server/src/lsp/dispatch.ts'],
    ['client/src', '../webview/store.ts'],
    ['client/webview', '../src/commands.ts'],
    ['client/webview', '../../server/src/engine/match.ts'],
    ['server/src/model', '../../../client/src/settings.ts'],
    ['server/src/engine', '../cli/options.ts'],
    ['server/src/lsp', '../../../client/src/settings.ts'],
  ] as const;
  let faults: ReadonlySet<string>;

  beforeAll(async () => {
    const copy = configured('compiled');
    for (const folder of PURE) {
      write(copy, `${folder}/pure.ts`, 'export const pure: ReadonlyMap<string, number> = new Map();\n');
      for (const [name, code] of Object.entries(GLOBALS)) write(copy, probeOf(folder, name), `${code}\nexport {};\n`);
    }
    for (const [folder, specifier] of REACHING_OVER) {
      write(copy, join(folder, specifier), 'export const there = 1;\n');
      write(copy, probeOf(folder, specifier), `export { there } from ${JSON.stringify(specifier)};\n`);
    }
    const { stdout } = await run(tool('tsc'), ['-b', '--pretty', 'false'], copy);
    faults = new Set([...stdout.matchAll(/^([^\s(]+)\(\d+,\d+\): error TS/gm)].map(([, file]) => file ?? ''));
  }, 120_000);

  it.each(PURE.flatMap((folder) => Object.keys(GLOBALS).map((name) => ({ folder, name }))))(
    'does not give $folder $name',
    ({ folder, name }) => expect(faults).toContain(probeOf(folder, name)),
  );

  it.each(PURE)('compiles a file of %s that reaches for nothing', (folder) => {
    expect(faults).not.toContain(`${folder}/pure.ts`);
  });

  it.each(REACHING_OVER)('does not let %s take %s into its project', (folder, specifier) => {
    expect(faults).toContain(probeOf(folder, specifier));
  });
});

function importProbes(): (readonly [file: string, specifier: string])[] {
  return FENCES.flatMap(({ folder, allowed, forbidden }) =>
    [...allowed, ...forbidden].map((specifier) => [probeOf(folder, specifier), specifier] as const),
  );
}

/** The file of a probe, named after what it reaches for; dots are spelled out, since two paths may differ in them alone. */
function probeOf(folder: string, reachesFor: string): string {
  return `${folder}/probe-${reachesFor.replaceAll('.', '_').replaceAll(/\W+/g, '-')}.ts`;
}

/** A folder with the repository's configuration of both tools, its packages, and no source. */
function configured(name: string): string {
  const path = join(place.path, name);
  for (const file of [
    '.oxlintrc.json',
    'tsconfig.json',
    'server/tsconfig.json',
    'server/tsconfig.core.json',
    'server/tsconfig.protocol.json',
    'client/tsconfig.json',
    'client/webview/tsconfig.json',
  ]) {
    mkdirSync(dirname(join(path, file)), { recursive: true });
    cpSync(join(ROOT, file), join(path, file));
  }
  // The tests' own project takes everything of the others, and has nothing to fence in.
  write(path, 'test/tsconfig.json', JSON.stringify({ extends: '../tsconfig.json', files: ['empty.ts'] }));
  write(path, 'test/empty.ts', 'export {};\n');
  symlinkSync(join(ROOT, 'node_modules'), join(path, 'node_modules'));
  return path;
}

function write(copy: string, path: string, text: string): void {
  const file = join(copy, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

function run(command: string, args: readonly string[], cwd: string): Promise<{ stdout: string }> {
  return new Promise((resolve) => {
    execFile(command, [...args], { cwd, maxBuffer: 64 << 20 }, (_error, stdout) => resolve({ stdout }));
  });
}
