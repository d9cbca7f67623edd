import type { Direction } from '../model/networkPolicy.ts';
import type { Connections } from '../model/verdict.ts';
import { ALL_IPV4, intersect, isEmpty, toCidrs, type AddressSet } from './addressSet.ts';
import type { CompiledCluster } from './compiledCluster.ts';
import { explainExternal, explainPair } from './explainDoubt.ts';
import { clusterHasIpv6 } from './ipv6.ts';
import { NO_PORTS, type PortSetId } from './portSets.ts';
import { describeUnknownPairs, type UnknownEntry } from './unknownEntries.ts';
import { UnknownPairs } from './unknownPairs.ts';
import { pairFilter } from './pairFilter.ts';
import { externalOf } from './workloadExternals.ts';
import { isolationOf, type WorkloadIsolation } from './workloadIsolation.ts';
import { WorkloadVectors, type WorkloadNode } from './workloadVectors.ts';
import { podsOf } from './podTable.ts';

/** A workload's name (`namespace/name[Kind]`), or addresses outside the cluster as the fewest ascending CIDRs. */
export type ReachEnd = string | { readonly cidrs: readonly string[] };

export interface ReachOptions {
  /** Also the pairs of a workload with itself: whether one replica reaches another, also where one runs today. */
  readonly self?: boolean;
  /** Show `::/0` although no address of the inputs is IPv6. */
  readonly ipv6?: boolean;
  /** Names of workloads: only pairs with such an end. Empty or absent: all. */
  readonly focus?: readonly string[];
  /** Only pairs whose target (`ingress`) or source (`egress`) is a workload in focus. */
  readonly direction?: Direction;
}

export interface ReachWorkload extends WorkloadIsolation {
  readonly id: string;
  readonly namespace: string;
  readonly name: string;
  readonly kind: string;
  readonly pods: number;
  /** No number of replicas is written anywhere. */
  readonly podsUnknown?: true;
}

export interface ReachConnection {
  readonly from: ReachEnd;
  readonly to: ReachEnd;
  /** What may certainly connect. The same object for the same ports. */
  readonly connections: Connections;
  /** The part that holds for some pods of the workloads only. */
  readonly partial?: Connections;
}

/**
 * Who can connect to whom, as cli-contract's `reach` lists it: ordered pairs of different workloads, and of workloads
 * with external addresses. A pair that is not listed and that `unknown` does not cover cannot connect.
 */
export interface Reachability {
  readonly workloads: readonly ReachWorkload[];
  /** One step per workload, with the connections that start there and those from external addresses to it. */
  rows(): Generator<readonly ReachConnection[], void>;
  /** What is not decided. Computed along with `rows`, which is run to its end if it has not been. */
  unknown(): readonly UnknownEntry[];
}

export function reachability(cluster: CompiledCluster, options: ReachOptions = {}): Reachability {
  const vectors = new WorkloadVectors(cluster);
  const { nodes } = vectors;
  const shown = pairFilter(
    nodes.map(({ id }) => id),
    options,
  );
  const ipv6 = options.ipv6 === true || clusterHasIpv6(cluster);
  let finished: UnknownPairs | undefined;

  function* rows(): Generator<readonly ReachConnection[], void> {
    const unknown = new UnknownPairs(nodes.length);
    for (let source = 0; source < nodes.length; source += 1) yield rowOf(source, unknown);
    finished = unknown;
  }

  function rowOf(source: number, unknown: UnknownPairs): ReachConnection[] {
    const found: ReachConnection[] = [];
    const node = nodes[source] as WorkloadNode;
    const { ports } = cluster.facts;
    if (shown.fromWorkload(source)) {
      const certain = vectors.from(source, 'certain');
      const possible = vectors.doubtful ? vectors.from(source, 'possible') : certain;
      for (let target = 0; target < nodes.length; target += 1) {
        const open = certain[target] as PortSetId;
        if (open === NO_PORTS && possible[target] === NO_PORTS) continue;
        if (!shown.pair(source, target)) continue;
        if (open !== possible[target]) unknown.addPair(source, target);
        if (open === NO_PORTS) continue;
        const connection = {
          from: node.id,
          to: (nodes[target] as WorkloadNode).id,
          connections: ports.connections(open),
        };
        const everywhere = vectors.isMixed(source, target) ? vectors.betweenAll(source, target) : open;
        const partial = ports.subtract(open, everywhere);
        found.push(partial === NO_PORTS ? connection : { ...connection, partial: ports.connections(partial) });
      }
    }
    for (const direction of ['egress', 'ingress'] as const) {
      if (!shown.external(source, direction)) continue;
      const { pieces, undecided } = externalOf(cluster, node, direction, vectors.doubtful);
      for (const piece of pieces) {
        const cidrs = cidrsOf(piece.addresses, ipv6);
        if (piece.ports === NO_PORTS || cidrs.length === 0) continue;
        const ends = direction === 'egress' ? { from: node.id, to: { cidrs } } : { from: { cidrs }, to: node.id };
        const connection = { ...ends, connections: ports.connections(piece.ports) };
        found.push(
          piece.partial === NO_PORTS ? connection : { ...connection, partial: ports.connections(piece.partial) },
        );
      }
      unknown.addExternal(source, direction, ipv6 ? undecided : intersect(undecided, ALL_IPV4));
    }
    return found;
  }

  return {
    workloads: nodes.map((node) => ({
      id: node.id,
      namespace: node.ref.namespace,
      name: node.ref.name,
      kind: node.ref.kind,
      ...podsOf(node.source),
      ...isolationOf(cluster, node.classes),
    })),
    rows,
    unknown: () => {
      if (finished === undefined) for (const _ of rows());
      return describeUnknownPairs(nodes, finished as UnknownPairs, shown, ipv6, {
        pair: (source, target) => explainPair(cluster, nodes[source] as WorkloadNode, nodes[target] as WorkloadNode),
        external: (at, direction) => explainExternal(cluster, nodes[at] as WorkloadNode, direction),
      });
    },
  };
}

const cidrTexts = new WeakMap<AddressSet, { readonly ipv4?: readonly string[]; readonly both?: readonly string[] }>();

/** Rows are shared between workloads, and so are the lists of CIDRs made of them. */
function cidrsOf(addresses: AddressSet, ipv6: boolean): readonly string[] {
  const key = ipv6 ? 'both' : 'ipv4';
  const known = cidrTexts.get(addresses);
  const cached = known?.[key];
  if (cached !== undefined) return cached;
  const shown = ipv6 ? addresses : intersect(addresses, ALL_IPV4);
  const cidrs = isEmpty(shown) ? [] : toCidrs(shown);
  cidrTexts.set(addresses, { ...known, [key]: cidrs });
  return cidrs;
}
