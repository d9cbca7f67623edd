import { expect, test } from 'vitest';
import type { Memento } from 'vscode';
import { execConsents } from '../../../client/src/execConsent.ts';
import { scopeMemory } from '../../../client/src/chooseScope.ts';
import { reconnect } from '../../../client/src/reconnect.ts';
import { sourceMemory, withContext, type RememberedSource } from '../../../client/src/rememberedSource.ts';
import type { ConnectOutcome, ContextSummary, ExecPlugin } from '../../../server/src/protocol/contexts.ts';
import { FakeMemento } from '../../support/fakeVscode.ts';

const FOLDER = 'file:///shop';
const PROD: ContextSummary = {
  name: 'prod-eu',
  cluster: 'prod-eu',
  server: 'https://eu.example:6443',
  identity: 'https://eu.example:6443#ca1',
  user: 'me',
};
const EXEC: ExecPlugin = { command: 'aws', args: ['eks'], env: [], identity: 'aws eks' };
const CHOSEN = { kind: 'context', context: 'prod-eu', identity: PROD.identity } as const;

interface Scene {
  readonly scope?: string;
  readonly remembered?: RememberedSource;
  readonly contexts?: readonly ContextSummary[];
  readonly consented?: ExecPlugin;
  readonly trusted?: boolean;
  readonly outcome?: ConnectOutcome;
}

/** What was asked of the server, and the notices. */
async function play({
  remembered,
  scope,
  contexts = [PROD],
  consented,
  trusted = true,
  outcome = { ok: true },
}: Scene) {
  const asked: unknown[] = [];
  const state: Memento = new FakeMemento();
  const memory = sourceMemory(state);
  const consents = execConsents(state);
  await memory.set(FOLDER, remembered);
  await scopeMemory(state).set(FOLDER, scope);
  if (consented !== undefined) await consents.add(consented);
  const answers: Record<string, unknown> = {
    'bulkhead/contexts': { contexts, files: [], machine: 'devbox' },
    'bulkhead/connect': outcome,
    'bulkhead/useSource': {},
  };
  const request = async ({ name }: { readonly name: string }, params: unknown): Promise<never> => {
    if (name !== 'bulkhead/contexts') asked.push([name, params]);
    return answers[name] as never;
  };
  const notices: (string | undefined)[] = [];
  const say = (_: string, notice: string | undefined): void => void notices.push(notice);
  await reconnect({ session: { request }, memory, scopes: scopeMemory(state), consents, trusted, say }, [FOLDER]);
  return { asked, notices: notices.filter((notice) => notice !== undefined) };
}

test('nothing is contacted for a folder for which nobody has chosen', async () => {
  expect(await play({})).toEqual({ asked: [], notices: [] });
});

test('a chosen scope is told again, whatever the source', async () => {
  const told = ['bulkhead/useScope', { folder: FOLDER, scope: '/shop/overlays/prod' }];
  expect(await play({ scope: '/shop/overlays/prod' })).toEqual({ asked: [told], notices: [] });
  const files = ['bulkhead/useSource', { folder: FOLDER, kind: 'files' }];
  expect(await play({ scope: '/shop/overlays/prod', remembered: { kind: 'files' } })).toEqual({
    asked: [told, files],
    notices: [],
  });
});

test('a chosen context is contacted again while it leads to the same server', async () => {
  const connect = ['bulkhead/connect', { folder: FOLDER, context: 'prod-eu', identity: PROD.identity }];
  expect(await play({ remembered: CHOSEN })).toEqual({ asked: [connect], notices: [] });
});

test('a name that leads elsewhere now is not contacted and said', async () => {
  const { asked, notices } = await play({
    remembered: CHOSEN,
    contexts: [{ ...PROD, identity: 'https://evil.example#ca2' }],
  });
  expect(asked).toEqual([]);
  expect(notices).toEqual(['prod-eu points to another server than when you chose it. Choose it again to connect.']);
});

