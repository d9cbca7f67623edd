import { count } from '../analysis/wording.ts';
import { policyKey } from '../engine/compilePolicy.ts';
import type { ContainerPort, ServicePort } from '../model/workload.ts';
import { objectUri } from '../protocol/objects.ts';
import type { WorkloadDifference } from '../workspace/objectDifferences.ts';
import type { Side } from '../workspace/policyDifferences.ts';
import type { WorkspaceSnapshot } from '../workspace/snapshot.ts';
import { plain } from './markdown.ts';
import type { PolicyView } from './policyViews.ts';
import { objectComparison, policyComparison, type ObjectDifference } from './sourceComparison.ts';
import type { WrittenObject } from './writtenObjects.ts';

/** Shows a policy of a file beside the cluster's (client/src/commandIds.ts). */
export const COMPARE_POLICY = 'bulkhead.compareLivePolicy';
/** Has the cluster try a policy of a file, and applies it once a person has agreed. */
export const APPLY_POLICY = 'bulkhead.apply';
/** Opens the read-only view of an object at an address. */
export const OPEN_VIEW = 'bulkhead.openLiveObject';

/** What stands beside a lens where a cluster is chosen and holds something else; `command` is empty without a click. */
export interface DifferenceLens {
  readonly title: string;
  readonly command: string;
  readonly arguments?: readonly unknown[];
}

/** Nothing where both are the same, and nothing where it is not known: a hover says why. */
export function policyDifferenceLens(snapshot: WorkspaceSnapshot, view: PolicyView): DifferenceLens | undefined {
  const comparison = policyComparison(snapshot, view);
  const asked = { uri: view.file.file.uri, policy: policyKey(view) };
  if (comparison?.kind === 'absent') {
    if (snapshot.source.kind !== 'live') return { title: 'Not in the snapshot', command: '' };
    return { title: 'Not applied yet: apply…', command: APPLY_POLICY, arguments: [asked] };
  }
  if (comparison?.kind !== 'differs') return undefined;
  return { title: `Differs from ${clusterText(snapshot)}`, command: COMPARE_POLICY, arguments: [asked] };
}

/** `Differs from the cluster: label app is web there, and 2 more`. */
export function objectDifferenceLens(snapshot: WorkspaceSnapshot, object: WrittenObject): DifferenceLens | undefined {
  const comparison = objectComparison(snapshot, object);
  const [first, ...more] = comparison?.kind === 'differs' ? comparison.differences : [];
  if (first === undefined) return undefined;
  const others = more.length === 0 ? '' : `, and ${more.length} more`;
  const { kind, namespace, name, file } = object;
  return {
    title: `Differs from ${clusterText(snapshot)}: ${objectDifferenceText(first)}${others}`,
    command: OPEN_VIEW,
    arguments: [objectUri({ document: file.file.uri, kind, namespace, name })],
  };
}

function clusterText({ source }: WorkspaceSnapshot): string {
  return source.kind === 'live' ? 'the cluster' : 'the snapshot';
}

/**
 * `label app is web there`, `port 8080/TCP is missing there on 2 of 5 pods`.
 *
 * @param show makes names and values harmless where the text goes
 */
export function objectDifferenceText(difference: ObjectDifference, show = plain): string {
  const some = 'pods' in difference && difference.pods < difference.of;
  return `${whatText(difference, show)}${some ? ` on ${difference.pods} of ${count(difference.of, 'pod')}` : ''}`;
}

/** What of a workload's manifest the counted pods do not have, or what it lacks: `has app=web2`. */
export function manifestText(difference: WorkloadDifference, show = plain): string {
  switch (difference.kind) {
    case 'label':
      return difference.written === undefined
        ? `has no label ${show(difference.key)}`
        : `has ${show(`${difference.key}=${difference.written}`)}`;
    case 'port':
      return `has ${difference.side === 'written' ? '' : 'no '}port ${difference.port.port}/${difference.port.protocol}`;
    case 'hostNetwork':
      return difference.side === 'written' ? 'uses the network of its nodes' : 'has a network of its own';
  }
}

function whatText(difference: ObjectDifference, show: typeof plain): string {
  switch (difference.kind) {
    case 'label':
    case 'selector': {
      const { kind, key, written, live } = difference;
      if (live === undefined) return `${kind} ${show(`${key}=${written ?? ''}`)} is missing there`;
      if (written === undefined) return `${kind} ${show(`${key}=${live}`)} is only there`;
      return `${kind} ${show(key)} is ${live === '' ? 'empty' : show(live)} there`;
    }
    case 'port':
      return `port ${portText(difference.port, show)} ${sideText(difference.side)}`;
    case 'hostNetwork':
      return difference.side === 'live'
        ? 'its pods use the network of their nodes there'
        : 'its pods have a network of their own there';
    case 'type':
      return `type is ${show(difference.live)} there`;
  }
}

function sideText(side: Side): string {
  return side === 'written' ? 'is missing there' : 'is only there';
}

/** `8080/TCP (http)`; of a Service with the port that it leads to. */
function portText(port: ContainerPort | ServicePort, show: typeof plain): string {
  const target = 'targetPort' in port ? ` to ${show(String(port.targetPort))}` : '';
  return `${port.port}/${port.protocol}${target}${port.name === undefined ? '' : ` (${show(port.name)})`}`;
}
