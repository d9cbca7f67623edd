/** Files of `clusters/dev` and `clusters/prod` are each answered by their own cluster, at the same time. */
import { beforeEach, describe, expect, test } from 'vitest';
import { codeLenses } from '../../../server/src/features/codeLens.ts';
import { selectDocuments } from '../../../server/src/lsp/apply/selectDocuments.ts';
import { FolderSources } from '../../../server/src/lsp/folderSources.ts';
import type { ConnectOutcome } from '../../../server/src/protocol/contexts.ts';
import type { ClusterApply } from '../../../server/src/workspace/apply/clusterApply.ts';
import type { ClusterModule, ConnectOptions, KubeContext } from '../../../server/src/workspace/clusterModule.ts';
import { FolderWorkspace } from '../../../server/src/workspace/folderWorkspace.ts';
import { stateOfTexts } from '../../support/clusterSource.ts';
import { FakeClock } from '../../support/fakeClock.ts';

const BINDINGS = `contexts:
- { files: ["clusters/prod/**"], context: prod }
- { files: ["clusters/dev/**"], context: dev }
`;
const [DEV, PROD, BASE] = ['clusters/dev/web.yaml', 'clusters/prod/web.yaml', 'base/web.yaml'].map(
  (path) => `file:///w/${path}`,
) as [string, string, string];

/** Of one name for one cluster, but of several for the folder, where the last one would count. */
const policy = (uri: string): string => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${uri.split('/').at(-2)}, namespace: shop }
spec: { podSelector: { matchLabels: { app: web } }, policyTypes: [Ingress] }
`;

/** As many pods as show which cluster has answered. */
const PODS: Record<string, number> = { dev: 1, prod: 3, test: 5 };

let folder: FolderWorkspace;
let sources: FolderSources;
let open: Map<string, ConnectOptions>;
let closed: string[];
let refused: string | undefined;

beforeEach(() => {
  const clock = new FakeClock();
  open = new Map();
  closed = [];
  refused = undefined;
  folder = new FolderWorkspace('file:///w', { now: clock.now, date: clock.now });
  folder.setIndexing(undefined);
  folder.putFile('file:///w/bulkhead.yaml', BINDINGS);
  for (const uri of [DEV, PROD, BASE]) folder.openDocument(uri, policy(uri));
  const contexts = Object.keys(PODS).map((name): KubeContext => {
    return { name, cluster: name, server: `https://${name}`, identity: name, user: 'u' };
  });
  const module: Pick<ClusterModule, 'completeEnvironment' | 'listContexts' | 'connect'> = {
    completeEnvironment: (environment) => Promise.resolve(environment),
    listContexts: () => Promise.resolve({ contexts, files: [] }),
    connect: (options) => {
      open.set(options.context, options);
      return {
        state: () => stateOf(options.context),
        whenRead: () => Promise.resolve({ ...stateOf(options.context), ...(refused && { coverage: failed(refused) }) }),
        version: () => Promise.resolve(refused ? { problem: refused } : { gitVersion: 'v1.36.0' }),
        refresh: () => undefined,
        tryNamespaces: () => undefined,
        dryRun: () => Promise.reject(new Error('not asked for here')),
        apply: {} as ClusterApply,
        close: () => void closed.push(options.context),
      };
    },
  };
  const silent = (): void => undefined;
  const live = {
    load: () => Promise.resolve(module as ClusterModule),
    environment: () => ({ variables: {}, platform: 'linux' }),
    prompted: silent,
    trusted: true,
    log: { trace: silent, info: silent, warn: silent, error: silent },
  };
  sources = new FolderSources(folder, undefined, live, clock, silent);
});

function failed(why: string) {
  return [{ kind: 'Pod', group: '', status: { state: 'failed', why } }] as const;
}

function stateOf(context: string, pods = PODS[context] ?? 0) {
  const texts = Array.from(
    { length: pods },
    (_, i) => `apiVersion: v1
kind: Pod
metadata: { name: web-${i}, namespace: shop, labels: { app: web } }
spec: { containers: [{ name: web, image: web }] }
`,
  );
  const namespace = 'apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }\n';
  const origin = { kind: 'live', context, server: `https://${context}`, readAt: 0 } as const;
  const state = stateOfTexts(new Map([['file:///all.yaml', [namespace, ...texts].join('---\n')]]), origin);
  return { ...state, coverage: [{ kind: 'Pod', group: '', status: { state: 'complete' } as const }] };
}

async function connect(context: string): Promise<ConnectOutcome> {
  const outcome = await sources.connect(
    { folder: 'file:///w', context, identity: context },
    new AbortController().signal,
  );
  if (outcome.ok) open.get(context)?.onState(stateOf(context));
  return outcome;
}

const counted = (uri: string): string | undefined =>
  codeLenses(folder.snapshot(uri), uri)
    .map(({ command }) => command?.title ?? '')
    .find((title) => title.includes('pod'));

