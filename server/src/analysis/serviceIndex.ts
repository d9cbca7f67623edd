import type { Labels } from '../model/labels.ts';
import type { ContainerPort, Service, ServicePort } from '../model/workload.ts';
import type { NamespaceView } from './check.ts';

/** Services by one label that their pods must have: `key`, then `value`. */
type ByLabel = ReadonlyMap<string, ReadonlyMap<string, readonly Service[]>>;

const known = new WeakMap<NamespaceView, ByLabel>();

/** The Services of a namespace that stand for pods with these labels. */
export function servicesSelecting(view: NamespaceView, labels: Labels): readonly Service[] {
  const index = indexOf(view);
  if (index.size === 0) return [];
  return Object.entries(labels).flatMap(([key, value]) =>
    (index.get(key)?.get(value) ?? []).filter(({ selector = {} }) => hasLabels(labels, selector)),
  );
}

export function hasLabels(labels: Labels, wanted: Labels): boolean {
  return Object.entries(wanted).every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value);
}

/** The number that a Service's port leads to on pods with these container ports; undefined: no such name there. */
export function targetNumber(
  { protocol, port, targetPort = port }: ServicePort,
  ports: readonly ContainerPort[],
): number | undefined {
  if (typeof targetPort === 'number') return targetPort;
  return ports.find(({ name, protocol: own }) => name === targetPort && own === protocol)?.port;
}

function indexOf(view: NamespaceView): ByLabel {
  let index = known.get(view);
  if (index === undefined) {
    const made = new Map<string, Map<string, Service[]>>();
    for (const service of view.services) {
      const [first] = Object.entries(service.selector ?? {});
      if (first === undefined) continue;
      let values = made.get(first[0]);
      if (values === undefined) made.set(first[0], (values = new Map()));
      const list = values.get(first[1]);
      if (list === undefined) values.set(first[1], [service]);
      else list.push(service);
    }
    known.set(view, (index = made));
  }
  return index;
}
