import { nearestWord } from '../../analysis/fixes/nearestWord.ts';
import { formatAddress, parseAddress, parseCidr } from '../../engine/address.ts';
import type { Protocol } from '../../model/networkPolicy.ts';
import type { Pod, Service } from '../../model/workload.ts';
import type { WorkspaceSnapshot } from '../snapshot.ts';
import { endIndex, nodeAt, order, serviceAt } from './endIndex.ts';
import { endName, serviceId, type EndNote, type ParsedEnd, type PathEnd } from './pathEnd.ts';

export interface ParseEndOptions {
  /** The namespace in which a name without one is looked for first, as a pod's resolver does. */
  readonly namespace?: string;
}

/**
 * An end as people write it: `shop/web-1` (a pod), `shop/web` or `shop/web[Deployment]` (a workload), `shop/db[Service]`,
 * a Service's DNS name with or without a port, a URL, an address (`10.2.3.4:5432`, `[fd00::1]:443`), `shop/*`,
 * `any pod`, `internet`. A pod's own name comes before a workload's (cli-contract, Names), a workload's before a
 * Service's. Never throws.
 */
export function parseEnd(snapshot: WorkspaceSnapshot, text: string, options: ParseEndOptions = {}): ParsedEnd {
  const written = text.slice(0, LONGEST).trim();
  if (written === '') return { kind: 'problem', problem: { kind: 'empty' } };
  const word = written.toLowerCase();
  if (OUTSIDE.has(word)) return found({ kind: 'internet' });
  if (ANY_POD.has(word)) return found({ kind: 'anyPod' });
  const { host, port, protocol } = split(written);
  const parsed = endNamed(snapshot, host, options);
  if (parsed.kind !== 'end') return parsed;
  return {
    ...parsed,
    ...(port === undefined ? {} : { port }),
    ...(protocol === undefined ? {} : { protocol }),
  };
}

const LONGEST = 1_000;
const OUTSIDE: ReadonlySet<string> = new Set(['internet', 'the internet', 'outside', 'world', 'external']);
const ANY_POD: ReadonlySet<string> = new Set(['any pod', 'any', '*', '*/*', 'any-pod', 'all pods']);

