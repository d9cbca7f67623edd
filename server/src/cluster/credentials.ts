import { readFile } from 'node:fs/promises';
import type { OutgoingHttpHeaders } from 'node:http';
import type { RequestOptions } from 'node:https';
import type { Cluster, User } from '@kubernetes/client-node';
import { KubeConfig } from '@kubernetes/client-node';
import { ApiError } from './apiFault.ts';
import type { ExecLogin } from './execLogin.ts';
import type { KubeCluster, KubeUser } from './kubeconfig.ts';
import { plainText } from './plainText.ts';

/** What every request of a connection carries: TLS material, headers, basic login. */
export interface RequestLogin extends Omit<RequestOptions, 'headers' | 'agent'> {
  readonly headers: OutgoingHttpHeaders;
}

export interface Credentials {
  /** Made for each request, so that rotated files and tokens are used at once. Throws ApiError (`login`). */
  get(): Promise<RequestLogin>;
  /** The server answered 401. True where another try may have a better credential. */
  refused(): Promise<boolean>;
}

/** client-node does not export the type. */
type Authenticator = Parameters<KubeConfig['addAuthenticator']>[0];

/** Names of our own authenticators; client-node's would block, read tokens untrimmed or run programs unasked. */
const EXEC = 'bulkhead/exec';
const TOKEN_FILE = 'bulkhead/token-file';

/** A kubeconfig user's credentials, through client-node: certificates, tokens, OIDC. */
export function userCredentials(cluster: KubeCluster, user: KubeUser, exec: ExecLogin | undefined): Credentials {
  const clusterEntry = toCluster(cluster);
  const userEntry = toUser(user);
  const authenticators = [tokenFileAuthenticator(user), ...(exec === undefined ? [] : [execAuthenticator(exec)])];
  let waiting: Promise<unknown> = Promise.resolve();

  const read = async (): Promise<RequestLogin> => {
    const config = new KubeConfig();
    config.loadFromOptions({
      clusters: [clusterEntry],
      users: [userEntry],
      contexts: [{ name: 'context', cluster: clusterEntry.name, user: userEntry.name }],
      currentContext: 'context',
    });
    for (const authenticator of authenticators) config.addAuthenticator(authenticator);
    const options: RequestOptions & { headers?: OutgoingHttpHeaders } = {};
    try {
      await config.applyToHTTPSOptions(options);
    } catch (error) {
      throw error instanceof ApiError ? error : loginError(error, user);
    }
    // The connection has its own agent: client-node's does not keep connections open.
    delete options.agent;
    return { ...options, headers: Object.assign({}, options.headers, impersonation(user)) };
  };

  return {
    // One after the other: two refreshes of one OIDC token at a time would make the second one fail.
    get: () => {
      const options = waiting.then(read, read);
      waiting = options.catch(() => undefined);
      return options;
    },
    refused: async () => exec?.refused() === true,
  };
}

function toCluster(cluster: KubeCluster): Cluster {
  return {
    name: 'cluster',
    server: cluster.server,
    // client-node refuses plain http otherwise; there is no certificate to skip.
    skipTLSVerify: cluster.skipTlsVerify || cluster.server.startsWith('http:'),
    ...(cluster.caData !== undefined ? { caData: cluster.caData } : cluster.caFile && { caFile: cluster.caFile }),
    ...(cluster.tlsServerName !== undefined && { tlsServerName: cluster.tlsServerName }),
  };
}

/** The user for client-node, without anything that would make it start a program. */
function toUser(user: KubeUser): User {
  const provider =
    user.exec !== undefined
      ? { name: EXEC }
      : user.tokenFile !== undefined
        ? { name: TOKEN_FILE }
        : user.authProvider && { name: user.authProvider.name, config: withoutPrograms(user.authProvider.config) };
  return {
    name: 'user',
    ...(provider !== undefined && { authProvider: provider }),
    ...(user.certData !== undefined ? { certData: user.certData } : user.certFile && { certFile: user.certFile }),
    ...(user.keyData !== undefined ? { keyData: user.keyData } : user.keyFile && { keyFile: user.keyFile }),
    ...(user.token !== undefined && user.tokenFile === undefined && { token: user.token }),
    ...(user.username !== undefined && { username: user.username, password: user.password ?? '' }),
    ...(user.impersonate?.user !== undefined && { impersonateUser: user.impersonate.user }),
  };
}

function withoutPrograms(config: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(config).filter(([key]) => !['cmd-path', 'cmd-args', 'exec'].includes(key)));
}

function execAuthenticator(exec: ExecLogin): Authenticator {
  return {
    isAuthProvider: (user) => user.authProvider?.name === EXEC,
    applyAuthentication: async (_user, options) => {
      const { token, certificate, key } = await exec.credential();
      if (token !== undefined) options.headers = { ...options.headers, Authorization: `Bearer ${token}` };
      if (certificate !== undefined) options.cert = certificate;
      if (key !== undefined) options.key = key;
    },
  };
}

function tokenFileAuthenticator({ tokenFile = '' }: KubeUser): Authenticator {
  return {
    isAuthProvider: (user) => user.authProvider?.name === TOKEN_FILE,
    applyAuthentication: async (_user, options) => {
      const token = (await readFile(tokenFile, 'utf8')).trim();
      options.headers = { ...options.headers, Authorization: `Bearer ${token}` };
    },
  };
}

function impersonation({ impersonate }: KubeUser): Record<string, string | string[]> {
  if (impersonate === undefined) return {};
  return {
    ...(impersonate.uid !== undefined && { 'Impersonate-Uid': impersonate.uid }),
    ...(impersonate.groups.length > 0 && { 'Impersonate-Group': [...impersonate.groups] }),
  };
}

/** Node's errors on files name the path; everything else is cut to what is safe to show. */
function loginError(error: unknown, user: KubeUser): ApiError {
  const { code, path, message } = error as { code?: string; path?: string; message?: string };
  if (path !== undefined && code !== undefined) {
    return new ApiError({ kind: 'login', why: `The file ${path} that the login needs cannot be read (${code}).` });
  }
  const provider = user.authProvider?.name;
  if (provider === 'gcp' || provider === 'azure') {
    const plugin = provider === 'gcp' ? 'gke-gcloud-auth-plugin' : 'kubelogin';
    const why = `The kubeconfig's token has expired, and the auth provider ${provider} was removed from Kubernetes in 1.26: set up ${plugin} instead.`;
    return new ApiError({ kind: 'login', why });
  }
  return new ApiError({ kind: 'login', why: `The login failed: ${plainText(message ?? String(error))}.` });
}