test('a context that is gone is said', async () => {
  const { asked, notices } = await play({ remembered: CHOSEN, contexts: [] });
  expect(asked).toEqual([]);
  expect(notices).toEqual(['The context prod-eu is not in the kubeconfig of devbox any more.']);
});

test('nothing is contacted from a workspace that is not trusted', async () => {
  const { asked, notices } = await play({ remembered: CHOSEN, trusted: false });
  expect(asked).toEqual([]);
  expect(notices).toEqual(['prod-eu is not contacted: this workspace is not trusted.']);
});

test('a program to sign in runs again only as the person agreed to it', async () => {
  const contexts = [{ ...PROD, exec: EXEC }];
  const agreed = await play({ remembered: CHOSEN, contexts, consented: EXEC });
  expect(agreed.asked).toEqual([
    ['bulkhead/connect', { folder: FOLDER, context: 'prod-eu', identity: PROD.identity, execConsent: 'aws eks' }],
  ]);
  const changed = await play({ remembered: CHOSEN, contexts, consented: { ...EXEC, identity: 'curl evil' } });
  expect(changed.asked).toEqual([]);
  expect(changed.notices).toEqual([expect.stringContaining('something else than you agreed to')]);
});

test('a connection that fails is said with its reason', async () => {
  const { notices } = await play({
    remembered: CHOSEN,
    outcome: { ok: false, problem: 'eu.example: no route to host.' },
  });
  expect(notices).toEqual(['eu.example: no route to host.']);
});

test.each<RememberedSource>([{ kind: 'snapshot', path: '/shop/cluster.json' }, { kind: 'files' }])(
  'a chosen source without a cluster is told as it is: %o',
  async (remembered) => {
    expect((await play({ remembered, trusted: false })).asked).toEqual([
      ['bulkhead/useSource', { folder: FOLDER, ...remembered }],
    ]);
  },
);

test('state of another shape is forgotten', async () => {
  const state = new FakeMemento();
  await state.update('sources', { [FOLDER]: { kind: 'context', context: 7 }, __proto__: 1 });
  expect(sourceMemory(state).get(FOLDER)).toBeUndefined();
  expect(sourceMemory(state).get('__proto__')).toBeUndefined();
});

const DEV: ContextSummary = { ...PROD, name: 'dev', server: 'https://dev', identity: 'dev#ca' };

test('contexts that were kept for their files are contacted first, the chosen one last', async () => {
  const remembered = { ...CHOSEN, others: [{ context: 'dev', identity: 'dev#ca' }] };
  const { asked } = await play({ remembered, contexts: [PROD, DEV] });
  expect(asked).toEqual([
    ['bulkhead/connect', { folder: FOLDER, context: 'dev', identity: 'dev#ca' }],
    ['bulkhead/connect', { folder: FOLDER, context: 'prod-eu', identity: PROD.identity }],
  ]);
});

test('a kept context that is gone is said, and the chosen one is contacted all the same', async () => {
  const remembered = { ...CHOSEN, others: [{ context: 'dev', identity: 'dev#ca' }] };
  const { asked, notices } = await play({ remembered });
  expect(asked).toHaveLength(1);
  expect(notices).toEqual(['The context dev is not in the kubeconfig of devbox any more.']);
});

test('what is remembered of a choice: those before it that stay connected, each once', () => {
  const dev = { context: 'dev', identity: 'dev#ca' };
  const first = withContext(undefined, dev, []);
  expect(first).toEqual({ kind: 'context', ...dev });
  const second = withContext(first, { context: 'prod-eu', identity: 'p' }, ['dev']);
  expect(second).toEqual({ kind: 'context', context: 'prod-eu', identity: 'p', others: [dev] });
  expect(withContext(second, dev, ['prod-eu'])).toEqual({
    kind: 'context',
    ...dev,
    others: [{ context: 'prod-eu', identity: 'p' }],
  });
  expect(withContext(second, { context: 'test', identity: 't' }, [])).toEqual({
    kind: 'context',
    context: 'test',
    identity: 't',
  });
});
