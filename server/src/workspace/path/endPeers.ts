import { hasLabels } from '../../analysis/serviceIndex.ts';
import { isLasting } from '../../analysis/volatileLabels.ts';
import type { Labels } from '../../model/labels.ts';
import type { JsonValue } from '../../model/manifest.ts';
import type { Pod } from '../../model/workload.ts';
import type { WorkspaceSnapshot } from '../snapshot.ts';
import { order } from './endIndex.ts';
import type { PathEnd } from './pathEnd.ts';
import { podsBehind } from './servicePath.ts';

/** The pods of an end that is not everyone, and labels that all of them have. */
export interface EndPods {
  readonly namespace: string;
  readonly pods: readonly Pod[];
  /** Sets of labels that select all of these pods, the narrowest first; never empty, but a set may be. */
  readonly selectors: readonly Labels[];
}

const NAME_LABEL = 'kubernetes.io/metadata.name';
/** RFC 1918: where the addresses of pods mostly are. */
const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'];
/** With link-local addresses, where clouds keep metadata: what a rule that means the internet leaves out. */
const INSIDE = [...PRIVATE, '169.254.0.0/16'];

/** Undefined for ends that are no pods, or pods of many namespaces. */
export function endPods(snapshot: WorkspaceSnapshot, end: PathEnd): EndPods | undefined {
  const pods = podsOf(snapshot, end);
  const [first] = pods;
  if (first === undefined) return undefined;
  const { namespace } = first.workload;
  const contents = snapshot.universe.parts.contents.get(namespace);
  const common = commonLabels(pods);
  const services = (contents?.services ?? []).flatMap(({ selector }) =>
    selector !== undefined && hasLabels(common, selector) ? [selector] : [],
  );
  const sets = distinct([...nameSets(common), ...services, common]);
  const chosen = narrowest(sets, contents?.pods ?? pods, countOf(pods));
  const ownName = end.kind === 'pod' && isSmall(snapshot) ? podNameLabel(end.pod) : [];
  return { namespace, pods, selectors: [...ownName, ...chosen] };
}

/** Labels that say what a program is, which one of them, and which part of it; what else pods carry says less. */
const NAME_KEYS = ['app.kubernetes.io/name', 'app', 'k8s-app', 'name', 'run'];
const MORE_KEYS = ['app.kubernetes.io/instance', 'app.kubernetes.io/component', 'component', 'instance', 'release'];

/** As people write selectors: by name, or by name and one thing more. */
function nameSets(common: Labels): readonly Labels[] {
  const has = (key: string): boolean => Object.hasOwn(common, key);
  const names = NAME_KEYS.filter(has);
  const pick = (...keys: readonly string[]): Labels =>
    Object.fromEntries(keys.map((key) => [key, common[key] as string]));
  return [
    ...names.map((name) => pick(name)),
    ...names.flatMap((name) => MORE_KEYS.filter(has).map((more) => pick(name, more))),
  ];
}

/**
 * The shortest sets of labels that select no pod of the namespace but these; where all of them select more, those that
 * select the fewest.
 */
function narrowest(sets: readonly Labels[], inNamespace: readonly Pod[], wanted: number): readonly Labels[] {
  const counted = sets.map((labels) => ({
    labels,
    size: Object.keys(labels).length,
    pods: countOf(inNamespace.filter((pod) => hasLabels(pod.labels, labels))),
  }));
  counted.sort((a, b) => Math.max(a.pods, wanted) - Math.max(b.pods, wanted) || a.size - b.size);
  return counted.slice(0, MOST_SELECTORS).map(({ labels }) => labels);
}

const MOST_SELECTORS = 2;

function distinct(sets: readonly Labels[]): readonly Labels[] {
  const seen = new Set<string>();
  return sets.filter((labels) => {
    const text = JSON.stringify(Object.entries(labels).sort(([a], [b]) => order(a, b)));
    return !seen.has(text) && seen.add(text);
  });
}

function countOf(pods: readonly Pod[]): number {
  return pods.reduce((sum, { count }) => sum + count, 0);
}

/** A label that tells every pod from every other makes each a class of its own, which a large cluster would pay for. */
function isSmall({ universe: { cluster } }: WorkspaceSnapshot): boolean {
  return cluster.stats.pods <= 5_000 || cluster.features.labelKeys.has(POD_NAME);
}

function podsOf(snapshot: WorkspaceSnapshot, end: PathEnd): readonly Pod[] {
  switch (end.kind) {
    case 'pod':
      return [end.pod];
    case 'workload':
      return end.workload.pods;
    case 'service':
      return podsBehind(snapshot, end.service);
    case 'address':
    case 'anyPod':
    case 'internet':
      return [];
  }
}

const POD_NAME = 'statefulset.kubernetes.io/pod-name';

/** A StatefulSet gives each of its pods a label of its own. */
function podNameLabel({ labels }: Pod): readonly Labels[] {
  return Object.hasOwn(labels, POD_NAME) ? [Object.fromEntries([[POD_NAME, labels[POD_NAME] as string]])] : [];
}

