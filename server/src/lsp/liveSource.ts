import type { ConnectOutcome, ContextChoice, ContextList, LoginPromptParams } from '../protocol/contexts.ts';
import type {
  ClusterConnection,
  ClusterModule,
  KubeContext,
  KubeEnvironment,
  KubeContexts,
} from '../workspace/clusterModule.ts';
import type { SourceState } from '../workspace/clusterSource.ts';
import type { FolderSource } from '../workspace/folderSource.ts';
import type { Settings } from '../workspace/settings.ts';
import type { Followed } from './changes/changeDesk.ts';
import type { Log } from './log.ts';

export const UNTRUSTED =
  'No cluster is contacted from a workspace that is not trusted: its files could name the server.';

const CANCELLED = 'The connection was cancelled.';

export interface LiveParts {
  /** Loads the cluster's bundle on first need. */
  readonly load: () => Promise<ClusterModule>;
  /** The process's own variables and machine. */
  readonly environment: () => KubeEnvironment;
  /** A login program asks something of a person. */
  readonly prompted: (prompt: LoginPromptParams) => void;
  /** A cluster is connected for a folder: what goes on beside the connection. */
  readonly follow?: (folder: string, context: KubeContext) => Followed;
  readonly trusted: boolean;
  readonly log: Log;
}

/** What a person has set of how clusters are found. */
export type ConnectionSettings = Pick<Settings, 'kubeconfig' | 'environment'>;

export interface LiveRequest {
  readonly choice: ContextChoice;
  readonly settings: ConnectionSettings;
  /** Namespaces that the manifests name, to try where the cluster's cannot be listed. */
  readonly namespaces: readonly string[];
  /** Every state of the connection, from the first on. */
  readonly publish: (source: FolderSource) => void;
  /** A person gives up waiting. */
  readonly signal: AbortSignal;
}

/** A connection with what it was made from, for whoever has to make the same one again. */
export interface LiveCluster {
  readonly connection: ClusterConnection;
  readonly context: KubeContext;
  readonly environment: KubeEnvironment;
  /** The kubeconfig files that were read. */
  readonly files: readonly string[];
  /** `ExecPlugin.identity` of the login program that a person has agreed to. */
  readonly execConsent?: string;
}

export type LiveOutcome =
  { readonly ok: true; readonly live: LiveCluster } | Extract<ConnectOutcome, { readonly ok: false }>;

/** The environment in which kubeconfig files and programs are looked for. Only for a workspace that is trusted. */
export async function connectionEnvironment(
  parts: LiveParts,
  { kubeconfig, environment }: ConnectionSettings,
  editorProxy?: ContextChoice['editorProxy'],
): Promise<KubeEnvironment> {
  const module = await parts.load();
  const own = { ...parts.environment(), ...(kubeconfig === '' ? {} : { kubeconfig }) };
  const complete = await module.completeEnvironment(own, environment);
  return editorProxy === undefined ? complete : { ...complete, editorProxy };
}

/** Reads kubeconfig files; contacts nothing, and runs nothing but the login shell. */
export async function listContexts(parts: LiveParts, settings: ConnectionSettings): Promise<ContextList> {
  if (!parts.trusted) return { contexts: [], files: [], problem: UNTRUSTED };
  const environment = await connectionEnvironment(parts, settings);
  const { contexts, current, files } = await (await parts.load()).listContexts(environment);
  const problem = fileProblem(files, settings);
  return {
    contexts: contexts.map(({ name, cluster, server, identity, user, namespace, exec, problem }) => ({
      name,
      cluster,
      server,
      identity,
      user,
      ...(namespace === undefined ? {} : { namespace }),
      ...(exec === undefined ? {} : { exec }),
      ...(problem === undefined ? {} : { problem }),
    })),
    ...(current === undefined ? {} : { current }),
    files: files.map(({ path }) => path),
    ...(environment.machine === undefined ? {} : { machine: environment.machine }),
    ...(problem === undefined ? {} : { problem }),
  };
}

function fileProblem(files: KubeContexts['files'], { kubeconfig }: ConnectionSettings): string | undefined {
  for (const { path, state, problem } of files) {
    if (problem !== undefined) return problem;
    if (state === 'missing' && kubeconfig !== '') return `${path}, which bulkhead.kubeconfig names, is not there.`;
  }
  return undefined;
}

