/** Choices of a person that overtake each other, fail, and come back: the newer one wins, a failed one leaves no trace. */
import { beforeEach, describe, expect, test } from 'vitest';
import { FolderSources } from '../../../server/src/lsp/folderSources.ts';
import type { LoginPromptParams } from '../../../server/src/protocol/contexts.ts';
import type { ClusterApply } from '../../../server/src/workspace/apply/clusterApply.ts';
import type { ClusterModule, ConnectOptions, KubeContext } from '../../../server/src/workspace/clusterModule.ts';
import type { SourceState } from '../../../server/src/workspace/clusterSource.ts';
import { readSettings } from '../../../server/src/workspace/settings.ts';
import { FolderWorkspace } from '../../../server/src/workspace/folderWorkspace.ts';
import { stateOfTexts } from '../../support/clusterSource.ts';
import { FakeClock } from '../../support/fakeClock.ts';
import { SHOP } from '../../support/shopManifests.ts';

/** A connection that a test answers by hand. */
class FakeConnection {
  readonly options: ConnectOptions;
  closed = false;
  refreshed = 0;
  readonly version = Promise.withResolvers<{ gitVersion: string } | { problem: string }>();
  readonly read = Promise.withResolvers<SourceState>();

  tried: readonly string[] = [];

  constructor(options: ConnectOptions) {
    this.options = options;
  }
}

const CONTEXT: KubeContext = { name: 'prod', cluster: 'c', server: 'https://prod', identity: 'prod-id', user: 'u' };
const CONTEXTS: readonly KubeContext[] = [
  CONTEXT,
  { ...CONTEXT, name: 'test', server: 'https://test', identity: 'test-id' },
  {
    ...CONTEXT,
    name: 'exec',
    identity: 'exec-id',
    exec: { command: 'login', args: [], env: [], identity: 'login-id' },
  },
];

let connections: FakeConnection[];
let folder: FolderWorkspace;
let sources: FolderSources;
let prompts: LoginPromptParams[];

beforeEach(() => {
  const clock = new FakeClock();
  connections = [];
  prompts = [];
  folder = new FolderWorkspace('file:///w', { now: clock.now, date: clock.now });
  const module: Pick<ClusterModule, 'completeEnvironment' | 'listContexts' | 'connect'> = {
    completeEnvironment: (environment) => Promise.resolve(environment),
    listContexts: () => Promise.resolve({ contexts: CONTEXTS, files: [] }),
    connect: (options) => {
      const fake = new FakeConnection(options);
      connections.push(fake);
      return {
        state: () => stateOf(options.context, 'reading'),
        whenRead: () => fake.read.promise,
        version: () => fake.version.promise,
        refresh: () => void fake.refreshed++,
        tryNamespaces: (names) => void (fake.tried = names),
        dryRun: () => Promise.reject(new Error('not asked for here')),
        apply: {} as ClusterApply,
        close: () => void (fake.closed = true),
      };
    },
  };
  const silent = (): void => undefined;
  const log = { trace: silent, info: silent, warn: silent, error: silent };
  const live = {
    load: () => Promise.resolve(module as ClusterModule),
    environment: () => ({ variables: {}, platform: 'linux' }),
    prompted: (prompt: LoginPromptParams) => void prompts.push(prompt),
    trusted: true,
    log,
  };
  sources = new FolderSources(folder, undefined, live, clock, silent);
});

function stateOf(context: string, state: 'reading' | 'complete' | 'failed'): SourceState {
  const status = state === 'failed' ? { state, why: `${context} does not answer.` } : { state };
  const origin = { kind: 'live', context, server: `https://${context}`, readAt: 0 } as const;
  return { ...stateOfTexts(SHOP, origin), coverage: [{ kind: 'Pod', group: '', status }] };
}

function connect(
  context: string,
  more: object = {},
  signal = new AbortController().signal,
): ReturnType<FolderSources['connect']> {
  return sources.connect({ folder: 'file:///w', context, identity: `${context}-id`, ...more }, signal);
}

/** The connection that was made as the nth. */
async function connection(index: number): Promise<FakeConnection> {
  for (;;) {
    const made = connections[index];
    if (made !== undefined) return made;
    await Promise.resolve();
  }
}

async function connected(context: string, index: number): Promise<FakeConnection> {
  const outcome = connect(context);
  const made = await connection(index);
  made.version.resolve({ gitVersion: 'v1.35.2' });
  expect(await outcome).toEqual({ ok: true });
  made.options.onState(stateOf(context, 'complete'));
  return made;
}

const shown = (): string => {
  const { source } = folder;
  return 'label' in source ? source.label : source.kind;
};

