/** `unknown` is an answer of its own: something that decides could not be read, or is not known of the plug-in. */
export type Enforcement = 'yes' | 'no' | 'unknown';

/** A network plug-in that a cluster runs, or left something of. */
export interface NetworkPlugin {
  /** As the setting `bulkhead.cni` names it: `cilium`. */
  readonly id: string;
  /** As people call it: `Cilium`. */
  readonly name: string;
  readonly enforces: Enforcement;
  /** One clause on why it does not, or why that is not known; absent where it does without a condition. */
  readonly why?: string;
  /** The object that gave it away: `DaemonSet kube-system/cilium`. */
  readonly seen: string;
  /** The tag of its agent's image. */
  readonly version?: string;
  /** Whether its ipBlocks match pods, where its configuration was asked; absent: as is usual for it. */
  readonly ipBlockPods?: 'always' | 'never' | 'unknown';
}

/** Which plug-ins a cluster runs and whether anything in it enforces NetworkPolicies. */
export interface NetworkPlugins {
  /** All of them: plug-ins are chained, and clusters are between two of them. */
  readonly plugins: readonly NetworkPlugin[];
  readonly enforces: Enforcement;
  /** One clause, also for `yes`. */
  readonly why: string;
  /** Nodes on which policies usually have no effect although the cluster enforces them. */
  readonly exceptions: readonly PluginException[];
}

export interface PluginException {
  /** One clause that goes on from a number of nodes: `run Windows`. */
  readonly why: string;
  readonly nodes: readonly string[];
}
