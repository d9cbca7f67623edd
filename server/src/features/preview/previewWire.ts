import { connectionsText, portList } from '../../analysis/wording.ts';
import { ALL_IPV4, equalAddresses, toCidrs, ALL_ADDRESSES, type AddressSet } from '../../engine/addressSet.ts';
import type { ChangeCause } from '../../engine/changeCauses.ts';
import type { PortSetId } from '../../engine/portSets.ts';
import type {
  PreviewCause,
  PreviewEnd,
  PreviewPlace,
  PreviewPolicy,
  PreviewPorts,
  PreviewWorkload,
} from '../../protocol/preview.ts';
import type { PolicyRef } from '../../model/networkPolicy.ts';
import { causeKind, causeKindText } from '../../workspace/preview/causeDetails.ts';
import type { PreviewedWorkload } from '../../workspace/preview/comparisonRows.ts';
import { policyName, type PreviewModel } from '../../workspace/preview/previewModel.ts';

const MOST_CIDRS = 20;
const MOST_NAMESPACES = 5;
const MOST_NAMED = 3;

export function shownWorkload({ id, ref, pods, podsUnknown }: PreviewedWorkload): PreviewWorkload {
  const { namespace, name, kind } = ref;
  return { id, namespace, name, workloadKind: kind, pods, ...(podsUnknown && { podsUnknown }) };
}

/** @param places ascending, at least one */
export function shownWorkloads({ comparison }: PreviewModel, places: readonly number[]): PreviewEnd {
  const { workloads } = comparison;
  const at = (place: number): PreviewedWorkload => workloads[place] as PreviewedWorkload;
  if (places.length === 1) return { kind: 'workload', ...shownWorkload(at(places[0] as number)) };
  let pods = 0;
  const namespaces = new Map<string, number>();
  for (const place of places) {
    const workload = at(place);
    pods += workload.pods;
    namespaces.set(workload.ref.namespace, (namespaces.get(workload.ref.namespace) ?? 0) + 1);
  }
  const most = [...namespaces].map(([name, workloads]) => ({ name, workloads }));
  most.sort((a, b) => b.workloads - a.workloads || (a.name < b.name ? -1 : 1));
  return {
    kind: 'workloads',
    workloads: places.length,
    pods,
    namespaces: most.slice(0, MOST_NAMESPACES),
    moreNamespaces: Math.max(0, most.length - MOST_NAMESPACES),
    first: places.slice(0, MOST_NAMED).map((place) => shownWorkload(at(place))),
  };
}

export function shownAddresses(addresses: AddressSet): PreviewEnd {
  const cidrs = toCidrs(addresses);
  return {
    kind: 'external',
    cidrs: cidrs.slice(0, MOST_CIDRS),
    more: Math.max(0, cidrs.length - MOST_CIDRS),
    everywhere: equalAddresses(addresses, ALL_IPV4) || equalAddresses(addresses, ALL_ADDRESSES),
  };
}

export function shownPorts({ comparison }: PreviewModel, id: PortSetId): PreviewPorts {
  const connections = comparison.states.after.ports.connections(id);
  return {
    text: connections.length === 0 ? '' : connectionsText(connections),
    connections: connections.map(({ protocol, ranges }) => ({ protocol, ports: portList(ranges) })),
  };
}

export function shownCause({ comparison, places }: PreviewModel, cause: ChangeCause): PreviewCause {
  const { policy, direction, rule, state } = cause;
  const what = causeKind(comparison.states, cause);
  const place = places.of(comparison.states, cause);
  return {
    policy: policyName(policy),
    direction,
    ...(rule !== undefined && { rule }),
    state,
    what,
    text: causeKindText(what),
    ...(place !== undefined && { place: shownPlace(place) }),
  };
}

export function shownPolicy({ places }: PreviewModel, { namespace = '', name }: PolicyRef): PreviewPolicy {
  const place = places.ofPolicy(namespace, name);
  return { policy: policyName({ namespace, name }), ...(place !== undefined && { place: shownPlace(place) }) };
}

function shownPlace({ uri, range }: PreviewPlace): PreviewPlace {
  return { uri, range };
}

/** Short, the same for the same text, and never two for one in practice: 53 bits. */
export function shortId(text: string): string {
  let [high, low] = [0xdeadbeef, 0x41c6ce57];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    high = Math.imul(high ^ code, 2654435761);
    low = Math.imul(low ^ code, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return (4294967296 * (2097151 & low) + (high >>> 0)).toString(36);
}