describe('connecting', () => {
  test('is over as soon as the server has answered, while its objects are still read', async () => {
    const outcome = connect('prod');
    const made = await connection(0);
    expect(shown()).toBe('prod');
    made.version.resolve({ gitVersion: 'v1.36.1' });
    expect(await outcome).toEqual({ ok: true });
    expect(folder.source).toMatchObject({ version: '1.36' });
  });

  test('leaves nothing to change meanwhile: what shows is not yet there, and what was there does not show', async () => {
    await connected('prod', 0);
    expect(sources.liveOf('file:///w/a.yaml')?.context.name).toBe('prod');
    const outcome = connect('test');
    const made = await connection(1);
    expect([shown(), sources.isConnecting, sources.liveOf('file:///w/a.yaml')]).toEqual(['test', true, undefined]);
    made.version.resolve({ gitVersion: 'v1.36.1' });
    await outcome;
    expect([sources.isConnecting, sources.liveOf('file:///w/a.yaml')?.context.name]).toEqual([false, 'test']);
  });

  test('to a server that says no version is over once something could be read', async () => {
    const outcome = connect('prod');
    const made = await connection(0);
    made.version.resolve({ problem: 'forbidden' });
    made.read.resolve(stateOf('prod', 'complete'));
    expect(await outcome).toEqual({ ok: true });
  });

  test('where nothing could be read is refused with the reason, and what was used before is used on', async () => {
    const before = await connected('prod', 0);
    const outcome = connect('test');
    const made = await connection(1);
    expect(shown()).toBe('test');
    made.version.resolve({ problem: 'no' });
    made.read.resolve(stateOf('test', 'failed'));
    expect(await outcome).toEqual({ ok: false, problem: 'test does not answer.' });
    expect(made.closed).toBe(true);
    expect(before.closed).toBe(false);
    before.options.onState({ ...stateOf('prod', 'complete'), nodes: [{ name: 'n', labels: {}, ips: [] }] });
    expect(folder.source).toMatchObject({ label: 'prod', state: { nodes: [{ name: 'n' }] } });
  });

  test('ends the connection before it', async () => {
    const before = await connected('prod', 0);
    await connected('test', 1);
    expect(before.closed).toBe(true);
    before.options.onState(stateOf('prod', 'complete'));
    expect(shown()).toBe('test');
  });

  test('that a newer choice has overtaken changes nothing any more', async () => {
    const slow = connect('prod');
    const made = await connection(0);
    await sources.choose({ folder: 'file:///w', kind: 'files' });
    made.version.resolve({ gitVersion: 'v1.36.0' });
    expect(await slow).toEqual({ ok: false, problem: 'Another source was chosen meanwhile.' });
    expect(made.closed).toBe(true);
    made.options.onState(stateOf('prod', 'complete'));
    expect(shown()).toBe('files');
  });

  test.each([
    ['a context that is gone', 'gone', {}, 'The kubeconfig has no context gone.'],
    ['another server under the same name', 'prod', { identity: 'old' }, /points to another server/],
    ['a program that nobody agreed to', 'exec', {}, /have not agreed/],
    ['another program than was agreed to', 'exec', { execConsent: 'other' }, /have not agreed/],
  ])('is refused without a connection: %s', async (_, context, more, problem) => {
    const outcome = await connect(context, more);
    expect(outcome).toEqual({ ok: false, problem: expect.stringMatching(problem) });
    expect(connections).toEqual([]);
    expect(shown()).toBe('files');
  });

  test('that a person gives up is closed, and what was used before is used on', async () => {
    const before = await connected('test', 0);
    const stop = new AbortController();
    const outcome = connect('prod', {}, stop.signal);
    const made = await connection(1);
    stop.abort();
    expect(made.closed).toBe(true);
    made.version.resolve({ problem: 'closed' });
    made.read.resolve(stateOf('prod', 'reading'));
    expect(await outcome).toEqual({ ok: false, problem: 'The connection was cancelled.' });
    expect([before.closed, shown()]).toEqual([false, 'test']);
  });

  test('tells what a login program asks of a person, and when it has ended', async () => {
    void connect('exec', { execConsent: 'login-id' });
    const { options } = await connection(0);
    const prompt = { program: 'login', text: 'Open https://a', url: 'https://a' };
    options.onPrompt?.(prompt);
    options.onPrompt?.(undefined);
    const at = { folder: 'file:///w', context: 'exec' };
    expect(prompts).toEqual([{ ...at, prompt }, at]);
  });

  test('knows the editor’s proxy', async () => {
    const editorProxy = { url: 'http://proxy:3128', except: [] };
    void connect('prod', { editorProxy });
    expect((await connection(0)).options.environment).toMatchObject({ editorProxy });
  });

  test('lets exactly the program run that the person agreed to', async () => {
    void connect('exec', { execConsent: 'login-id' });
    const { options } = await connection(0);
    const plugin = { command: 'login', args: [], env: [] };
    expect(await options.allowExec({ ...plugin, identity: 'login-id' })).toBe(true);
    expect(await options.allowExec({ ...plugin, identity: 'changed' })).toBe(false);
  });
});

describe('the source in use', () => {
  test('tries again at once when a person asks', async () => {
    const made = await connected('prod', 0);
    sources.refresh();
    expect(made.refreshed).toBe(1);
  });

  test('is closed with its folder', async () => {
    const made = await connected('prod', 0);
    sources.dispose();
    expect(made.closed).toBe(true);
  });
});

test('namespaces that files and the setting name later are tried, too', async () => {
  const made = await connected('prod', 0);
  folder.setSettings(readSettings({ namespaces: ['data'] }));
  folder.openDocument(
    'file:///w/web.yaml',
    'apiVersion: v1\nkind: Service\nmetadata: { name: web, namespace: later }\n',
  );
  sources.follow();
  expect(new Set(made.tried)).toEqual(new Set(['later', 'data']));
});
