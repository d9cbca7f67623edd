import { printable } from '../../analysis/wording.ts';
import type { WorkloadPods } from '../../engine/podTable.ts';
import type { Pod } from '../../model/workload.ts';
import type { WorkspaceSnapshot } from '../snapshot.ts';
import type { PathQuestion } from './pathPairs.ts';
import type { PathEnd } from './pathEnd.ts';
import { podsBehind } from './servicePath.ts';

/** Commands that try a path on the real network. They are for a person to copy and are never run for one. */
export interface Probe {
  readonly commands: readonly ProbeCommand[];
  /** What has to be known before the outcome is read. */
  readonly cautions: readonly ProbeCaution[];
  /** Why there is no command. */
  readonly problem?: ProbeProblem;
}

export interface ProbeCommand {
  /**
   * `exec`: with the container's own `nc`, which minimal images have not. `debug`: with a container of its own in the
   * pod's network, which stays there as long as the pod.
   */
  readonly kind: 'exec' | 'debug';
  /** For a POSIX shell; every name is quoted. */
  readonly command: string;
}

export type ProbeCaution =
  /** UDP has no handshake: silence means nothing. */
  | 'udp'
  /** SCTP is off in most containers and on most nodes. */
  | 'sctp'
  /** One pod is tried, of several with the same answer. */
  | 'onePod';

export type ProbeProblem =
  /** Nothing runs at this end that a command could start from: an address, the internet. */
  | { readonly kind: 'noSource' }
  /** Where to connect to is not known: manifests have no addresses, and the internet is no address. */
  | { readonly kind: 'noAddress' }
  /** A name has characters that a terminal would act upon. */
  | { readonly kind: 'unprintable' };

/** Kubernetes' own image for such tests: `agnhost connect` says TIMEOUT, REFUSED or nothing, which means connected. */
const IMAGE = 'registry.k8s.io/e2e-test-images/agnhost:2.53';
const SECONDS = 5;

/** How a person can see whether a path is open. */
export function probeOf(snapshot: WorkspaceSnapshot, { from, to, protocol, port }: PathQuestion): Probe {
  const cautions: ProbeCaution[] = [];
  if (protocol === 'UDP') cautions.push('udp');
  if (protocol === 'SCTP') cautions.push('sctp');
  const none = (problem: ProbeProblem): Probe => ({ commands: [], cautions, problem });
  const source = sourceOf(snapshot, from);
  if (source === undefined) return none({ kind: 'noSource' });
  const host = hostOf(to);
  if (host === undefined) return none({ kind: 'noAddress' });
  const context = contextOf(snapshot);
  const texts = [source.namespace, source.target, source.pod ?? '', host, context ?? ''];
  if (texts.some((text) => printable(text) !== text)) return none({ kind: 'unprintable' });
  if (from.kind !== 'pod') cautions.push('onePod');
  const kubectl = [
    'kubectl',
    ...(context === undefined ? [] : [`--context=${context}`]),
    `--namespace=${source.namespace}`,
  ];
  const commands: ProbeCommand[] = [];
  if (source.pod !== undefined) {
    const args = ['debug', `pod/${source.pod}`, '-i', `--image=${IMAGE}`, '--profile=restricted', '--', '/agnhost'];
    const target = `${host.includes(':') ? `[${host}]` : host}:${port}`;
    const connect = ['connect', target, `--timeout=${SECONDS}s`, `--protocol=${protocol.toLowerCase()}`];
    commands.push({ kind: 'debug', command: shell([...kubectl, ...args, ...connect]) });
  }
  if (protocol !== 'SCTP') {
    const nc = ['nc', protocol === 'UDP' ? '-zvu' : '-zv', '-w', String(SECONDS), host, String(port)];
    commands.push({ kind: 'exec', command: shell([...kubectl, 'exec', source.target, '--', ...nc]) });
  }
  return { commands, cautions };
}

interface ProbeSource {
  readonly namespace: string;
  /** As `kubectl exec` takes it. */
  readonly target: string;
  readonly pod?: string;
}

/** Kinds that `kubectl exec` finds a pod of. */
const EXEC_KINDS: ReadonlySet<string> = new Set(['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job']);

function sourceOf(snapshot: WorkspaceSnapshot, end: PathEnd): ProbeSource | undefined {
  switch (end.kind) {
    case 'pod':
      return ofPod(end.pod);
    case 'workload':
      return ofWorkload(end.workload);
    case 'service':
      return ofPod(podsBehind(snapshot, end.service)[0]);
    case 'anyPod':
    case 'address':
    case 'internet':
      return undefined;
  }
}

function ofPod(pod: Pod | undefined): ProbeSource | undefined {
  if (pod === undefined) return undefined;
  const { namespace, name, kind } = pod.workload;
  if (pod.name !== undefined) return { namespace, target: `pod/${pod.name}`, pod: pod.name };
  return EXEC_KINDS.has(kind) ? { namespace, target: `${kind.toLowerCase()}/${name}` } : undefined;
}

function ofWorkload({ pods }: WorkloadPods): ProbeSource | undefined {
  return ofPod(pods.find(({ name }) => name !== undefined) ?? pods[0]);
}

/** An address where one is known: a name would try the cluster's DNS as well. */
function hostOf(end: PathEnd): string | undefined {
  switch (end.kind) {
    case 'pod':
      return end.pod.ips[0];
    case 'workload':
      return end.workload.pods.find(({ ips }) => ips.length > 0)?.ips[0];
    case 'service':
      return end.service.clusterIPs[0] ?? `${end.service.name}.${end.service.namespace}.svc`;
    case 'address':
      return end.address;
    case 'anyPod':
    case 'internet':
      return undefined;
  }
}

/** The kubeconfig's context, where answers are those of a live cluster. */
function contextOf({ source }: WorkspaceSnapshot): string | undefined {
  if (source.kind !== 'live') return undefined;
  return source.state.origin.kind === 'live' ? source.state.origin.context : undefined;
}

/** POSIX 2.2.2: nothing has a meaning within single quotes but the closing one. */
function shell(words: readonly string[]): string {
  return words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ');
}
