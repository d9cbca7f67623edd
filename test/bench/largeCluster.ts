/** A live cluster of 150,000 pods in 300 namespaces, with a Service before each of its 7,500 workloads. */
import type { NetworkPolicy } from '../../server/src/model/networkPolicy.ts';
import type { Pod, Service } from '../../server/src/model/workload.ts';
import type { NamespaceContents } from '../../server/src/workspace/clusterSource.ts';
import { EMPTY_CONTENTS } from '../../server/src/workspace/clusterSource.ts';
import type { SourceView } from '../../server/src/workspace/snapshot.ts';
import { liveSource } from '../support/clusterSource.ts';
import { generateCluster } from './clusterGenerator.ts';

export interface LargeCluster {
  readonly source: SourceView;
  readonly namespace: string;
  /** The pods of that namespace. */
  readonly pods: readonly Pod[];
}

export function largeCluster(): LargeCluster {
  const { namespaces, pods, policies } = generateCluster({
    namespaces: 300,
    deploymentsPerNamespace: 25,
    replicas: 20,
    emit: 'pods',
  });
  const podsOf = Map.groupBy(pods, ({ workload }: Pod) => workload.namespace);
  const policiesOf = Map.groupBy(policies, ({ namespace }: NetworkPolicy) => namespace);
  const contents = new Map(
    namespaces.map(({ name }): [string, NamespaceContents] => {
      const own = podsOf.get(name) ?? [];
      return [name, { ...EMPTY_CONTENTS, pods: own, policies: policiesOf.get(name) ?? [], services: servicesOf(own) }];
    }),
  );
  const source = liveSource(new Map(), 0);
  if (!('state' in source)) throw new Error('a live source has a state');
  const namespace = namespaces[0]?.name ?? 'default';
  return {
    source: { ...source, state: { ...source.state, namespaces, contents } },
    namespace,
    pods: podsOf.get(namespace) ?? [],
  };
}

function servicesOf(pods: readonly Pod[]): readonly Service[] {
  const first = new Map(pods.map((pod) => [pod.workload.name, pod]));
  return [...first.values()].map(({ workload: { namespace, name }, labels, ports }, index) => ({
    namespace,
    name,
    selector: labels,
    type: 'ClusterIP',
    clusterIPs: [`10.96.${index >> 8}.${index & 255}`],
    ports: ports.map(({ port, protocol }) => ({ port: 80, targetPort: port, protocol })),
  }));
}
