import type { Labels } from './labels.ts';

/** A cluster's node: what answers about ipBlocks and about the network plug-in need of it. */
export interface Node {
  readonly name: string;
  readonly labels: Labels;
  /** status.addresses that are IPs, in the order of the object. */
  readonly ips: readonly string[];
}
