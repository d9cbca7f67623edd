import type { JsonValue } from '../model/manifest.ts';
import { resolveBeside } from './kubeconfigPaths.ts';

/**
 * The entries of one or several kubeconfig files (client-go's `clientcmd/api/v1`), with the fields that a client
 * needs. Held in memory only: certificates, keys and tokens stand here as the file has them.
 */
export interface Kubeconfig {
  readonly clusters: ReadonlyMap<string, KubeCluster>;
  readonly users: ReadonlyMap<string, KubeUser>;
  readonly contexts: ReadonlyMap<string, KubeContextEntry>;
  readonly currentContext?: string;
}

export interface KubeCluster {
  /** Without a slash at its end. */
  readonly server: string;
  readonly caData?: string;
  readonly caFile?: string;
  readonly skipTlsVerify: boolean;
  readonly tlsServerName?: string;
  readonly proxyUrl?: string;
}

export interface KubeUser {
  readonly token?: string;
  readonly tokenFile?: string;
  readonly username?: string;
  readonly password?: string;
  readonly certData?: string;
  readonly certFile?: string;
  readonly keyData?: string;
  readonly keyFile?: string;
  readonly impersonate?: Impersonation;
  readonly exec?: ExecConfig;
  readonly authProvider?: { readonly name: string; readonly config: Readonly<Record<string, string>> };
}

export interface Impersonation {
  readonly user?: string;
  readonly uid?: string;
  readonly groups: readonly string[];
}

export interface ExecConfig {
  readonly apiVersion: string;
  /** Resolved beside its file where it has a folder in it. */
  readonly command: string;
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly installHint?: string;
  readonly provideClusterInfo: boolean;
  /** Runs only with a terminal to ask on. */
  readonly interactive: boolean;
}

export interface KubeContextEntry {
  readonly cluster: string;
  readonly user: string;
  readonly namespace?: string;
}

/** Reads the entries of one file's value. Entries without a name, and fields of a wrong type, are left out. */
export function readEntries(value: JsonValue | undefined, file: string, platform: string): Kubeconfig {
  const root = record(value);
  const current = text(root['current-context']);
  const path = (at: string | undefined): string | undefined => at && resolveBeside(file, at, platform);
  return {
    clusters: named(root['clusters'], 'cluster', (entry) => toCluster(entry, path)),
    users: named(root['users'], 'user', (entry) => toUser(entry, path, file, platform)),
    contexts: named(root['contexts'], 'context', toContext),
    ...(current && { currentContext: current }),
  };
}

/** Merges files in order, as kubectl does: the first one that names an entry, or a current context, decides it. */
export function mergeKubeconfigs(files: readonly Kubeconfig[]): Kubeconfig {
  const clusters = new Map<string, KubeCluster>();
  const users = new Map<string, KubeUser>();
  const contexts = new Map<string, KubeContextEntry>();
  for (const file of files) {
    for (const [name, entry] of file.clusters) if (!clusters.has(name)) clusters.set(name, entry);
    for (const [name, entry] of file.users) if (!users.has(name)) users.set(name, entry);
    for (const [name, entry] of file.contexts) if (!contexts.has(name)) contexts.set(name, entry);
  }
  const current = files.find(({ currentContext }) => currentContext !== undefined)?.currentContext;
  return { clusters, users, contexts, ...(current !== undefined && { currentContext: current }) };
}

type Fields = Readonly<Record<string, JsonValue | undefined>>;
type ResolvePath = (path: string | undefined) => string | undefined;

function toCluster(entry: Fields, path: ResolvePath): KubeCluster | undefined {
  const server = text(entry['server']);
  if (server === undefined) return undefined;
  return {
    server: server.replace(/\/+$/, ''),
    skipTlsVerify: entry['insecure-skip-tls-verify'] === true,
    ...optional({
      caData: text(entry['certificate-authority-data']),
      caFile: path(text(entry['certificate-authority'])),
      tlsServerName: text(entry['tls-server-name']),
      proxyUrl: text(entry['proxy-url']),
    }),
  };
}

function toUser(entry: Fields, path: ResolvePath, file: string, platform: string): KubeUser {
  const provider = record(entry['auth-provider']);
  const providerName = text(provider['name']);
  return optional({
    token: text(entry['token']),
    tokenFile: path(text(entry['tokenFile']) ?? text(entry['token-file'])),
    username: text(entry['username']),
    password: text(entry['password']),
    certData: text(entry['client-certificate-data']),
    certFile: path(text(entry['client-certificate'])),
    keyData: text(entry['client-key-data']),
    keyFile: path(text(entry['client-key'])),
    impersonate: toImpersonation(entry),
    exec: toExec(record(entry['exec']), file, platform),
    authProvider:
      providerName === undefined ? undefined : { name: providerName, config: strings(record(provider['config'])) },
  });
}

function toImpersonation(entry: Fields): Impersonation | undefined {
  const user = text(entry['as']);
  const uid = text(entry['as-uid']);
  const groups = list(entry['as-groups']).flatMap((group) => text(group) ?? []);
  if (user === undefined && uid === undefined && groups.length === 0) return undefined;
  return { groups, ...optional({ user, uid }) };
}

function toExec(entry: Fields, file: string, platform: string): ExecConfig | undefined {
  const command = text(entry['command']);
  if (command === undefined) return undefined;
  const hasFolder = command.includes('/') || (platform === 'win32' && command.includes('\\'));
  return {
    apiVersion: text(entry['apiVersion']) ?? '',
    command: hasFolder ? resolveBeside(file, command, platform) : command,
    args: list(entry['args']).flatMap((arg) => text(arg) ?? []),
    env: list(entry['env']).flatMap((item) => {
      const name = text(record(item)['name']);
      return name === undefined ? [] : [{ name, value: text(record(item)['value']) ?? '' }];
    }),
    provideClusterInfo: entry['provideClusterInfo'] === true,
    interactive: entry['interactiveMode'] === 'Always',
    ...optional({ installHint: text(entry['installHint']) }),
  };
}

function toContext(entry: Fields): KubeContextEntry {
  return {
    cluster: text(entry['cluster']) ?? '',
    user: text(entry['user']) ?? '',
    ...optional({ namespace: text(entry['namespace']) }),
  };
}

function named<T>(value: JsonValue | undefined, field: string, read: (entry: Fields) => T | undefined): Map<string, T> {
  const entries = new Map<string, T>();
  for (const item of list(value)) {
    const name = text(record(item)['name']);
    const entry = name === undefined ? undefined : read(record(record(item)[field]));
    if (name !== undefined && entry !== undefined && !entries.has(name)) entries.set(name, entry);
  }
  return entries;
}

function record(value: JsonValue | undefined): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}

function list(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}

/** Empty is the same as absent, as in client-go. */
function text(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function strings(fields: Fields): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([key, value]) => {
      const written = text(value);
      return written === undefined ? [] : [[key, written]];
    }),
  );
}

type Present<T> = { [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined> };

/** Leaves out what is undefined: absent fields are absent, not undefined. */
function optional<T extends Record<string, unknown>>(fields: T): Present<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Present<T>;
}
