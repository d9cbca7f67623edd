import { connect as connectTcp, isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import tls from 'node:tls';
import type { DiagnosisStep } from '../../workspace/clusterModule.ts';
import { ApiError, networkFault } from '../apiFault.ts';
import type { Clock } from '../clock.ts';
import type { KubeCluster } from '../kubeconfig.ts';
import { authorityOf } from '../clusterAuthority.ts';
import { plainText } from '../plainText.ts';
import type { ProxyAddress, ProxyChoice } from '../proxyChoice.ts';
import { proxyText } from '../proxyChoice.ts';
import { openTunnel } from '../proxyTunnel.ts';
import { chainLines } from './certificateText.ts';
import { failed, passed, skipped } from './steps.ts';

/** No connection or no certificate for this long. */
const LIMIT_MS = 10_000;

export interface ServerParts {
  readonly cluster: KubeCluster;
  readonly choice: ProxyChoice;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** What decided about the proxy. */
export function proxyStep(choice: ProxyChoice): DiagnosisStep {
  if (choice.kind === 'direct') return passed('Proxy', `None. ${choice.why}`);
  if (choice.kind === 'proxy') return passed('Proxy', `${proxyText(choice.proxy)}, decided by ${choice.from}`);
  return failed('Proxy', choice.problem, `Set ${choice.from} to an http, https or socks5 address.`);
}

/** Opens a connection, directly or through the proxy, and looks at the certificates inside of it. */
export async function serverSteps(parts: ServerParts): Promise<readonly DiagnosisStep[]> {
  const { cluster, choice } = parts;
  const url = new URL(cluster.server);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  const way = choice.kind === 'proxy' ? ` through ${proxyText(choice.proxy)}` : '';
  let socket: Duplex | undefined;
  try {
    socket = await limited(parts, open(parts, host, port), (late) => late.destroy());
  } catch (error) {
    const { why } = networkFault(error, url.host);
    const remedy =
      choice.kind === 'proxy'
        ? `Check that ${proxyText(choice.proxy)} can be reached and lets connections to ${url.host} through, or leave the server out in NO_PROXY.`
        : 'Check the network, VPN and firewall, and whether the server needs a proxy.';
    return [failed('Network', why, remedy), skipped('TLS', 'There is no connection.')];
  }
  const reached = passed('Network', `${url.host} takes connections${way}.`);
  if (url.protocol !== 'https:') {
    socket.destroy();
    const asked = askedProxy(choice, url);
    if (asked !== undefined) {
      const first = passed('Network', `${proxyText(asked)} takes connections; it is asked for ${url.host} next.`);
      return [first, skipped('TLS', 'The address is http: nothing is encrypted.')];
    }
    return [reached, skipped('TLS', 'The address is http: nothing is encrypted.')];
  }
  try {
    return [reached, await limited(parts, tlsStep(cluster, host, socket), () => undefined)];
  } catch (error) {
    const { why } = networkFault(error, url.host);
    return [reached, failed('TLS', why, 'Check that the port is that of an API server, not of a plain http server.')];
  } finally {
    socket.destroy();
  }
}

async function open({ cluster, choice, signal }: ServerParts, host: string, port: number): Promise<Duplex> {
  const ca = await authorityOf(cluster).catch(() => undefined);
  const asked = askedProxy(choice, new URL(cluster.server));
  if (choice.kind === 'proxy' && asked === undefined) return openTunnel(choice.proxy, host, port, ca);
  return new Promise((resolve, reject) => {
    const socket = connectTcp(asked === undefined ? { host, port } : { host: asked.host, port: asked.port });
    signal.addEventListener('abort', () => socket.destroy(), { once: true });
    socket.on('connect', () => resolve(socket));
    socket.on('error', reject);
  });
}

/** The proxy of a server over http, which is sent each request (`plainForward`): there is no tunnel. */
function askedProxy(choice: ProxyChoice, server: URL): ProxyAddress | undefined {
  if (server.protocol === 'https:' || choice.kind !== 'proxy') return undefined;
  return choice.proxy.protocol === 'socks5' ? undefined : choice.proxy;
}

/** The certificates are looked at whether or not they are accepted; no login is sent. */
async function tlsStep(cluster: KubeCluster, host: string, socket: Duplex): Promise<DiagnosisStep> {
  const name = cluster.tlsServerName ?? host;
  const ca = await authorityOf(cluster);
  return new Promise((resolve, reject) => {
    const secure = tls.connect({
      socket,
      host,
      rejectUnauthorized: false,
      ...(isIP(name) === 0 && { servername: name }),
      ...(ca !== undefined && { ca }),
    });
    secure.on('error', reject);
    secure.on('close', () => reject(new ApiError({ kind: 'unavailable', why: 'The server cut the connection.' })));
    secure.on('secureConnect', () => {
      const chain = secure.getPeerCertificate(true);
      const says = [`${secure.getProtocol() ?? 'TLS'}, asked as ${plainText(name)}`, ...chainLines(chain)];
      // With `rejectUnauthorized` off Node notes what is wrong with the chain; the name is checked here.
      const error = secure.authorizationError as Error | string | null | undefined;
      const problem = codeOf(error) ?? codeOf(tls.checkServerIdentity(name, chain));
      if (problem === undefined) resolve(passed('TLS', ...says, 'The certificate is verified.'));
      else if (cluster.skipTlsVerify)
        resolve(passed('TLS', ...says, `Not verified (${problem}): the kubeconfig skips it.`));
      else resolve(failed('TLS', [...says, `The certificate is not accepted (${problem}).`], remedyOf(problem)));
    });
  });
}

function codeOf(error: Error | string | null | undefined): string | undefined {
  if (error === null || error === undefined) return undefined;
  return typeof error === 'string' ? error : ((error as NodeJS.ErrnoException).code ?? plainText(error.message));
}

function remedyOf(problem: string): string {
  if (problem === 'CERT_HAS_EXPIRED') return "Renew the server's certificate; check this machine's clock.";
  if (problem === 'CERT_NOT_YET_VALID') return "Check this machine's clock.";
  if (problem === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return 'Use an address that the certificate names, or set tls-server-name in the kubeconfig to such a name.';
  }
  return "Put the authority that issued it into the cluster's certificate-authority-data.";
}

/** Rejects after the limit or when the signal aborts; what comes later is thrown away. */
async function limited<T>({ clock, signal }: ServerParts, work: Promise<T>, drop: (late: T) => unknown): Promise<T> {
  const late = (): void => void work.then(drop, () => undefined);
  return new Promise((resolve, reject) => {
    const giveUp = (why: string) => (): void => {
      late();
      end();
      reject(new ApiError({ kind: 'silent', why }));
    };
    const onAbort = giveUp('The diagnosis was cancelled.');
    const takeBack = clock.after(LIMIT_MS, giveUp(`There was no answer within ${LIMIT_MS / 1000} s.`));
    const end = (): void => {
      takeBack();
      signal.removeEventListener('abort', onAbort);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(
      (value) => {
        end();
        resolve(value);
      },
      (error: unknown) => {
        end();
        reject(error);
      },
    );
  });
}
