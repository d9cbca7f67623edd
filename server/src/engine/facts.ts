import type { EngineOptions } from '../model/cluster.ts';
import { ClassRegistry } from './classRegistry.ts';
import { Peers } from './peers.ts';
import { PortSets } from './portSets.ts';
import { PortSpecs } from './portSpecs.ts';

/**
 * What all versions of one cluster share: interned classes, peers and port sets.
 *
 * Invariant: append-only, and nothing in it depends on a version. That is why `withEdit` may add to it while older
 * versions are in use.
 */
export interface Facts {
  readonly options: EngineOptions;
  readonly classes: ClassRegistry;
  readonly peers: Peers;
  readonly ports: PortSets;
  readonly specs: PortSpecs;
  /** A number that no other policy of these facts has. */
  readonly nextPolicyId: () => number;
}

export function newFacts(options: EngineOptions): Facts {
  const classes = new ClassRegistry();
  const ports = new PortSets();
  let policyIds = 0;
  return {
    options,
    classes,
    peers: new Peers(classes, options),
    ports,
    specs: new PortSpecs(ports, options.endPort),
    nextPolicyId: () => policyIds++,
  };
}
