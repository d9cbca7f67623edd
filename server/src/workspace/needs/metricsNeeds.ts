import { printable, qualifiedName } from '../../analysis/wording.ts';
import { compileSelector, labelFacts, matchSelector } from '../../engine/labelSelector.ts';
import { YES } from '../../engine/match.ts';
import type { LabelSelector } from '../../model/labels.ts';
import { workloadId, type Service } from '../../model/workload.ts';
import { asString, type JsonMap } from '../../syntax/objects/jsonAccess.ts';
import type { Monitor, MonitorPort } from '../../syntax/objects/monitor.ts';
import type { PlacedObject } from '../objectTable.ts';
import { isScraped, SCRAPE, type ScrapedService } from './declarations.ts';
import { settingsOf } from './environmentNeeds.ts';
import { onlyWorkload } from './ingressNeeds.ts';
import type { Found, NeedLookup } from './lookup.ts';
import {
  labelsSelector,
  type Need,
  type NeedPort,
  type NeedTarget,
  type PodsTarget,
  type WrittenPlace,
} from './need.ts';
import type { PlatformWorkload } from './platformPods.ts';
import { selectedWorkloads, type ServiceTargets } from './serviceTargets.ts';

type Targets = Pick<NeedLookup, 'targetsOf'>;

/** That Prometheus reads pods whose manifest has the annotation `prometheus.io/scrape`. */
export function annotatedNeeds(
  placed: PlacedObject,
  prometheus: readonly PlatformWorkload[],
  { targetsOf }: Targets,
): readonly Need[] {
  const { object, namespace, origin } = placed;
  if (object.type !== 'workload') return [];
  const { document } = origin.placed;
  const { annotations, at } = settingsOf(document, origin.manifest, object.workload.kind);
  if (!isScraped(annotations)) return [];
  const id = workloadId({ ...object.workload, namespace });
  const own = (targetsOf(namespace)?.groups ?? []).filter((group) => group.id === id);
  const ports = annotatedPorts(annotations) ?? [
    ...new Map(
      own
        .flatMap(({ ports }) => ports)
        .flatMap(({ port, protocol }) => (protocol === 'TCP' ? [[port, { protocol, port }] as const] : [])),
    ).values(),
  ];
  if (own.length === 0 || ports.length === 0) return [];
  const path = [...origin.manifest.path, ...at, 'metadata', 'annotations', SCRAPE];
  const target: PodsTarget = { kind: 'pods', workloads: [id], selector: EVERY_POD, ports };
  return scraped(prometheus, target, `its pods have the annotation ${SCRAPE}`, {
    uri: origin.file.uri,
    document,
    path,
  });
}

/** The same of a Service. */
export function scrapedServiceNeeds(
  { namespace, name, value: { annotations }, uri, document, path }: Found<ScrapedService>,
  prometheus: readonly PlatformWorkload[],
  { targetsOf }: Targets,
): readonly Need[] {
  const targets = targetsOf(namespace);
  const service = targets?.services.get(name);
  if (targets === undefined || service === undefined) return [];
  const ports = annotatedPorts(annotations);
  const found = service.ports.flatMap(({ protocol, port }) => targets.target(service, protocol, port) ?? []);
  const place = { uri, document, path: [...path, 'metadata', 'annotations', SCRAPE] };
  return found
    .map((target) => (target.kind === 'pods' && ports !== undefined ? { ...target, ports } : target))
    .flatMap((target) =>
      scraped(prometheus, target, `Service ${printable(qualifiedName(service))} has the annotation ${SCRAPE}`, place),
    );
}

/** What a ServiceMonitor or PodMonitor has Prometheus read. */
export function monitorNeeds(
  found: Found<Monitor>,
  prometheus: readonly PlatformWorkload[],
  lookup: NeedLookup,
): readonly Need[] {
  const { value, namespace, name, uri, document } = found;
  const namespaces =
    value.namespaces === 'own'
      ? [namespace]
      : value.namespaces === 'any'
        ? [...lookup.parts.contents.keys()]
        : value.namespaces;
  const what = `${value.kind} ${printable(qualifiedName({ namespace, name }))} selects it`;
  return namespaces.flatMap((where) => {
    const targets = lookup.targetsOf(where);
    if (targets === undefined) return [];
    return value.ports.flatMap((port) => {
      const place = { uri, document, path: [...found.path, ...port.path] };
      const read =
        value.kind === 'PodMonitor' ? podTargets(targets, value, port) : serviceMonitorTargets(targets, value, port);
      return read.flatMap((target) => scraped(prometheus, target, what, place, 'certain'));
    });
  });
}

function podTargets({ groups }: ServiceTargets, { selector }: Monitor, { port }: MonitorPort): readonly NeedTarget[] {
  return selectedWorkloads(groups, selector).map((id) => ({
    kind: 'pods',
    workloads: [id],
    selector,
    ports: [{ protocol: 'TCP', port }],
  }));
}

function serviceMonitorTargets(
  targets: ServiceTargets,
  { selector }: Monitor,
  port: MonitorPort,
): readonly NeedTarget[] {
  const selected = [...targets.services.values()].filter((service) => isSelected(selector, service));
  return selected.flatMap((service) => {
    const own = service.ports.find(({ name }) => port.of === 'service' && name === port.port) ?? service.ports[0];
    const target = own && targets.target(service, own.protocol, own.port);
    if (target === undefined) return [];
    if (port.of === 'service') return own?.name === port.port ? [target] : [];
    return target.kind === 'pods' ? [{ ...target, ports: [{ protocol: 'TCP', port: port.port }] }] : [];
  });
}

function isSelected(selector: LabelSelector, { labels = {} }: Service): boolean {
  return matchSelector(compileSelector(selector), labelFacts(labels, undefined)) === YES;
}

/** `prometheus.io/port`; undefined where it is not written. */
function annotatedPorts(annotations: JsonMap): readonly NeedPort[] | undefined {
  const written = Object.hasOwn(annotations, PORT) ? annotations[PORT] : undefined;
  const port = typeof written === 'number' ? written : Number(asString(written));
  return Number.isInteger(port) && port >= 1 && port <= 65_535 ? [{ protocol: 'TCP', port }] : undefined;
}

const PORT = 'prometheus.io/port';
const EVERY_POD = labelsSelector({});

function scraped(
  prometheus: readonly PlatformWorkload[],
  target: NeedTarget,
  what: string,
  written: WrittenPlace,
  sureness: Need['sureness'] = 'likely',
): readonly Need[] {
  const need = (from: Need['from'], sure: Need['sureness'], by: string): Need => ({
    kind: 'metrics',
    sureness: sure,
    from,
    to: [target],
    what: 'scraping of metrics',
    ...onlyWorkload(target),
    evidence: { what: `${what}, ${by}`, written },
  });
  if (prometheus.length === 0) {
    return [need({ kind: 'unseenPods' }, 'possible', 'for a Prometheus that is not among the known pods')];
  }
  const sure = prometheus.length === 1 ? sureness : 'possible';
  return prometheus.map(({ id }) => need({ kind: 'workload', id }, sure, `for ${printable(id)}`));
}
