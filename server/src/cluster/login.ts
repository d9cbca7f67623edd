import type { ConnectOptions, KubeContext, KubeEnvironment } from '../workspace/clusterModule.ts';
import { ApiError } from './apiFault.ts';
import type { Clock } from './clock.ts';
import type { Credentials } from './credentials.ts';
import { userCredentials } from './credentials.ts';
import type { ExecLogin } from './execLogin.ts';
import { execLogin } from './execLogin.ts';
import type { KubeUser } from './kubeconfig.ts';
import { describeContext } from './kubeContexts.ts';
import { plainText } from './plainText.ts';
import type { ProxyAddress } from './proxyChoice.ts';
import { chooseProxy } from './proxyChoice.ts';
import { readKubeconfig } from './readKubeconfig.ts';

export interface LoginOptions {
  readonly environment: KubeEnvironment;
  /** Absent: the current context. */
  readonly context: string | undefined;
  readonly identity: string | undefined;
  readonly allowExec: ConnectOptions['allowExec'];
  readonly onPrompt?: ConnectOptions['onPrompt'];
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** A context that may be used, and how its requests are authenticated. */
export interface Login {
  readonly context: KubeContext;
  readonly credentials: Credentials;
  /** Absent: the server is reached directly. */
  readonly proxy?: ProxyAddress;
  /** A person asks again: forgets that a plug-in failed or was refused. */
  readonly retry: () => void;
}

/** Reads the kubeconfig and prepares the login of one context; contacts nothing. Throws ApiError (`login`). */
export async function prepareLogin(options: LoginOptions): Promise<Login> {
  const entry = await resolveContext(options);
  let { user } = entry;
  const choice = chooseProxy(entry.cluster.server, entry.cluster.proxyUrl, options.environment);
  if (choice.kind === 'unusable') throw new ApiError({ kind: 'login', why: choice.problem });
  let inner = makeCredentials(options, entry);

  // kubectl, `oc login` and other programs write a new token into the kubeconfig: one that has expired or was refused is
  // looked up there again.
  const reload = async (): Promise<boolean> => {
    const now = await resolveContext({ ...options, context: entry.context.name, identity: entry.context.identity });
    if (JSON.stringify(now.user) === JSON.stringify(user)) return false;
    user = now.user;
    inner = makeCredentials(options, now);
    return true;
  };
  return {
    context: entry.context,
    ...(choice.kind === 'proxy' && { proxy: choice.proxy }),
    credentials: {
      get: async () => {
        try {
          return await inner.credentials.get();
        } catch (error) {
          if (!(await reload().catch(() => false))) throw error;
          return inner.credentials.get();
        }
      },
      refused: async () => (await reload().catch(() => false)) || inner.credentials.refused(),
    },
    retry: () => inner.exec?.retry(),
  };
}

type ResolvedContext = Awaited<ReturnType<typeof resolveContext>>;

async function resolveContext({ environment, context: wanted, identity }: LoginOptions) {
  const files = await readKubeconfig(environment);
  const { config } = files;
  const name = wanted ?? config.currentContext;
  const problem = (why: string): ApiError => new ApiError({ kind: 'login', why });
  if (name === undefined) throw problem(`${noContext(files, environment)} Name one.`);
  const context = await describeContext(config, name, environment);
  if (context === undefined) {
    const unread = files.files.find(({ problem }) => problem !== undefined)?.problem;
    const names = fileNames(files, environment);
    throw problem(`There is no context ${plainText(name)} in ${names}.${unread === undefined ? '' : ` ${unread}`}`);
  }
  if (context.problem !== undefined) throw problem(context.problem);
  if (identity !== undefined && identity !== context.identity) {
    throw problem(
      `The context ${plainText(name)} now leads to ${plainText(context.server)} with another certificate authority or address than the one chosen: choose it again to use it.`,
    );
  }
  const cluster = config.clusters.get(context.cluster);
  if (cluster === undefined) throw problem(`The context ${plainText(name)} names no cluster.`);
  const user: KubeUser = config.users.get(context.user) ?? {};
  return { context, cluster, user };
}

function makeCredentials(
  { environment, allowExec, onPrompt, clock, signal }: LoginOptions,
  { context, cluster, user }: ResolvedContext,
): { readonly credentials: Credentials; readonly exec: ExecLogin | undefined } {
  const exec =
    user.exec === undefined || context.exec === undefined
      ? undefined
      : execLogin({ exec: user.exec, cluster, environment, clock, signal, onPrompt }, context.exec, allowExec);
  return { credentials: userCredentials(cluster, user, exec, () => clock.now()), exec };
}

type Files = Awaited<ReturnType<typeof readKubeconfig>>;

function noContext(files: Files, environment: KubeEnvironment): string {
  const read = files.files.some(({ state }) => state === 'read');
  if (read) return `${fileNames(files, environment)} sets no current-context.`;
  const problem = files.files.find(({ problem }) => problem !== undefined)?.problem;
  return problem ?? `No kubeconfig was found${files.files.length === 0 ? '' : ` (${fileNames(files, environment)})`}.`;
}

/** The files, and the machine where it is known: an editor's extension does not always run where the person sits. */
function fileNames({ files }: Files, { machine }: KubeEnvironment): string {
  const names = files.length === 0 ? 'the kubeconfig (none was found)' : files.map(({ path }) => path).join(', ');
  return machine === undefined ? names : `${names} on ${plainText(machine)}`;
}
