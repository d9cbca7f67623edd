import type { LabelFacts } from './labelSelector.ts';

/** A namespace with given labels. One that is relabelled becomes another `NamespaceFacts`. */
export interface NamespaceFacts extends LabelFacts {
  readonly id: number;
  readonly name: string;
}

/**
 * Pods that no policy can tell apart. It says of a pod only what some policy asks: the labels whose keys a selector
 * mentions, the numbers of the named ports that a rule mentions, the ipBlocks that hold its address.
 *
 * Invariant: a class is a fact without time. What a cluster knows at one moment is which classes have pods.
 */
export interface PodClass extends LabelFacts {
  readonly id: number;
  readonly namespace: NamespaceFacts;
  readonly ports: NamedPorts;
  /** Ids of the ipBlock peers that hold an address of these pods. */
  readonly blocks: ReadonlySet<number>;
  /** No address of these pods is known: an ipBlock may hold them or not. */
  readonly unaddressed: boolean;
  /**
   * `hostNetwork`: pods on their node's network under the option `hostNetwork: 'unknown'`. The API leaves a plug-in
   * two ways to treat them. In one they are pods like others: this class. In the other, policies do not see them,
   * only traffic of their node's address: the class `asNode`, of kind `node`, which no selector matches.
   */
  readonly kind: 'pod' | 'hostNetwork' | 'node';
  readonly asNode?: PodClass;
}

/** Numbers of container ports by `protocol/name`. */
export interface NamedPorts {
  /** Equal for equal contents. */
  readonly id: number;
  readonly numbers: ReadonlyMap<string, number>;
  /** Not all container ports are known: any name may stand for any number. */
  readonly incomplete: boolean;
}

/** What an address that is no pod has, and a node. */
export const NO_NAMED_PORTS: NamedPorts = { id: 0, numbers: new Map(), incomplete: false };

/** The namespace of `node` classes, which are in none. Kubernetes allows no empty name. */
export const NO_NAMESPACE: NamespaceFacts = { id: 0, name: '', labels: new Map(), unknown: new Set() };