describe('two contexts of one folder', () => {
  test('each answer for the files that are bound to them; the last one chosen for all others', async () => {
    await connect('prod');
    expect([DEV, PROD, BASE].map(counted)).toEqual([pods(3), pods(3), pods(3)]);
    expect(await connect('dev')).toEqual({ ok: true, kept: ['prod'] });
    expect([DEV, PROD, BASE].map(counted)).toEqual([pods(1), pods(3), pods(1)]);
    expect(closed).toEqual([]);
    expect(sources.liveOf(PROD)?.context.name).toBe('prod');
    expect(sources.liveOf(DEV)?.context.name).toBe('dev');
  });

  test('are both followed', async () => {
    await connect('prod');
    await connect('dev');
    open.get('prod')?.onState(stateOf('prod', 7));
    open.get('dev')?.onState(stateOf('dev', 2));
    expect([DEV, PROD].map(counted)).toEqual([pods(2), pods(7)]);
  });

  test('do not mix: what is written for one cluster counts in no answer of the other', async () => {
    await connect('prod');
    await connect('dev');
    const policiesOf = (uri: string): readonly string[] =>
      folder
        .snapshot(uri)
        .universe.parts.contents.get('shop')
        ?.policies.map(({ name }) => name) ?? [];
    // What is bound to no context counts in both.
    expect(policiesOf(PROD)).toEqual(['base', 'prod']);
    expect(policiesOf(DEV)).toEqual(['base', 'dev']);
    expect(policiesOf(BASE)).toEqual(['base', 'dev']);
  });

  test('one that nothing is bound to is let go for another', async () => {
    await connect('test');
    await connect('dev');
    expect(closed).toEqual(['test']);
  });

  test('one that files are no longer bound to is let go', async () => {
    await connect('prod');
    await connect('dev');
    folder.putFile('file:///w/bulkhead.yaml', BINDINGS.replace('context: prod', 'context: other'));
    sources.follow();
    expect(closed).toEqual(['prod']);
    expect(counted(BASE)).toBe(pods(1));
  });

  test('the choice of files or of a snapshot is for all of them', async () => {
    await connect('prod');
    await connect('dev');
    await sources.choose({ folder: 'file:///w', kind: 'files' });
    expect(closed.sort()).toEqual(['dev', 'prod']);
    expect(folder.sourceOf(PROD)).toEqual({ kind: 'files' });
  });

  test('a second one that cannot be reached leaves the first for all files', async () => {
    await connect('prod');
    refused = 'dev does not answer.';
    expect(await connect('dev')).toEqual({ ok: false, problem: refused });
    expect([DEV, PROD, BASE].map(counted)).toEqual([pods(3), pods(3), pods(3)]);
    expect(closed).toEqual(['dev']);
  });

  test('one that is chosen again is the one for the rest of the folder', async () => {
    await connect('prod');
    await connect('dev');
    await connect('prod');
    expect([DEV, PROD, BASE].map(counted)).toEqual([pods(1), pods(3), pods(3)]);
    expect(closed).toEqual(['prod']);
  });

  test('close with their folder', async () => {
    await connect('prod');
    await connect('dev');
    sources.dispose();
    expect(closed.sort()).toEqual(['dev', 'prod']);
  });
});

describe('a context with which something is compared', () => {
  const beside = { folder: 'file:///w', context: 'test', identity: 'test', beside: true } as const;
  const compared = (): string => {
    const source = folder.sourceNamed('test');
    return source !== undefined && 'state' in source
      ? `${source.state.contents.get('shop')?.pods.length} pods`
      : 'none';
  };

  test('is followed, and answers for nothing else', async () => {
    await connect('prod');
    expect(await sources.connect(beside, new AbortController().signal)).toEqual({ ok: true });
    open.get('test')?.onState(stateOf('test'));
    expect(compared()).toBe('5 pods');
    expect([DEV, PROD, BASE].map(counted)).toEqual([pods(3), pods(3), pods(3)]);
    open.get('test')?.onState(stateOf('test', 6));
    expect(compared()).toBe('6 pods');
  });

  test('is let go once nothing is compared with it, and says nothing any more', async () => {
    await connect('prod');
    await sources.connect(beside, new AbortController().signal);
    sources.disconnect('test');
    expect(closed).toEqual(['test']);
    open.get('test')?.onState(stateOf('test', 6));
    expect(compared()).toBe('none');
    expect(counted(PROD)).toBe(pods(3));
  });

  test('that cannot be reached leaves nothing behind', async () => {
    await connect('prod');
    refused = 'test does not answer.';
    expect(await sources.connect(beside, new AbortController().signal)).toEqual({ ok: false, problem: refused });
    expect(compared()).toBe('none');
  });
});

describe('applying files of several contexts at once', () => {
  const select = (uris: readonly string[]) => selectDocuments(folder, folder.snapshot(), { uris });

  test.each<[string, readonly string[], string]>([
    [
      'two contexts',
      [DEV, PROD],
      'What was chosen is meant for dev and for prod (bulkhead.yaml). Choose files of one.',
    ],
    [
      'a bound file and another',
      [PROD, BASE],
      'Only some of what was chosen is meant for prod (bulkhead.yaml). Choose files of one.',
    ],
  ])('%s: is refused', async (_, uris, problem) => {
    await connect('prod');
    await connect('dev');
    expect(select(uris)).toEqual({ problem });
  });

  test('a folder whose files are meant for one is taken, for that one', async () => {
    await connect('prod');
    await connect('dev');
    const selected = select(['file:///w/clusters/prod']);
    expect('meantFor' in selected && sources.liveOf(selected.meantFor)?.context.name).toBe('prod');
    expect('documents' in selected && selected.documents).toHaveLength(1);
  });
});

function pods(count: number): string {
  return count === 1 ? 'Isolates ingress of 1 pod (web-0)' : `Isolates ingress of ${count} pods (${names(count)})`;
}

function names(count: number): string {
  const shown = Array.from({ length: count }, (_, i) => `web-${i}`);
  return count > 3 ? `${shown.slice(0, 3).join(', ')} and ${count - 3} more` : shown.join(', ');
}
