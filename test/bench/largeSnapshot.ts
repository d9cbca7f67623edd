/** A saved cluster of 150,000 pods in 300 namespaces, as `kubectl get namespaces,pods,networkpolicies -A -o json` gives it. */
import { closeSync, openSync, writeSync } from 'node:fs';
import type { ClusterState } from '../../server/src/model/cluster.ts';
import type { Pod } from '../../server/src/model/workload.ts';
import { generateCluster } from './clusterGenerator.ts';
import { policyManifest } from './clusterManifests.ts';

/** Objects written at once: the whole text is larger than a string needs to be. */
const AT_ONCE = 5000;

export function largeState(): ClusterState {
  return generateCluster({ namespaces: 300, deploymentsPerNamespace: 25, replicas: 20, emit: 'pods' });
}

export function writeSnapshotOf(state: ClusterState, file: string): void {
  const target = openSync(file, 'w');
  writeSync(target, '{"apiVersion":"v1","kind":"List","items":[\n');
  let written = 0;
  const write = (objects: readonly object[]): void => {
    for (let from = 0; from < objects.length; from += AT_ONCE) {
      const part = objects.slice(from, from + AT_ONCE).map((object) => JSON.stringify(object));
      writeSync(target, `${written === 0 ? '' : ',\n'}${part.join(',\n')}`);
      written += part.length;
    }
  };
  write(
    state.namespaces.map(({ name, labels }) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } })),
  );
  write(state.policies.map(policyManifest));
  write(state.pods.map(podObject));
  writeSync(target, '\n]}\n');
  closeSync(target);
}

function podObject({ workload: { namespace, name, kind }, name: pod, labels, ports, ips }: Pod): object {
  const podIPs = ips.map((ip) => ({ ip }));
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: pod,
      namespace,
      labels,
      ownerReferences: [{ apiVersion: 'apps/v1', kind, name, uid: name, controller: true }],
    },
    spec: {
      containers: [{ name: 'main', ports: ports.map(({ port, ...rest }) => ({ ...rest, containerPort: port })) }],
    },
    status: { phase: 'Running', podIP: ips[0], podIPs },
  };
}
