import { execFile } from 'node:child_process';
import path from 'node:path';
import type { RenderParams } from '../protocol/render.ts';

/** A chart that needs longer waits for something that will not come. */
const TIME_LIMIT = 60_000;
const LARGEST = 64 * 1024 * 1024;

export interface RenderParts {
  readonly environment: NodeJS.ProcessEnv;
  /** Where programs start: not the workspace, in which Windows would look for them first. */
  readonly cwd: string;
  readonly signal: AbortSignal;
  /** Of the release, where one is known. */
  readonly namespace: string;
}

export type Rendered = { readonly text: string } | { readonly problem: string };

/**
 * Runs `helm template`, or `kustomize build` (`kubectl kustomize` where only that is installed), on a folder. Only ever
 * on a person's click: charts and overlays may name programs and remote places of their own.
 */
export async function render(params: RenderParams, parts: RenderParts): Promise<Rendered> {
  return params.kind === 'chart' ? renderChart(params, parts) : renderOverlay(params, parts);
}

async function renderChart({ folder, values }: RenderParams, parts: RenderParts): Promise<Rendered> {
  const args = ['template', releaseName(folder), folder, '--namespace', parts.namespace, '--skip-tests'];
  for (const file of values) args.push('--values', file);
  const outcome = await run('helm', args, parts);
  if (outcome.kind === 'missing') {
    return {
      problem: 'helm is not installed, or not on the PATH that the editor was started with: it renders charts.',
    };
  }
  if (outcome.kind === 'done') return { text: outcome.text };
  const missing = /missing in charts\/ directory: (.+)/.exec(outcome.said)?.[1];
  if (missing !== undefined) {
    return {
      problem: `The chart ${path.basename(folder)} needs ${missing.trim()}, which is not in its charts folder. Run "helm dependency build" there first.`,
    };
  }
  return { problem: `helm template: ${outcome.said}` };
}

async function renderOverlay({ folder }: RenderParams, parts: RenderParts): Promise<Rendered> {
  for (const [program, verb] of [
    ['kustomize', 'build'],
    ['kubectl', 'kustomize'],
  ] as const) {
    const outcome = await run(program, [verb, folder], parts);
    if (outcome.kind === 'done') return { text: outcome.text };
    if (outcome.kind === 'failed') return { problem: `${program} ${verb}: ${outcome.said}` };
  }
  return {
    problem:
      'Neither kustomize nor kubectl is installed, or on the PATH that the editor was started with: they build overlays.',
  };
}

type Outcome =
  | { readonly kind: 'done'; readonly text: string }
  | { readonly kind: 'failed'; readonly said: string }
  | { readonly kind: 'missing' };

function run(program: string, args: readonly string[], { environment, cwd, signal }: RenderParts): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(
      program,
      [...args],
      { cwd, env: environment, signal, timeout: TIME_LIMIT, maxBuffer: LARGEST, windowsHide: true, encoding: 'utf8' },
      (error, stdout, stderr) => {
        if (error === null) return resolve({ kind: 'done', text: stdout });
        if (error.code === 'ENOENT') return resolve({ kind: 'missing' });
        if (error.killed === true && !signal.aborted) {
          return resolve({ kind: 'failed', said: `not done after ${TIME_LIMIT / 1000} seconds, and ended` });
        }
        resolve({ kind: 'failed', said: firstSentence(stderr) || `it ended with ${String(error.code)}` });
      },
    );
  });
}

/** What a program says of its failure, in one line. */
function firstSentence(stderr: string): string {
  const lines = stderr.split('\n').map((line) => line.trim());
  const said = lines.find((line) => /^error/i.test(line)) ?? lines.find((line) => line !== '') ?? '';
  return said.replace(/^error:?\s*/i, '').slice(0, 400);
}

/** Helm asks for a name; templates may put it into names of objects. */
function releaseName(folder: string): string {
  const name = path
    .basename(folder)
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 53);
  return name === '' ? 'release' : name;
}