/**
 * Connects to the context that a person chose, if it still is what they chose: the same server and CA, and where it
 * signs in by a program the very program that they agreed to. Resolves as soon as the server has answered; what it
 * holds is read on and comes through `publish`.
 */
export async function connectLive(parts: LiveParts, request: LiveRequest): Promise<LiveOutcome> {
  if (!parts.trusted) return refused(UNTRUSTED);
  const { choice, settings, namespaces, publish, signal } = request;
  const module = await parts.load();
  const environment = await connectionEnvironment(parts, settings, choice.editorProxy);
  const { contexts, files } = await module.listContexts(environment);
  const context = contexts.find(({ name }) => name === choice.context);
  const problem = context === undefined ? missing(choice.context, environment) : objection(context, choice);
  if (context === undefined || problem !== undefined) return refused(problem ?? missing(choice.context, environment));
  if (signal.aborted) return refused(CANCELLED);
  let last: SourceState | undefined;
  let version: string | undefined;
  const tell = (): void => {
    if (last !== undefined) publish(liveSource(context, last, version));
  };
  const followed = parts.follow?.(choice.folder, context);
  const opened = module.connect({
    environment,
    context: context.name,
    identity: choice.identity,
    namespaces,
    allowExec: ({ identity }) => identity === choice.execConsent,
    onState: (state) => {
      last = state;
      tell();
    },
    onPrompt: (prompt) =>
      parts.prompted({ folder: choice.folder, context: context.name, ...(prompt === undefined ? {} : { prompt }) }),
    ...(followed !== undefined && { onPolicies: followed.hear }),
    log: (line) => parts.log.info(line),
  });
  const connection = followed?.connection(opened) ?? opened;
  const giveUp = (): void => connection.close();
  signal.addEventListener('abort', giveUp, { once: true });
  last ??= connection.state();
  tell();
  const answered = connection.version().then((answer) => {
    if (!('gitVersion' in answer)) return undefined;
    version = /^v?(\d+\.\d+)/.exec(answer.gitVersion)?.[1];
    tell();
    return answer.gitVersion;
  });
  // A server may keep its version to itself and answer everything else.
  const greeting = await Promise.race([answered, connection.whenRead().then(() => undefined)]);
  const state = greeting === undefined ? await connection.whenRead() : undefined;
  signal.removeEventListener('abort', giveUp);
  if (signal.aborted) return refused(CANCELLED);
  const why = state && nothingRead(state);
  if (why === undefined) {
    const { execConsent } = choice;
    const read = files.flatMap(({ path, state }) => (state === 'missing' ? [] : [path]));
    const live = { connection, context, environment, files: read, ...(execConsent !== undefined && { execConsent }) };
    return { ok: true, live };
  }
  connection.close();
  return refused(why);
}

function objection(context: KubeContext, choice: ContextChoice): string | undefined {
  if (context.identity !== choice.identity) {
    return `${context.name} points to another server than when you chose it. Choose it again to connect.`;
  }
  if (context.exec !== undefined && context.exec.identity !== choice.execConsent) {
    return `${context.name} signs in by running a program that you have not agreed to. Choose it again to connect.`;
  }
  return context.problem;
}

/** Why nothing could be read, where nothing could. */
function nothingRead({ coverage }: SourceState): string | undefined {
  const reasons = coverage.flatMap(({ status }) =>
    status.state === 'failed' || status.state === 'forbidden' ? [status.why] : [],
  );
  return reasons.length === coverage.length ? (reasons[0] ?? 'The server does not answer.') : undefined;
}

function liveSource({ name, namespace }: KubeContext, state: SourceState, version: string | undefined): FolderSource {
  return {
    kind: 'live',
    label: name,
    state,
    ...(namespace === undefined ? {} : { namespace }),
    ...(version === undefined ? {} : { version }),
  };
}

function missing(context: string, { machine }: KubeEnvironment): string {
  return `The kubeconfig${machine === undefined ? '' : ` on ${machine}`} has no context ${context}.`;
}

function refused(problem: string): LiveOutcome {
  return { ok: false, problem };
}
