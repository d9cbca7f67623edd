import type { ConnectOutcome, ContextChoice, ContextList } from '../protocol/contexts.ts';
import type { ClusterConnection, ClusterModule, KubeContext, KubeEnvironment } from '../workspace/clusterModule.ts';
import type { SourceState } from '../workspace/clusterSource.ts';
import type { FolderSource } from '../workspace/folderSource.ts';
import type { Log } from './log.ts';

const UNTRUSTED = 'No cluster is contacted from a workspace that is not trusted: its files could name the server.';

export interface LiveParts {
  /** Loads the cluster's bundle on first need. */
  readonly load: () => Promise<ClusterModule>;
  readonly environment: (kubeconfig: string) => KubeEnvironment;
  readonly trusted: boolean;
  readonly log: Log;
}

export interface LiveRequest {
  readonly choice: ContextChoice;
  readonly kubeconfig: string;
  /** Namespaces that the manifests name, to try where the cluster's cannot be listed. */
  readonly namespaces: readonly string[];
  /** Every state of the connection, from the first on. */
  readonly publish: (source: FolderSource) => void;
}

export type LiveOutcome =
  { readonly ok: true; readonly connection: ClusterConnection } | Extract<ConnectOutcome, { readonly ok: false }>;

/** Reads kubeconfig files; contacts nothing and runs nothing. */
export async function listContexts(parts: LiveParts, kubeconfig: string): Promise<ContextList> {
  if (!parts.trusted) return { contexts: [], files: [], problem: UNTRUSTED };
  const { contexts, current, files } = await (await parts.load()).listContexts(parts.environment(kubeconfig));
  const problem = files.flatMap(({ path, problem }) => (problem === undefined ? [] : [`${path}: ${problem}`]))[0];
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
    ...(problem === undefined ? {} : { problem }),
  };
}

/**
 * Connects to the context that a person chose, if it still is what they chose: the same server and CA, and where it
 * signs in by a program the very program that they agreed to. Resolves as soon as the server has answered; what it
 * holds is read on and comes through `publish`.
 */
export async function connectLive(parts: LiveParts, request: LiveRequest): Promise<LiveOutcome> {
  if (!parts.trusted) return refused(UNTRUSTED);
  const { choice, kubeconfig, namespaces, publish } = request;
  const module = await parts.load();
  const environment = parts.environment(kubeconfig);
  const { contexts } = await module.listContexts(environment);
  const context = contexts.find(({ name }) => name === choice.context);
  const problem = context === undefined ? missing(choice.context) : objection(context, choice);
  if (context === undefined || problem !== undefined) return refused(problem ?? missing(choice.context));
  let last: SourceState | undefined;
  let version: string | undefined;
  const tell = (): void => {
    if (last !== undefined) publish(liveSource(context, last, version));
  };
  const connection = module.connect({
    environment,
    context: context.name,
    identity: choice.identity,
    namespaces,
    allowExec: ({ identity }) => identity === choice.execConsent,
    onState: (state) => {
      last = state;
      tell();
    },
    log: (line) => parts.log.info(line),
  });
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
  if (greeting !== undefined) return { ok: true, connection };
  const state = await connection.whenRead();
  const why = nothingRead(state);
  if (why === undefined) return { ok: true, connection };
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

function missing(context: string): string {
  return `The kubeconfig has no context ${context}.`;
}

function refused(problem: string): LiveOutcome {
  return { ok: false, problem };
}
