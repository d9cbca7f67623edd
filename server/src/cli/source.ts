import type { UnreadableScope } from '../model/cluster.ts';
import type {
  ClusterConnection,
  ClusterModule,
  ConnectOptions,
  KubeContext,
  KubeEnvironment,
} from '../workspace/clusterModule.ts';
import { FOREIGN_POLICIES_KIND, type CoverageStatus, type SourceState } from '../workspace/clusterSource.ts';
import { unreadScopes } from '../workspace/unreadScopes.ts';
import { readSnapshot } from '../workspace/snapshotFile.ts';
import { printable } from '../analysis/wording.ts';
import { readText } from './manifestFiles.ts';
import type { InputOptions } from './options.ts';
import { UsageError } from './usageError.ts';

/** A cluster that a command was given beside its manifests. */
export interface ReadSource {
  readonly state: SourceState;
  /** What could not be read, as the engine takes it. */
  readonly unread: readonly UnreadableScope[];
  /** The context's namespace. */
  readonly namespace?: string;
  /** The server's version, such as `1.36`. */
  readonly version?: string;
}

/** @throws UsageError where the cluster cannot be read at all. */
export async function readSource(options: Pick<InputOptions, 'snapshot' | 'context'>): Promise<ReadSource | undefined> {
  if (options.snapshot !== undefined && options.context !== undefined) {
    throw new UsageError('Give either --snapshot or --context: one answer has one source of pods.');
  }
  if (options.snapshot !== undefined) return readSnapshotFile(options.snapshot);
  return options.context === undefined ? undefined : readContext(options.context);
}

export async function readSnapshotFile(file: string): Promise<ReadSource> {
  const { state, problems } = readSnapshot(await readText(file));
  if (state === undefined) throw new UsageError(`${file}: ${problems[0] ?? 'is no saved cluster'}`);
  for (const problem of problems) console.error(`bulkhead: ${file}: ${printable(problem)}`);
  return { state, unread: unreadScopes(state) };
}

/** Reads a live cluster once. */
export async function readContext(context: string): Promise<ReadSource> {
  const { connection, known } = await openContext(context);
  try {
    const state = await connection.whenRead();
    const pods = state.coverage.filter(({ kind }) => kind === 'Pod');
    if (!pods.some(({ status }) => isRead(status))) throw new UsageError(`${context}: ${whyOf(pods.at(-1)?.status)}`);
    return await readSourceOf(connection, known);
  } finally {
    connection.close();
  }
}

/** An open connection to a context; whoever opens it closes it. */
export interface OpenedContext {
  readonly connection: ClusterConnection;
  readonly known: KubeContext;
  /** The kubeconfig files that were read. */
  readonly files: readonly string[];
}

/**
 * A person named the context, so its exec plug-in may run.
 *
 * @param follow told of the context before it is contacted; gets what is heard of NetworkPolicies, one by one
 */
export async function openContext(
  context: string,
  follow?: (known: KubeContext) => ConnectOptions['onPolicies'],
): Promise<OpenedContext> {
  const cluster = await loadClusterModule();
  const { contexts, files } = await cluster.listContexts(kubeEnvironment());
  const known = contexts.find(({ name }) => name === context);
  if (known === undefined) {
    const names = contexts.map(({ name }) => name);
    throw new UsageError(
      `The kubeconfig has no context ${context}${names.length === 0 ? '' : `; it has ${names.join(', ')}`}.`,
    );
  }
  const onPolicies = follow?.(known);
  const connection = cluster.connect({
    environment: kubeEnvironment(),
    context,
    allowExec: () => true,
    onState: () => undefined,
    ...(onPolicies !== undefined && { onPolicies }),
  });
  return { connection, known, files: files.flatMap(({ path, state }) => (state === 'read' ? [path] : [])) };
}

/** What a connection has read once it has read all it can; what is missing of the deciding kinds is said. */
export async function readSourceOf(connection: ClusterConnection, known: KubeContext): Promise<ReadSource> {
  const state = await connection.whenRead();
  for (const { kind, status } of state.coverage) {
    if (DECIDING.has(kind) && !isRead(status)) console.error(`bulkhead: ${printable(whyOf(status))}`);
  }
  const version = await connection.version();
  return {
    state,
    unread: unreadScopes(state),
    ...(known.namespace === undefined ? {} : { namespace: known.namespace }),
    ...('gitVersion' in version ? { version: version.gitVersion.replace(/^v/, '') } : {}),
  };
}

/** The kubeconfig's current context. */
export async function currentContext(): Promise<string> {
  const cluster = await loadClusterModule();
  const { current } = await cluster.listContexts(kubeEnvironment());
  if (current === undefined)
    throw new UsageError(
      'The kubeconfig has no current context; name one: --context prod-eu, or context:prod-eu where a state is given.',
    );
  return current;
}

export function kubeEnvironment(): KubeEnvironment {
  return { variables: process.env, platform: process.platform };
}

/** The live-cluster code is a bundle of its own, loaded when a cluster is asked for. */
export async function loadClusterModule(): Promise<ClusterModule> {
  const bundle = './cluster.cjs';
  return (await import(bundle)) as ClusterModule;
}

/** Kinds without which an answer may be another one: what else could not be read is no news on a command line. */
const DECIDING: ReadonlySet<string> = new Set(['Pod', 'NetworkPolicy', 'Namespace', FOREIGN_POLICIES_KIND]);

function isRead({ state }: CoverageStatus): boolean {
  return state === 'complete' || state === 'stale' || state === 'unstated';
}

function whyOf(status: SourceState['coverage'][number]['status'] | undefined): string {
  return status !== undefined && 'why' in status ? status.why : 'nothing could be read';
}
