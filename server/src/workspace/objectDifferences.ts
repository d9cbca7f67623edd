import type { Labels } from '../model/labels.ts';
import type { ContainerPort, Namespace, Pod, Service, ServicePort } from '../model/workload.ts';
import { hasSidecar, isAddedToNamespaces, isAddedToPods, isControllersLabel } from './addedLabels.ts';
import type { Side } from './policyDifferences.ts';

/** A label with two values; absent where a side has none. */
export interface LabelDifference {
  readonly kind: 'label';
  readonly key: string;
  readonly written?: string;
  readonly live?: string;
}

/** One thing in which the pods of a workload are other pods than its manifest's template makes. */
export type WorkloadDifference = (
  | LabelDifference
  | { readonly kind: 'port'; readonly side: Side; readonly port: ContainerPort }
  | { readonly kind: 'hostNetwork'; readonly side: Side }
) & {
  /** How many of the cluster's pods differ in this. */
  readonly pods: number;
  readonly of: number;
};

export type ServiceDifference =
  | (Omit<LabelDifference, 'kind'> & { readonly kind: 'selector' })
  | { readonly kind: 'port'; readonly side: Side; readonly port: ServicePort }
  | { readonly kind: 'type'; readonly live: string };

/**
 * What differs between a template and the pods that a cluster runs of it, which in the midst of a rollout may be of two
 * sorts. How many there are is no difference, and neither are labels and ports that something adds to every pod.
 */
export function workloadDifferences(template: Pod, pods: readonly Pod[]): readonly WorkloadDifference[] {
  const found = new Map<string, { readonly what: PodDifference; pods: number }>();
  const alike = new Map<Labels, PodDifference[]>();
  let of = 0;
  for (const pod of pods) {
    of += pod.count;
    let labels = alike.get(pod.labels);
    if (labels === undefined) alike.set(pod.labels, (labels = podLabels(template, pod.labels)));
    for (const what of [...labels, ...portDifferences(template, pod), ...hostNetwork(template, pod)]) {
      const key = JSON.stringify(what);
      const known = found.get(key);
      if (known === undefined) found.set(key, { what, pods: pod.count });
      else known.pods += pod.count;
    }
  }
  return [...found.values()].map(({ what, pods: differing }) => ({ ...what, pods: differing, of }));
}

type PodDifference =
  | LabelDifference
  | { readonly kind: 'port'; readonly side: Side; readonly port: ContainerPort }
  | { readonly kind: 'hostNetwork'; readonly side: Side };

function podLabels({ labels, unknownLabels = [] }: Pod, live: Labels): PodDifference[] {
  return labelDifferences(
    labels,
    live,
    (key) => unknownLabels.includes(key) || isControllersLabel(key),
    isAddedToPods,
  ).map((label) => ({ kind: 'label', ...label }));
}

function portDifferences(template: Pod, pod: Pod): readonly PodDifference[] {
  if (template.portsIncomplete === true || pod.portsIncomplete === true || template.ports === pod.ports) return [];
  const added = hasSidecar(pod.labels) ? [] : missing(pod.ports, template.ports, containerPortText);
  return [
    ...missing(template.ports, pod.ports, containerPortText).map((port) => ({
      kind: 'port' as const,
      side: 'written' as const,
      port,
    })),
    ...added.map((port) => ({ kind: 'port' as const, side: 'live' as const, port })),
  ];
}

function hostNetwork(template: Pod, pod: Pod): readonly PodDifference[] {
  if (template.hostNetwork === pod.hostNetwork) return [];
  return [{ kind: 'hostNetwork', side: template.hostNetwork ? 'written' : 'live' }];
}

/** Selector, ports and type: what decides where a Service leads. Node ports and addresses are the cluster's to give. */
export function serviceDifferences(written: Service, live: Service): readonly ServiceDifference[] {
  const none = (): boolean => false;
  const selector = labelDifferences(written.selector ?? {}, live.selector ?? {}, none, none);
  return [
    ...(written.type === live.type ? [] : [{ kind: 'type' as const, live: live.type }]),
    ...selector.map((label) => ({ kind: 'selector' as const, ...label })),
    ...missing(written.ports, live.ports, servicePortText).map((port) => ({
      kind: 'port' as const,
      side: 'written' as const,
      port,
    })),
    ...missing(live.ports, written.ports, servicePortText).map((port) => ({
      kind: 'port' as const,
      side: 'live' as const,
      port,
    })),
  ];
}

export function namespaceDifferences(written: Namespace, live: Namespace): readonly LabelDifference[] {
  const unknown = written.unknownLabels ?? [];
  return labelDifferences(
    written.labels,
    live.labels,
    (key) => unknown.includes(key) || key === 'kubernetes.io/metadata.name',
    isAddedToNamespaces,
  ).map((label) => ({ kind: 'label', ...label }));
}

/**
 * @param ignored keys that are no difference on either side
 * @param added keys that are none where only the cluster has them
 */
function labelDifferences(
  written: Labels,
  live: Labels,
  ignored: (key: string) => boolean,
  added: (key: string) => boolean,
): readonly Omit<LabelDifference, 'kind'>[] {
  if (written === live) return [];
  const found: Omit<LabelDifference, 'kind'>[] = [];
  for (const [key, value] of Object.entries(written)) {
    const there = Object.hasOwn(live, key) ? live[key] : undefined;
    if (there === value || ignored(key)) continue;
    found.push({ key, written: value, ...(there === undefined ? {} : { live: there }) });
  }
  for (const [key, value] of Object.entries(live)) {
    if (!Object.hasOwn(written, key) && !ignored(key) && !added(key)) found.push({ key, live: value });
  }
  return found;
}

function missing<T>(from: readonly T[], among: readonly T[], text: (item: T) => string): readonly T[] {
  if (from.length === 0) return [];
  const known = new Set(among.map(text));
  return from.filter((item) => !known.has(text(item)));
}

function containerPortText({ name = '', port, protocol }: ContainerPort): string {
  return `${protocol}/${port}/${name}`;
}

/** The API server makes an absent `targetPort` the port itself. */
function servicePortText({ name = '', port, protocol, targetPort = port }: ServicePort): string {
  return JSON.stringify([protocol, port, name, targetPort]);
}
