import type { Labels } from './labels.ts';

/** A cluster's node: what answers about ipBlocks and about the network plug-in need of it. */
export interface Node {
  readonly name: string;
  readonly labels: Labels;
  /** status.addresses that are IPs, in the order of the object. */
  readonly ips: readonly string[];
  /** status.nodeInfo: `v1.33.4+k3s1`, which names some distributions. */
  readonly kubeletVersion?: string;
  /** status.nodeInfo: `linux` or `windows`. */
  readonly operatingSystem?: string;
  /** K3s alone: the arguments that it was started with on this node. */
  readonly startArguments?: readonly string[];
}