/** Labels that will last and that every pod has; those whose values are not known are none. */
function commonLabels(pods: readonly Pod[]): Labels {
  const [first, ...rest] = new Set(pods.map(({ labels }) => labels));
  const unknown = new Set(pods.flatMap(({ unknownLabels = [] }) => unknownLabels));
  return Object.fromEntries(
    Object.entries(first ?? {}).filter(
      ([key, value]) =>
        isLasting(key) &&
        VALID_KEY.test(key) &&
        VALID_VALUE.test(value) &&
        !unknown.has(key) &&
        rest.every((labels) => Object.hasOwn(labels, key) && labels[key] === value),
    ),
  );
}

/** What the API server takes in a selector; a source may hold anything. */
const VALID_KEY = /^(?:[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const VALID_VALUE = /^(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;

/** Lists of peers by which a policy of a namespace can mean an end; each list means it on its own. */
export function peerLists(
  snapshot: WorkspaceSnapshot,
  own: string,
  end: PathEnd,
  ipv6: boolean,
): readonly JsonValue[][] {
  switch (end.kind) {
    case 'address':
      return [[{ ipBlock: { cidr: single(end.address) } }]];
    case 'internet':
      return [blocksWithout(INSIDE, ipv6)];
    case 'anyPod':
      if (end.namespace === undefined) return [[{ namespaceSelector: {} }]];
      return [[end.namespace === own ? { podSelector: {} } : { namespaceSelector: named(end.namespace) }]];
    case 'pod':
    case 'workload':
    case 'service': {
      const pods = endPods(snapshot, end);
      if (pods === undefined) return [];
      const blocks = nodeBlocks(pods.pods);
      return pods.selectors.map((labels) => [podsPeer(own, pods.namespace, labels), ...blocks]);
    }
  }
}

/** A plug-in may see pods on their node's network as addresses alone. */
function nodeBlocks(pods: readonly Pod[]): JsonValue[] {
  const addresses = new Set(pods.flatMap(({ hostNetwork, ips }) => (hostNetwork ? ips : [])));
  return [...addresses].slice(0, 16).map((address) => ({ ipBlock: { cidr: single(address) } }));
}

/** Lists of peers that mean everyone but an end. */
export function othersLists(
  snapshot: WorkspaceSnapshot,
  own: string,
  end: PathEnd,
  ipv6: boolean,
): readonly JsonValue[][] {
  switch (end.kind) {
    case 'address': {
      const isSix = end.address.includes(':');
      const [four, six] = [isSix ? [] : [single(end.address)], isSix ? [single(end.address)] : []];
      return [[{ namespaceSelector: {} }, block('0.0.0.0/0', four), ...(ipv6 || isSix ? [block('::/0', six)] : [])]];
    }
    case 'internet':
      return [[{ namespaceSelector: {} }, ...INSIDE.map((cidr) => block(cidr, []))], [{ namespaceSelector: {} }]];
    case 'anyPod': {
      const rest = end.namespace === undefined ? [] : [{ namespaceSelector: notNamed(end.namespace) }];
      return [[...rest, ...blocksWithout(PRIVATE, ipv6)]];
    }
    case 'pod':
    case 'workload':
    case 'service': {
      const pods = endPods(snapshot, end);
      if (pods === undefined) return [];
      const lists = pods.selectors.flatMap((labels) => {
        const entries = Object.entries(labels).slice(0, 4);
        // Whoever differs in one of the labels is somebody else.
        const siblings = entries.map(([key, value]) => otherPods(own, pods.namespace, key, value));
        const keyed = entries.slice(0, 3).map(([key, value]) => [otherPods(own, pods.namespace, key, value)]);
        return [siblings, ...(entries.length > 1 ? keyed : [])];
      });
      return [...lists, []].map((siblings) => [
        { namespaceSelector: notNamed(pods.namespace) },
        ...siblings,
        ...blocksWithout(PRIVATE, ipv6),
      ]);
    }
  }
}

function otherPods(own: string, namespace: string, key: string, value: string): JsonValue {
  const podSelector = { matchExpressions: [{ key, operator: 'NotIn', values: [value] }] };
  return own === namespace ? { podSelector } : { namespaceSelector: named(namespace), podSelector };
}

function podsPeer(own: string, namespace: string, labels: Labels): JsonValue {
  const podSelector = Object.keys(labels).length === 0 ? {} : { matchLabels: { ...labels } };
  return own === namespace ? { podSelector } : { namespaceSelector: named(namespace), podSelector };
}

function named(namespace: string): JsonValue {
  return { matchLabels: { [NAME_LABEL]: namespace } };
}

function notNamed(namespace: string): JsonValue {
  return { matchExpressions: [{ key: NAME_LABEL, operator: 'NotIn', values: [namespace] }] };
}

function blocksWithout(except: readonly string[], ipv6: boolean): JsonValue[] {
  return [block('0.0.0.0/0', except), ...(ipv6 ? [block('::/0', ['fc00::/7', 'fe80::/10'])] : [])];
}

function block(cidr: string, except: readonly string[]): JsonValue {
  return { ipBlock: { cidr, ...(except.length === 0 ? {} : { except: [...except] }) } };
}

/** An address as a block of its own. */
export function single(address: string): string {
  return `${address}/${address.includes(':') ? 128 : 32}`;
}
