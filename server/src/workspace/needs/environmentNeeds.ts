import { printable, qualifiedName } from '../../analysis/wording.ts';
import type { FieldPath } from '../../model/manifest.ts';
import { workloadId, type WorkloadKind } from '../../model/workload.ts';
import type { ManifestDocument, ManifestObject } from '../../syntax/manifestDocument.ts';
import { hostMentions, hostsInText, type HostMention } from '../../syntax/objects/hostMentions.ts';
import {
  podSettings,
  type ConfigMapRef,
  type ContainerSettings,
  type PodSettings,
} from '../../syntax/objects/podSettings.ts';
import type { PlacedObject } from '../objectTable.ts';
import { apiServerTargets, isApiServer } from './apiServerTargets.ts';
import { writtenObject, type ConfigMapTexts } from './declarations.ts';
import type { Found, Lookup } from './lookup.ts';
import type { Need, Sureness, WrittenPlace } from './need.ts';
import { resolveHost, resolvePort } from './resolveHost.ts';

/**
 * What a workload's manifest says that its program connects to: variables, arguments and ConfigMaps that name a Service.
 * Of a text nothing is kept but the name under which it stands and the Service that it turned out to name; Secrets are
 * not looked at. It is worked out anew only where the manifest, a ConfigMap or what stands behind a Service has changed.
 */
export function environmentNeeds(placed: PlacedObject, lookup: Lookup): readonly Need[] {
  const { manifest } = placed.origin;
  const before = known.get(manifest);
  if (before?.namespace === placed.namespace && before.key === placed.key && before.asked.every((each) => each(lookup)))
    return before.needs;
  const asked: ((lookup: Lookup) => boolean)[] = [];
  const needs = findNeeds(placed, {
    targetsOf: (namespace) => {
      const found = lookup.targetsOf(namespace);
      asked.push((other) => other.targetsOf(namespace) === found);
      return found;
    },
    configMap: (namespace, name, near) => {
      const found = lookup.configMap(namespace, name, near);
      asked.push((other) => other.configMap(namespace, name, near)?.document === found?.document);
      return found;
    },
  });
  known.set(manifest, { namespace: placed.namespace, key: placed.key, asked, needs });
  return needs;
}

interface KnownNeeds {
  readonly namespace: string;
  readonly key: string;
  /** Whether what was looked up is the same still. */
  readonly asked: readonly ((lookup: Lookup) => boolean)[];
  readonly needs: readonly Need[];
}

const known = new WeakMap<ManifestObject, KnownNeeds>();
const settings = new WeakMap<ManifestObject, PodSettings>();

export function settingsOf(document: ManifestDocument, manifest: ManifestObject, kind: WorkloadKind): PodSettings {
  let found = settings.get(manifest);
  if (found === undefined) settings.set(manifest, (found = podSettings(writtenObject(document, manifest), kind)));
  return found;
}

/** A text that may name Services, with the name under which it stands. */
interface NamedText {
  readonly what: string;
  readonly hosts: readonly HostMention[];
  /** What stands in the text is no surer than this. */
  readonly sureness: Sureness;
  readonly place: WrittenPlace;
}

const ORDER: readonly Sureness[] = ['certain', 'likely', 'possible'];

function findNeeds(placed: PlacedObject, lookup: Lookup): readonly Need[] {
  const { object, namespace, origin } = placed;
  if (object.type !== 'workload') return [];
  const { kind, name } = object.workload;
  const of = workloadId({ namespace, name, kind });
  const needs = new Map<string, Need>();
  for (const { what, hosts, sureness, place } of textsOf(
    placed,
    settingsOf(origin.placed.document, origin.manifest, kind),
    lookup,
  )) {
    for (const mention of hosts) {
      const found = needOf(mention, namespace, of, lookup);
      if (found === undefined) continue;
      const sure = ORDER[Math.max(ORDER.indexOf(sureness), ORDER.indexOf(found.sureness))] ?? 'possible';
      const key = JSON.stringify(found.service);
      const other = needs.get(key);
      if (other !== undefined && ORDER.indexOf(other.sureness) <= ORDER.indexOf(sure)) continue;
      const service = qualifiedName({ namespace: found.service.namespace, name: found.service.name });
      const evidence = { what: `${printable(what)} names Service ${printable(service)}`, written: place };
      needs.set(key, { ...found, sureness: sure, from: { kind: 'workload', id: of }, what, of, evidence });
    }
  }
  return [...needs.values()];
}

