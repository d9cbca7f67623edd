import type { ClusterConnection, ConnectOptions } from '../workspace/clusterModule.ts';
import type { Coverage, SourceState } from '../workspace/clusterSource.ts';
import { FOREIGN_POLICIES_KIND } from '../workspace/clusterSource.ts';
import { ApiError } from './apiFault.ts';
import { clusterApply } from './apply/clusterApply.ts';
import type { Transport } from './apiTransport.ts';
import { httpTransport } from './apiTransport.ts';
import type { Clock } from './clock.ts';
import type { ClusterReaders } from './clusterReaders.ts';
import { CORE_KINDS, readCluster } from './clusterReaders.ts';
import { ClusterStore } from './clusterStore.ts';
import { dryRun } from './dryRun.ts';
import type { PluginReader } from './followPlugins.ts';
import { followPlugins } from './followPlugins.ts';
import type { Login } from './login.ts';
import { prepareLogin } from './login.ts';
import { plainText } from './plainText.ts';
import { publisher } from './publisher.ts';
import { serverVersion } from './serverVersion.ts';
import { withUnreadNamespaces } from './unreadNamespaces.ts';

export interface ConnectionParts {
  readonly clock: Clock;
  readonly random: () => number;
}

/** A live connection: readers fill a store, and what changed in it is published as one immutable state. */
export function openConnection(options: ConnectOptions, { clock, random }: ConnectionParts): ClusterConnection {
  const closed = new AbortController();
  const { signal } = closed;
  let wake = new AbortController();
  let login: Login | undefined;
  let transport: Transport | undefined;
  let readers: ClusterReaders | undefined;
  let plugins: PluginReader | undefined;
  let setupProblem: string | undefined;
  let settingUp: Promise<void> | undefined;
  let readAt = clock.now();
  let last: SourceState | undefined;
  let wasSettled = false;
  let asked = new Set(options.namespaces);
  const waiting: ((state: SourceState) => void)[] = [];

  const store = new ClusterStore({
    onChange: () => updates.changed(),
    onNamespaces: () => readers?.namespacesChanged(),
    onPolicies: options.onPolicies,
  });
  const updates = publisher(clock, () => {
    options.onState(current());
  });

  const current = (): SourceState => {
    const parts = store.parts();
    const coverage = readers?.coverage() ?? unread(setupProblem);
    const context = login?.context;
    const namespaces = withUnreadNamespaces(parts, coverage, readers?.knownNamespaces(), last?.namespaces);
    const origin = { kind: 'live' as const, context: options.context, server: context?.server ?? '', readAt };
    const found = plugins?.plugins();
    last = { origin, ...parts, namespaces, coverage, ...(found !== undefined && { plugins: found }) };
    return last;
  };
  const onChange = (): void => {
    const read = readers?.settled() === true;
    if (read) plugins?.begin();
    const settled = setupProblem !== undefined || (read && plugins?.settled() !== false);
    if (settled) for (const resolve of waiting.splice(0)) resolve(current());
    if (settled && !wasSettled) updates.flush();
    else updates.changed();
    wasSettled = settled;
  };
  const setUp = async (): Promise<void> => {
    try {
      login = await prepareLogin({ ...options, identity: options.identity, clock, signal });
      if (signal.aborted) return;
      const { context, credentials, proxy } = login;
      options.log?.(`Reading ${plainText(context.server)} as ${plainText(context.user)}.`);
      const onHeard = (): void => {
        readAt = clock.now();
      };
      transport = httpTransport({ server: context.server, credentials, proxy, clock, signal, onHeard });
      setupProblem = undefined;
      const reading = { transport, clock, random, signal, wake: () => wake.signal, onChange };
      plugins = followPlugins({
        ...reading,
        parts: () => store.parts(),
        coverage: () => readers?.coverage() ?? [],
      });
      readers = readCluster({
        ...reading,
        store,
        namespaces: () => [...new Set([context.namespace ?? 'default', ...asked])],
      });
    } catch (error) {
      if (signal.aborted) return;
      setupProblem = error instanceof ApiError ? error.message : `The connection failed: ${plainText(String(error))}.`;
      options.log?.(setupProblem);
    }
    onChange();
  };
  /** Sets up once; again only where that failed. */
  const ensureSetUp = async (): Promise<Transport | undefined> => {
    if (transport !== undefined) return transport;
    settingUp ??= setUp().finally(() => {
      settingUp = undefined;
    });
    await settingUp;
    return transport;
  };
  void ensureSetUp();

  return {
    state: () => last ?? current(),
    whenRead: async () => {
      if (wasSettled || signal.aborted) return current();
      return new Promise((resolve) => void waiting.push(resolve));
    },
    refresh: () => {
      login?.retry();
      void ensureSetUp();
      wake.abort();
      wake = new AbortController();
    },
    tryNamespaces: (names) => {
      if (names.length === asked.size && names.every((name) => asked.has(name))) return;
      asked = new Set(names);
      readers?.namespacesChanged();
    },
    version: async () => {
      const ready = await ensureSetUp();
      return ready === undefined ? { problem: setupProblem ?? '' } : serverVersion(ready, signal);
    },
    dryRun: async (policy) => {
      const ready = await ensureSetUp();
      const nothing = { status: 0, reason: '', causes: [], warnings: [] };
      return ready === undefined ? { ...nothing, message: setupProblem ?? '' } : dryRun(ready, policy, signal);
    },
    apply: clusterApply({
      transport: async () => (await ensureSetUp()) ?? { problem: setupProblem ?? '' },
      kubeconfigUser: () => login?.context.user ?? '',
      signal,
    }),
    close: () => {
      updates.stop();
      closed.abort();
      for (const resolve of waiting.splice(0)) resolve(last ?? current());
    },
  };
}

/** Before anything could be asked: every kind is being read, or could not be for the same reason. */
function unread(problem: string | undefined): readonly Coverage[] {
  const status: Coverage['status'] = problem === undefined ? { state: 'reading' } : { state: 'failed', why: problem };
  return [
    ...CORE_KINDS.map(({ kind, group }) => ({ kind, group, status })),
    { kind: FOREIGN_POLICIES_KIND, group: '', status },
  ];
}
