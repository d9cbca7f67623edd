import type { Protocol } from '../../model/networkPolicy.ts';
import type { Service } from '../../model/workload.ts';
import type { HostMention } from '../../syntax/objects/hostMentions.ts';
import type { Lookup } from './lookup.ts';

/** The Service that a host name leads to. */
export interface ResolvedHost {
  readonly namespace: string;
  readonly service: Service;
  /** The name is that of one pod behind a headless Service: `kafka-0.kafka`. */
  readonly ofPod: boolean;
}

/**
 * The Service that a pod of a namespace means by a host name, along the search path of its resolver (Kubernetes
 * documentation, "DNS for Services and Pods"). Undefined where no Service of that name exists.
 */
export function resolveHost(
  host: string,
  namespace: string,
  { targetsOf }: Pick<Lookup, 'targetsOf'>,
): ResolvedHost | undefined {
  for (const { where, name, ofPod } of candidates(host.split('.'), namespace)) {
    const service = targetsOf(where)?.services.get(name);
    if (service === undefined || service.type === 'ExternalName') continue;
    if (!ofPod || service.clusterIPs.length === 0) return { namespace: where, service, ofPod };
  }
  return undefined;
}

interface Candidate {
  readonly where: string;
  readonly name: string;
  readonly ofPod: boolean;
}

function candidates(labels: readonly string[], namespace: string): readonly Candidate[] {
  const end = labels.indexOf('svc', 2);
  const [first = '', second = '', third = ''] = labels;
  const isOrdinal = /-\d+$/.test(first);
  const inNamespace = (where: string, name: string, ofPod = false): Candidate => ({ where, name, ofPod });
  switch (end < 0 ? labels.length : end) {
    case 1:
      return [inNamespace(namespace, first)];
    case 2:
      // `db.shop` before `kafka-0.kafka`; with `.svc` behind it is the former.
      return [inNamespace(second, first), ...(end < 0 && isOrdinal ? [inNamespace(namespace, second, true)] : [])];
    case 3:
      return isOrdinal ? [inNamespace(third, second, true)] : [];
    default:
      return [];
  }
}

/** A port of a Service; `inferred`: the text does not write it. */
export interface ResolvedPort {
  readonly protocol: Protocol;
  readonly port: number;
  readonly inferred: boolean;
}

/** The port of a Service that a setting means; undefined where it cannot be told, or where the Service has no such port. */
export function resolvePort(mention: HostMention, service: Service): ResolvedPort | undefined {
  const { port, protocol, portImplied, form } = mention;
  const [only] = service.ports;
  if (port !== undefined) {
    const own = service.ports.filter((each) => each.port === port);
    const found = own.find((each) => each.protocol === protocol) ?? own[0];
    if (found !== undefined) return { protocol: found.protocol, port, inferred: portImplied === true };
    // A headless Service leads to any port of its pods.
    if (portImplied !== true && service.clusterIPs.length === 0) return { protocol, port, inferred: false };
    if (form !== 'name') return undefined;
  }
  return only !== undefined && service.ports.length === 1
    ? { protocol: only.protocol, port: only.port, inferred: true }
    : undefined;
}