type FoundNeed = Pick<Need, 'kind' | 'sureness' | 'to'> & { readonly service: NonNullable<Need['service']> };

function needOf(mention: HostMention, from: string, of: string, lookup: Lookup): FoundNeed | undefined {
  if (isApiServer(mention.host, from)) {
    const service = { namespace: 'default', name: 'kubernetes', port: mention.port ?? 443 };
    return { kind: 'apiServer', sureness: 'certain', to: apiServerTargets(lookup), service };
  }
  const resolved = resolveHost(mention.host, from, lookup);
  const port = resolved && resolvePort(mention, resolved.service);
  if (resolved === undefined || port === undefined) return undefined;
  const { namespace, service, ofPod } = resolved;
  const target = lookup.targetsOf(namespace)?.target(service, port.protocol, port.port);
  if (target === undefined) return undefined;
  // A program that names the Service it stands behind mostly says who it is; one that names a pod of it has peers there.
  if (target.kind === 'pods' && target.workloads.length === 1 && target.workloads[0] === of && !ofPod) return undefined;
  return {
    kind: 'environment',
    sureness: port.inferred ? 'likely' : 'certain',
    to: [target],
    service: { namespace, name: service.name, port: port.port },
  };
}

function textsOf({ namespace, origin }: PlacedObject, pod: PodSettings, lookup: Lookup): readonly NamedText[] {
  const { uri } = origin.file;
  const { document } = origin.placed;
  const place = (path: FieldPath): WrittenPlace => ({ uri, document, path: [...origin.manifest.path, ...path] });
  const configMap = (ref: ConfigMapRef): Found<ConfigMapTexts> | undefined =>
    lookup.configMap(namespace, ref.configMap, uri);
  return [
    ...pod.containers.flatMap((container) => containerTexts(container, place, configMap)),
    ...pod.files.flatMap((ref) => {
      const found = configMap(ref);
      return found === undefined ? [] : [...found.value].flatMap(([key, text]) => fileText(key, text, found));
    }),
  ];
}

/** Variables and flags of one container, those of ConfigMaps among them. */
function containerTexts(
  { values, keys, all }: ContainerSettings,
  place: (path: FieldPath) => WrittenPlace,
  configMap: (ref: ConfigMapRef) => Found<ConfigMapTexts> | undefined,
): readonly NamedText[] {
  const own = values.map(({ name, text, path }) => ({ name, text, place: place(path) }));
  const ofKeys = keys.flatMap((ref) => {
    const found = configMap(ref);
    const text = found?.value.get(ref.key);
    return found === undefined || text === undefined
      ? []
      : [{ name: ref.variable, text, place: keyPlace(found, ref.key) }];
  });
  const ofAll = all.flatMap((ref) => {
    const found = configMap(ref);
    if (found === undefined) return [];
    // Files that lie beside variables in one ConfigMap are no variables.
    const lines = [...found.value].filter(([, text]) => !text.includes('\n'));
    return lines.map(([key, text]) => ({ name: `${ref.prefix ?? ''}${key}`, text, place: keyPlace(found, key) }));
  });
  const settings = [...own, ...ofKeys, ...ofAll];
  return settings.map(({ name, text, place: at }) =>
    name === ''
      ? { what: 'an argument', hosts: hostsInText(text), sureness: 'likely', place: at }
      : { what: name, hosts: hostMentions({ name, text }, settings), sureness: 'certain', place: at },
  );
}

/** A file that a ConfigMap brings. What it names may be for others, or in a comment. */
function fileText(key: string, text: string, found: Found<ConfigMapTexts>): readonly NamedText[] {
  if (text.length > LONGEST_FILE) return [];
  const what = `${key} of ConfigMap ${found.name}`;
  return [{ what, hosts: hostsInText(text), sureness: 'possible', place: keyPlace(found, key) }];
}

const LONGEST_FILE = 262_144;

function keyPlace({ uri, document, path }: Found<ConfigMapTexts>, key: string): WrittenPlace {
  return { uri, document, path: [...path, 'data', key] };
}
