import { hasGaps } from '../engine/canonicalPolicy.ts';
import type { WorkloadObject } from '../model/manifest.ts';
import type { NetworkPolicy } from '../model/networkPolicy.ts';
import type { Namespace, Service } from '../model/workload.ts';
import type { SourceState } from './clusterSource.ts';
import { liveNamespace, livePods, livePolicy, liveService, readingOf, undecodablePolicy } from './liveObjects.ts';
import {
  namespaceDifferences,
  serviceDifferences,
  workloadDifferences,
  type LabelDifference,
  type ServiceDifference,
  type WorkloadDifference,
} from './objectDifferences.ts';
import { policyDifferences, type PolicyDifference } from './policyDifferences.ts';

/** How a manifest's object stands to the object of the same kind, namespace and name that a cluster holds. */
export type Comparison<D> =
  | { readonly kind: 'same' }
  /** At least one. */
  | { readonly kind: 'differs'; readonly differences: readonly D[] }
  /** Where it would be was read to its end, and it is not there. Of a workload: no pod of it is there. */
  | { readonly kind: 'absent' }
  /** `why` is a clause. */
  | { readonly kind: 'unknown'; readonly why: string };

export function comparePolicy(state: SourceState, policy: NetworkPolicy): Comparison<PolicyDifference> {
  const { namespace, name } = policy;
  const live = livePolicy(state, namespace, name);
  const unread = whyUnread(state, 'NetworkPolicy', namespace, live !== undefined);
  if (unread !== undefined) return unknown(unread);
  if (live === undefined) {
    const fault = undecodablePolicy(state, namespace, name);
    return fault === undefined ? { kind: 'absent' } : unknown(`the one there cannot be decoded: ${fault}`);
  }
  if (hasGaps(policy)) return unknown(PLACEHOLDER);
  return policyResult(policy, live);
}

/** Compared are its pods: a source keeps no templates. */
export function compareWorkload(state: SourceState, workload: WorkloadObject): Comparison<WorkloadDifference> {
  const { kind, namespace, name } = workload;
  const pods = livePods(state, kind, namespace, name);
  const unread = whyUnread(state, 'Pod', namespace, pods.length > 0);
  if (unread !== undefined) return unknown(unread);
  if (pods.length === 0) return { kind: 'absent' };
  const [template] = workload.pods;
  if (template === undefined) return unknown('the manifest runs no pod');
  const differences = podDifferences(template, pods);
  const open = template.unknownLabels !== undefined || template.portsIncomplete === true;
  return differences.length === 0 && open ? unknown(template.unknownWhy ?? PLACEHOLDER) : result(differences);
}

export function compareService(state: SourceState, service: Service): Comparison<ServiceDifference> {
  const live = liveService(state, service.namespace, service.name);
  const unread = whyUnread(state, 'Service', service.namespace, live !== undefined);
  if (unread !== undefined) return unknown(unread);
  return live === undefined ? { kind: 'absent' } : result(serviceDifferences(service, live));
}

export function compareNamespace(state: SourceState, namespace: Namespace): Comparison<LabelDifference> {
  const found = liveNamespace(state, namespace.name);
  // A namespace that only its objects name is known by nothing else.
  const live = found?.labelsUnknown === true ? undefined : found;
  const unread = whyUnread(state, 'Namespace', undefined, live !== undefined);
  if (unread !== undefined) return unknown(unread);
  if (live === undefined) return found === undefined ? { kind: 'absent' } : unknown('its labels were not read');
  const differences = namespaceDifferences(namespace, live);
  return differences.length === 0 && namespace.unknownLabels !== undefined ? unknown(PLACEHOLDER) : result(differences);
}

const policyResult = remembered((written: NetworkPolicy, live: NetworkPolicy) =>
  result(policyDifferences(written, live)),
);
const podDifferences = remembered(workloadDifferences);

/** A document keeps its objects while others are typed in, and a state those that did not change. */
function remembered<W extends object, L, R>(compare: (written: W, live: L) => R): (written: W, live: L) => R {
  const known = new WeakMap<W, { readonly live: L; readonly result: R }>();
  return (written, live) => {
    let found = known.get(written);
    if (found?.live !== live) known.set(written, (found = { live, result: compare(written, live) }));
    return found.result;
  };
}

export const PLACEHOLDER = 'a placeholder leaves open what is written';

function result<D>(differences: readonly D[]): Comparison<D> {
  return differences.length === 0 ? { kind: 'same' } : { kind: 'differs', differences };
}

function unknown(why: string): { readonly kind: 'unknown'; readonly why: string } {
  return { kind: 'unknown', why };
}

/**
 * Why nothing can be said; undefined where the kind was read to its end. Something half read may still change, and what
 * a snapshot that states nothing lacks may exist.
 */
function whyUnread(
  state: SourceState,
  kind: string,
  namespace: string | undefined,
  found: boolean,
): string | undefined {
  const status = readingOf(state, kind, namespace);
  switch (status?.state) {
    case 'complete':
    case 'stale':
      return undefined;
    case 'unstated':
      return found ? undefined : 'the snapshot does not say what it leaves out';
    case 'reading':
      return 'it is still being read';
    case 'forbidden':
    case 'failed':
      return status.why;
    case undefined:
      return found ? undefined : `kind ${kind} was not read`;
  }
}
