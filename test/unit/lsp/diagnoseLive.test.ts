import { describe, expect, test } from 'vitest';
import { diagnoseLive } from '../../../server/src/lsp/diagnoseLive.ts';
import { listContexts, type LiveParts } from '../../../server/src/lsp/liveSource.ts';
import type { ClusterModule, DiagnoseOptions, ExecPlugin } from '../../../server/src/workspace/clusterModule.ts';
import { DEFAULT_SETTINGS } from '../../../server/src/workspace/settings.ts';

const CHOICE = { folder: 'file:///w', context: 'prod', identity: 'prod-id', execConsent: 'login-id' };
const silent = (): void => undefined;

function liveParts(more: Partial<LiveParts> = {}) {
  const asked: DiagnoseOptions[] = [];
  let cancelled = 0;
  let loaded = 0;
  const module: Pick<ClusterModule, 'completeEnvironment' | 'diagnose' | 'listContexts'> = {
    completeEnvironment: (environment, own) =>
      Promise.resolve({ ...environment, variables: { ...environment.variables, ...own } }),
    listContexts: () => Promise.resolve({ contexts: [], files: [{ path: '/k', state: 'missing' }] }),
    diagnose: (options) => {
      asked.push(options);
      return {
        steps: Promise.resolve([{ name: 'Network', state: 'fail', says: ['No.'], remedy: 'Mend it.' }]),
        cancel: () => void cancelled++,
      };
    },
  };
  const parts: LiveParts = {
    load: () => {
      loaded++;
      return Promise.resolve(module as ClusterModule);
    },
    environment: () => ({ variables: { HOME: '/h' }, platform: 'linux', machine: 'devbox' }),
    prompted: silent,
    trusted: true,
    log: { trace: silent, info: silent, warn: silent, error: silent },
    ...more,
  };
  return { parts, asked, cancelled: () => cancelled, loaded: () => loaded };
}

describe('a diagnosis', () => {
  test('is of the context as it was chosen, in the environment that a person has set', async () => {
    const { parts, asked, cancelled } = liveParts();
    const stop = new AbortController();
    const settings = { ...DEFAULT_SETTINGS, kubeconfig: '/k', environment: { PATH: '/mine' } };
    const { text, failures } = await diagnoseLive(parts, CHOICE, settings, stop.signal);
    expect(text).toMatch(
      /^Connection to prod, tried on devbox at \S+Z\n1 of 1 steps fails\.\n\nFAIL {2}Network {2}No\.\n/,
    );
    expect(failures).toBe(1);
    expect(asked[0]).toMatchObject({
      context: 'prod',
      identity: 'prod-id',
      environment: { variables: { HOME: '/h', PATH: '/mine' }, kubeconfig: '/k' },
    });
    stop.abort();
    expect(cancelled()).toBe(1);
  });

  test('lets exactly the program run that the person agreed to', async () => {
    const { parts, asked } = liveParts();
    await diagnoseLive(parts, CHOICE, DEFAULT_SETTINGS, new AbortController().signal);
    const plugin = (identity: string): ExecPlugin => ({ command: 'login', args: [], env: [], identity });
    expect([asked[0]?.allowExec(plugin('login-id')), asked[0]?.allowExec(plugin('other'))]).toEqual([true, false]);
  });
});

test('in a workspace that is not trusted no code of clusters is even loaded, so that no shell runs either', async () => {
  const { parts, loaded } = liveParts({ trusted: false });
  const { text } = await diagnoseLive(parts, CHOICE, DEFAULT_SETTINGS, new AbortController().signal);
  expect(text).toContain('not trusted');
  expect(await listContexts(parts, DEFAULT_SETTINGS)).toMatchObject({ contexts: [], files: [] });
  expect(loaded()).toBe(0);
});

test('a kubeconfig that the setting names in vain is said', async () => {
  const { parts } = liveParts();
  const set = { ...DEFAULT_SETTINGS, kubeconfig: '/k' };
  expect((await listContexts(parts, set)).problem).toBe('/k, which bulkhead.kubeconfig names, is not there.');
  expect((await listContexts(parts, DEFAULT_SETTINGS)).problem).toBeUndefined();
});
