import { hasLabels } from '../../analysis/serviceIndex.ts';
import { labelFacts, compileSelector, matchSelector } from '../../engine/labelSelector.ts';
import { YES } from '../../engine/match.ts';
import type { EndpointSlice } from '../../model/exposure.ts';
import type { Labels, LabelSelector } from '../../model/labels.ts';
import type { Protocol } from '../../model/networkPolicy.ts';
import { workloadId, type ContainerPort, type Pod, type Service, type ServicePort } from '../../model/workload.ts';
import type { NamespaceContents } from '../clusterSource.ts';
import { labelsSelector, type NeedTarget, type PodsTarget } from './need.ts';

/** Pods of one workload with the same labels. */
export interface PodGroup {
  readonly id: string;
  readonly labels: Labels;
  readonly ports: readonly ContainerPort[];
  readonly hostNetwork: boolean;
}

/**
 * What stands behind the Services of one namespace. The same object as long as the namespace's pods, Services and
 * endpoints are the same, so that what was worked out with it holds on.
 */
export interface ServiceTargets {
  readonly contents: Pick<NamespaceContents, 'pods' | 'services' | 'endpoints'>;
  readonly services: ReadonlyMap<string, Service>;
  readonly groups: readonly PodGroup[];
  /** The same object for the same port; undefined where nothing known is behind it. */
  readonly target: (service: Service, protocol: Protocol, port: number) => NeedTarget | undefined;
}

const known = new WeakMap<object, ServiceTargets>();

/** Undefined for a namespace in which nothing can be reached. */
export function serviceTargets(contents: NamespaceContents): ServiceTargets | undefined {
  const key = contents.pods[0] ?? contents.services[0];
  if (key === undefined) return undefined;
  const before = known.get(key);
  if (before !== undefined && isSame(before.contents, contents)) return before;
  const made = targetsOf(contents);
  known.set(key, made);
  return made;
}

/** The workloads whose pods a selector means. */
export function selectedWorkloads(groups: readonly PodGroup[], selector: LabelSelector): readonly string[] {
  const compiled = compileSelector(selector);
  const ids = groups.flatMap(({ id, labels }) =>
    matchSelector(compiled, labelFacts(labels, undefined)) === YES ? [id] : [],
  );
  return [...new Set(ids)].sort();
}

function isSame(a: ServiceTargets['contents'], b: ServiceTargets['contents']): boolean {
  return sameItems(a.pods, b.pods) && sameItems(a.services, b.services) && sameItems(a.endpoints, b.endpoints);
}

function sameItems<T>(a: readonly T[], b: readonly T[]): boolean {
  return a === b || (a.length === b.length && a.every((item, index) => item === b[index]));
}

function targetsOf({ pods, services, endpoints }: NamespaceContents): ServiceTargets {
  const groups = grouped(pods);
  let byLabel: ReadonlyMap<string, readonly LabelledGroup[]> | undefined;
  const targets = new Map<string, NeedTarget | undefined>();
  const behind = (selector: Labels): readonly PodGroup[] => {
    const [first] = Object.entries(selector);
    byLabel ??= labelled(groups);
    const some = first === undefined ? [] : (byLabel.get(JSON.stringify(first)) ?? []);
    return some.flatMap(({ group }) => (hasLabels(group.labels, selector) ? [group] : []));
  };
  return {
    contents: { pods, services, endpoints },
    services: new Map(services.map((service) => [service.name, service])),
    groups,
    target: (service, protocol, port) => {
      const key = `${service.name} ${port}/${protocol}`;
      if (!targets.has(key)) {
        const { selector } = service;
        targets.set(
          key,
          selector === undefined
            ? endpointsTarget(service, endpoints, protocol, port)
            : podsTarget(service, selector, behind(selector), protocol, port),
        );
      }
      return targets.get(key);
    },
  };
}

interface LabelledGroup {
  readonly group: PodGroup;
  readonly key: string;
}

function labelled(groups: readonly PodGroup[]): ReadonlyMap<string, readonly LabelledGroup[]> {
  const all = groups.flatMap((group) =>
    Object.entries(group.labels).map((label) => ({ group, key: JSON.stringify(label) })),
  );
  return Map.groupBy(all, ({ key }) => key);
}

/** Sources share label objects between equal pods, so that neighbours are mostly told by identity. */
function grouped(pods: readonly Pod[]): readonly PodGroup[] {
  const groups: PodGroup[] = [];
  const seen = new Map<string, PodGroup[]>();
  for (const { workload, labels, ports, hostNetwork } of pods) {
    const id = workloadId(workload);
    let own = seen.get(id);
    if (own === undefined) seen.set(id, (own = []));
    if (own.some((group) => group.labels === labels && group.ports === ports && group.hostNetwork === hostNetwork))
      continue;
    const group = { id, labels, ports, hostNetwork };
    own.push(group);
    groups.push(group);
  }
  return groups;
}

function podsTarget(
  service: Service,
  selector: Labels,
  groups: readonly PodGroup[],
  protocol: Protocol,
  port: number,
): PodsTarget | undefined {
  if (groups.length === 0) return undefined;
  const own = service.ports.find((each) => each.port === port && each.protocol === protocol);
  // A headless Service leads to the pods themselves, on whatever port they listen.
  const isOwnPort = groups.some(({ ports }) => ports.some((each) => each.port === port && each.protocol === protocol));
  if (own === undefined && (service.clusterIPs.length > 0 || !isOwnPort)) return undefined;
  return {
    kind: 'pods',
    workloads: [...new Set(groups.map(({ id }) => id))].sort(),
    selector: labelsSelector(selector),
    ports: [{ protocol, port: own?.targetPort ?? port }],
  };
}

function endpointsTarget(
  { name, ports }: Service,
  endpoints: readonly EndpointSlice[],
  protocol: Protocol,
  port: number,
): NeedTarget | undefined {
  const own = ports.find((each) => each.port === port && each.protocol === protocol);
  if (own === undefined) return undefined;
  const slices = endpoints.filter(({ service }) => service === name);
  const addresses = slices.flatMap((slice) => slice.endpoints.flatMap((endpoint) => endpoint.addresses));
  const numbers = slices.flatMap((slice) => portsNamed(slice, own));
  if (addresses.length === 0 || numbers.length === 0) return undefined;
  return {
    kind: 'addresses',
    addresses: [...new Set(addresses)],
    ports: [...new Set(numbers)].map((number) => ({ protocol, port: number })),
  };
}

function portsNamed({ ports }: EndpointSlice, own: ServicePort): readonly number[] {
  return ports.flatMap(({ name, protocol, port }) => {
    const isOwn = protocol === own.protocol && (name ?? '') === (own.name ?? '');
    return isOwn && port !== undefined ? [port] : [];
  });
}
