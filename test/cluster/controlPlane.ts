/**
 * Runs the API server on free loopback ports, with an administrator and a user without any right. There are no
 * controllers and no kubelet: a test writes the status of its pods itself and deletes with a grace period of 0.
 */
import { generateKeyPairSync } from 'node:crypto';
import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { request as httpsRequest } from 'node:https';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort, freePortPair } from '../support/freePort.ts';
import { startGroup, type ProcessGroup } from '../support/processGroup.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { buildControlPlane } from './buildControlPlane.ts';

/** `admin` may do everything (`system:masters`), `viewer` nothing until a test binds a role to it. */
export type User = 'admin' | 'viewer';

export interface ControlPlane {
  readonly url: string;
  /** PEM of the certificate authority. */
  readonly ca: string;
  /** A kubeconfig with one context, named as the user. */
  readonly kubeconfig: (user: User, namespace?: string) => string;
  /** One request; a body that is no string goes as JSON. Any status is an answer. */
  readonly request: (method: string, path: string, body?: unknown, options?: RequestOptions) => Promise<ApiResponse>;
  /** Ends the process and starts it again on the same ports and data: watches break, old revisions are gone. */
  readonly restart: () => Promise<void>;
  /** Ends the process, as a crash or a lost network would; `restart` brings it back. */
  readonly halt: () => Promise<void>;
  /** Ends it for good and removes its data. */
  readonly stop: () => Promise<void>;
}

export interface RequestOptions {
  readonly user?: User;
  /** `application/json` unless given; `application/apply-patch+yaml`, `application/yaml`, … */
  readonly contentType?: string;
}

export interface ApiResponse {
  readonly status: number;
  /** Parsed JSON, or the text where it is none. */
  readonly body: unknown;
}

interface Place {
  readonly folder: string;
  /** For etcd's clients; its peers use the next one. */
  readonly etcdPort: number;
  readonly port: number;
}

const TOKENS: Readonly<Record<User, string>> = { admin: 'admin-token', viewer: 'viewer-token' };
const READY_TIMEOUT_MS = 120_000;

export async function startControlPlane(): Promise<ControlPlane> {
  const program = await buildControlPlane();
  const data = temporaryFolder('control-plane');
  const place: Place = { folder: data.path, etcdPort: await freePortPair(), port: await freePort() };
  writeCredentials(place.folder);
  let group = await run(program, place);
  const ca = readFileSync(certificate(place), 'utf8');
  const url = `https://127.0.0.1:${place.port}`;
  return {
    url,
    ca,
    kubeconfig: (user, namespace) => kubeconfig(url, ca, user, namespace),
    request: (method, path, body, options) => send(place, ca, method, path, body, options),
    halt: () => group.stop(),
    async restart() {
      await group.stop();
      group = await run(program, place);
    },
    async stop() {
      await group.stop();
      data.remove();
    },
  };
}

function writeCredentials(folder: string): void {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  writeFileSync(join(folder, 'sa.key'), privateKey.export({ type: 'pkcs1', format: 'pem' }), { mode: 0o600 });
  writeFileSync(
    join(folder, 'tokens.csv'),
    `${TOKENS.admin},admin,admin,system:masters\n${TOKENS.viewer},viewer,viewer,\n`,
    { mode: 0o600 },
  );
}

async function run(program: string, place: Place): Promise<ProcessGroup> {
  const { folder, etcdPort, port } = place;
  const logFile = join(folder, 'server.log');
  const log = openSync(logFile, 'a');
  const flags = [
    `--secure-port=${port}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    `--cert-dir=${join(folder, 'certs')}`,
    '--authorization-mode=RBAC',
    `--token-auth-file=${join(folder, 'tokens.csv')}`,
    '--service-cluster-ip-range=10.96.0.0/16',
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${join(folder, 'sa.key')}`,
    `--service-account-signing-key-file=${join(folder, 'sa.key')}`,
    '--disable-admission-plugins=ServiceAccount',
    '--endpoint-reconciler-type=none',
  ];
  const own = ['-data', join(folder, 'etcd'), '-etcd-port', String(etcdPort), '--'];
  const group = startGroup(program, [...own, ...flags], { stdio: ['ignore', log, log] });
  closeSync(log);
  await ready(place, group, logFile);
  return group;
}

async function ready(place: Place, group: ProcessGroup, logFile: string): Promise<void> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  while (Date.now() < deadline && group.child.exitCode === null) {
    try {
      const ca = existsSync(certificate(place)) ? readFileSync(certificate(place), 'utf8') : undefined;
      if (ca !== undefined && (await send(place, ca, 'GET', '/readyz')).status === 200) return;
    } catch {
      // Not listening yet.
    }
    await delay(100);
  }
  await group.stop();
  throw new Error(`The API server did not become ready:\n${readFileSync(logFile, 'utf8').slice(-3_000)}`);
}

function certificate({ folder }: Place): string {
  return join(folder, 'certs', 'apiserver.crt');
}

function send(
  place: Place,
  ca: string,
  method: string,
  path: string,
  body?: unknown,
  options: RequestOptions = {},
): Promise<ApiResponse> {
  const { user = 'admin', contentType = 'application/json' } = options;
  const headers = { authorization: `Bearer ${TOKENS[user]}`, accept: 'application/json', 'content-type': contentType };
  return new Promise((resolve, reject) => {
    const outgoing = httpsRequest(
      { host: '127.0.0.1', port: place.port, ca, method, path, headers, agent: false, timeout: 30_000 },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, body: parsed(Buffer.concat(chunks).toString()) }),
        );
        response.on('error', reject);
      },
    );
    outgoing.on('error', reject);
    outgoing.on('timeout', () => outgoing.destroy(new Error(`${method} ${path} had no answer within 30 s`)));
    outgoing.end(body === undefined || typeof body === 'string' ? body : JSON.stringify(body));
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function kubeconfig(url: string, ca: string, user: User, namespace?: string): string {
  return `apiVersion: v1
kind: Config
clusters:
- name: test
  cluster:
    server: ${url}
    certificate-authority-data: ${Buffer.from(ca).toString('base64')}
users:
- name: ${user}
  user:
    token: ${TOKENS[user]}
contexts:
- name: ${user}
  context:
    cluster: test
    user: ${user}
${namespace === undefined ? '' : `    namespace: ${namespace}\n`}current-context: ${user}
`;
}
