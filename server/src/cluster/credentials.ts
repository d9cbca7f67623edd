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
const OIDC = 'bulkhead/oidc';

/**
 * A kubeconfig user's credentials, through client-node: certificates, tokens, basic logins. The token of the auth
 * provider oidc is used while it holds and never renewed: that would contact a host that nobody has chosen, and spend
 * the refresh token that kubectl keeps in the kubeconfig.
 */
export function userCredentials(
  cluster: KubeCluster,
  user: KubeUser,
  exec: ExecLogin | undefined,
  now: () => number,
): Credentials {
  const clusterEntry = toCluster(cluster);
  const userEntry = toUser(user);
  const authenticators = [
    tokenFileAuthenticator(user),
    oidcAuthenticator(user, now),
    ...(exec === undefined ? [] : [execAuthenticator(exec)]),
  ];

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

  return { get: read, refused: async () => exec?.refused() === true };
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
        : user.authProvider?.name === 'oidc'
          ? { name: OIDC }
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

function oidcAuthenticator({ authProvider }: KubeUser, now: () => number): Authenticator {
  return {
    isAuthProvider: (user) => user.authProvider?.name === OIDC,
    applyAuthentication: async (_user, options) => {
      const token = authProvider?.config['id-token'];
      if (token === undefined || expiryOf(token) <= now()) {
        const what = token === undefined ? 'has no token yet' : 'has a token that has expired';
        const why = `The auth provider oidc ${what}: any kubectl command with this context renews it.`;
        throw new ApiError({ kind: 'login', why });
      }
      options.headers = { ...options.headers, Authorization: `Bearer ${token}` };
    },
  };
}

/** When a JSON Web Token runs out, in ms since 1970; what is none is left to the server. */
function expiryOf(token: string): number {
  try {
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as {
      exp?: unknown;
    } | null;
    return typeof claims?.exp === 'number' ? claims.exp * 1000 : Infinity;
  } catch {
    return Infinity;
  }
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