/** A host with what is around it in a URL or a socket address. */
function split(written: string): { host: string; port?: number; protocol?: Protocol } {
  const bare = written.replace(/^[a-z][a-z0-9+.-]*:\/\/(?:[^\s/@]*@)?/i, '');
  const isUrl = bare !== written;
  const place = isUrl ? bare.replace(/[/?#].*$/, '') : bare;
  if (parseAddress(place) !== undefined) return { host: place };
  const bracket = /^\[([^\]]+)\](?::(\d{1,5})(?:\/(tcp|udp|sctp))?)?$/i.exec(place);
  if (bracket !== null) return { host: bracket[1] ?? '', ...portOf(bracket[2], bracket[3]) };
  const ported = /^(.+?):(\d{1,5})(?:\/(tcp|udp|sctp))?$/i.exec(place);
  if (ported !== null) return { host: ported[1] ?? '', ...portOf(ported[2], ported[3]) };
  return { host: place };
}

function portOf(port: string | undefined, protocol: string | undefined): { port?: number; protocol?: Protocol } {
  const number = Number(port ?? 0);
  return {
    ...(number >= 1 && number <= 65_535 ? { port: number } : {}),
    ...(protocol === undefined ? {} : { protocol: protocol.toUpperCase() as Protocol }),
  };
}

function endNamed(snapshot: WorkspaceSnapshot, host: string, options: ParseEndOptions): ParsedEnd {
  const address = parseAddress(host);
  if (address !== undefined) return endAt(snapshot, formatAddress(address));
  if (parseCidr(host) !== undefined) return { kind: 'problem', problem: { kind: 'range', text: host } };
  const kinded = /^(.*)\[([A-Za-z]+)\]$/.exec(host);
  if (kinded !== null) return endOfKind(snapshot, kinded[1] ?? '', kinded[2] ?? '', host);
  const [first = '', second, third] = host.split('/');
  if (third !== undefined) return endOfKind(snapshot, `${second}/${third}`, KUBECTL_NAMES.get(first) ?? first, host);
  if (second !== undefined) return qualified(snapshot, first, second, host);
  return host.includes('.') ? dnsName(snapshot, host, options) : bareName(snapshot, host, options);
}

/** As kubectl abbreviates kinds. */
const KUBECTL_NAMES: ReadonlyMap<string, string> = new Map([
  ['svc', 'Service'],
  ['service', 'Service'],
  ['services', 'Service'],
  ['po', 'Pod'],
  ['pod', 'Pod'],
  ['pods', 'Pod'],
  ['deploy', 'Deployment'],
  ['deployment', 'Deployment'],
  ['sts', 'StatefulSet'],
  ['statefulset', 'StatefulSet'],
  ['ds', 'DaemonSet'],
  ['daemonset', 'DaemonSet'],
  ['rs', 'ReplicaSet'],
  ['replicaset', 'ReplicaSet'],
  ['job', 'Job'],
  ['cronjob', 'CronJob'],
]);

/** An address: a pod's, a Service's or a node's is said to be so. */
function endAt(snapshot: WorkspaceSnapshot, address: string): ParsedEnd {
  if (address.startsWith('127.') || address === '::1') return found({ kind: 'address', address, loopback: true });
  const pods = snapshot.universe.cluster.pods.podsAt(address);
  const [pod] = pods;
  const node = nodeAt(snapshot, address)?.name;
  if (pod !== undefined && pods.length === 1 && !pod.hostNetwork) {
    return found({ kind: 'pod', pod }, [{ kind: 'podAddress', address, pod: endName({ kind: 'pod', pod }) }]);
  }
  const service = serviceAt(snapshot, address);
  if (service !== undefined) {
    return found({ kind: 'service', service }, [{ kind: 'serviceAddress', address, service: serviceId(service) }]);
  }
  const notes: EndNote[] = [
    ...(node === undefined ? [] : [{ kind: 'nodeAddress', address, node } as const]),
    ...(pods.length === 0 ? [] : [{ kind: 'sharedAddress', address, pods: pods.length } as const]),
  ];
  return found({ kind: 'address', address, ...(node === undefined ? {} : { node }) }, notes);
}

function endOfKind(snapshot: WorkspaceSnapshot, name: string, kind: string, written: string): ParsedEnd {
  const slash = name.indexOf('/');
  const [namespace, own] = [name.slice(0, slash), name.slice(slash + 1)];
  if (kind === 'Service') {
    const service = serviceNamed(snapshot, namespace, own);
    return service === undefined ? notFound(snapshot, written) : found({ kind: 'service', service });
  }
  const workload = snapshot.universe.cluster.pods.workloads.get(`${name}[${kind}]`);
  if (workload !== undefined) return found({ kind: 'workload', workload });
  const pod = kind === 'Pod' ? podNamed(snapshot, namespace, own) : undefined;
  return pod === undefined ? notFound(snapshot, written) : found({ kind: 'pod', pod });
}

function qualified(snapshot: WorkspaceSnapshot, namespace: string, name: string, written: string): ParsedEnd {
  if (name === '*') {
    const isKnown = endIndex(snapshot).namespaces.some((known) => known.name === namespace);
    return isKnown ? found({ kind: 'anyPod', namespace }) : notFound(snapshot, written);
  }
  const pod = podNamed(snapshot, namespace, name);
  const service = serviceNamed(snapshot, namespace, name);
  const note: EndNote[] = service === undefined ? [] : [{ kind: 'serviceOfSameName', service: serviceId(service) }];
  if (pod !== undefined) return found({ kind: 'pod', pod }, note);
  const workloads = endIndex(snapshot).byName.get(`${namespace}/${name}`) ?? [];
  const [only] = workloads;
  if (only !== undefined && workloads.length === 1) return found({ kind: 'workload', workload: only }, note);
  if (only !== undefined) return ambiguous(written, workloads.map(({ id }) => id).sort());
  return service === undefined ? notFound(snapshot, written) : found({ kind: 'service', service });
}

/**
 * `db.shop`, `db.shop.svc`, `db.shop.svc.cluster.local`, `db-0.db.shop.svc…` (a pod of a headless Service),
 * `10-2-3-4.shop.pod…`; whatever else has dots is a host outside (Kubernetes DNS specification).
 */
function dnsName(snapshot: WorkspaceSnapshot, host: string, options: ParseEndOptions): ParsedEnd {
  const parts = host.toLowerCase().replace(/\.$/, '').split('.');
  const marker = parts.findIndex((part, index) => index > 0 && (part === 'svc' || part === 'pod'));
  if (marker >= 2 && parts[marker] === 'pod') {
    const address = (parts[0] ?? '').replaceAll('-', '.');
    if (parseAddress(address) !== undefined) return endAt(snapshot, address);
  }
  const [name = '', namespace = ''] = marker >= 2 ? parts.slice(marker - 2, marker) : parts;
  const service = serviceNamed(snapshot, namespace, name);
  if (service !== undefined && (marker >= 2 || parts.length === 2)) {
    const pod = marker === 3 ? podNamed(snapshot, namespace, parts[0] ?? '') : undefined;
    return found(pod === undefined ? { kind: 'service', service } : { kind: 'pod', pod });
  }
  // A name that is written as a cluster's is none outside of it.
  if (marker >= 2 || endIndex(snapshot).namespaces.some((known) => known.name === parts[1] && parts.length === 2)) {
    return notFound(snapshot, host);
  }
  // Names of workloads may have dots.
  const bare = bareName(snapshot, host, options);
  return bare.kind === 'problem' ? { kind: 'problem', problem: { kind: 'hostName', name: host } } : bare;
}

/** A name alone: in the asking pod's namespace, else wherever it stands once. */
function bareName(snapshot: WorkspaceSnapshot, name: string, { namespace }: ParseEndOptions): ParsedEnd {
  if (namespace !== undefined) {
    // What a pod resolves is a Service of its namespace.
    const service = serviceNamed(snapshot, namespace, name);
    if (service !== undefined) return found({ kind: 'service', service });
    const own = qualified(snapshot, namespace, name, name);
    if (own.kind !== 'problem') return own;
  }
  const choices = new Set<string>();
  for (const { workload } of endIndex(snapshot).workloads) if (workload.ref.name === name) choices.add(workload.id);
  if (choices.size === 0) {
    for (const { services } of snapshot.universe.parts.contents.values()) {
      for (const service of services) if (service.name === name) choices.add(serviceId(service));
    }
  }
  if (choices.size === 0 && endIndex(snapshot).namespaces.some((known) => known.name === name)) {
    return found({ kind: 'anyPod', namespace: name });
  }
  const [only] = choices;
  if (only === undefined) return notFound(snapshot, name);
  return choices.size === 1 ? endNamed(snapshot, only, {}) : ambiguous(name, [...choices].sort());
}

function notFound(snapshot: WorkspaceSnapshot, text: string): ParsedEnd {
  const wanted = text.replace(/\[[A-Za-z]*\]$/, '').toLowerCase();
  const slash = wanted.indexOf('/');
  const names = endIndex(snapshot).workloads.filter(({ text: name }) =>
    slash < 0 ? true : name.startsWith(wanted.slice(0, slash + 1)),
  );
  const words = names
    .slice(0, MOST_NAMES)
    .map(({ text: name }) => (slash < 0 ? name.slice(name.indexOf('/') + 1) : name));
  const near = nearestWord(wanted, [...new Set(words)]);
  return { kind: 'problem', problem: { kind: 'notFound', text, near: near === undefined ? [] : [near] } };
}

/** So many names are compared with one that was not found. */
const MOST_NAMES = 5_000;

function podNamed(snapshot: WorkspaceSnapshot, namespace: string, name: string): Pod | undefined {
  const pods = endIndex(snapshot).podsIn(namespace);
  let low = 0;
  let high = pods.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (order((pods[middle] as { name: string }).name, name) < 0) low = middle + 1;
    else high = middle;
  }
  const hit = pods[low];
  return hit?.name === name ? hit.pod : undefined;
}

function serviceNamed({ universe }: WorkspaceSnapshot, namespace: string, name: string): Service | undefined {
  return universe.parts.contents.get(namespace)?.services.find((service) => service.name === name);
}

/** As many choices as a person reads. */
function ambiguous(text: string, choices: readonly string[]): ParsedEnd {
  return { kind: 'ambiguous', text, choices: choices.slice(0, 20) };
}

function found(end: PathEnd, notes: readonly EndNote[] = []): ParsedEnd {
  return { kind: 'end', end, notes };
}
