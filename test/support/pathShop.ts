/** A shop in a cluster with addresses, for questions about paths: frontend, api, db with its Services, DNS and a node. */
import type { WorkspaceSnapshot } from '../../server/src/workspace/snapshot.ts';
import { parseEnd } from '../../server/src/workspace/path/parseEnd.ts';
import type { PathEnd } from '../../server/src/workspace/path/pathEnd.ts';
import { liveSource } from './clusterSource.ts';
import { snapshotOf } from './snapshotOf.ts';

export const PODS = [
  runningPod('shop', 'frontend', 'frontend-1', '10.2.0.1'),
  runningPod('shop', 'frontend', 'frontend-2', '10.2.0.2'),
  runningPod('shop', 'api', 'api-1', '10.2.0.3'),
  runningPod('shop', 'db', 'db-0', '10.2.0.4', '[{ containerPort: 5432, name: pg }]', 'nodeName: node-1, '),
  runningPod('ops', 'prometheus', 'prometheus-0', '10.2.0.5'),
  runningPod('kube-system', 'kube-dns', 'coredns-1', '10.2.0.6', '[{ containerPort: 53, protocol: UDP, name: dns }]'),
  runningPod('ops', 'agent', 'agent-1', '192.168.5.1', '[]', 'hostNetwork: true, '),
].join('---\n');

export const SERVICES = `apiVersion: v1
kind: Service
metadata: { name: db, namespace: shop }
spec: { clusterIP: 10.96.0.7, selector: { app: db }, ports: [{ port: 15432, targetPort: pg }] }
---
apiVersion: v1
kind: Service
metadata: { name: frontend, namespace: shop }
spec: { type: LoadBalancer, clusterIP: 10.96.0.8, selector: { app: frontend }, ports: [{ port: 80, targetPort: 8080 }, { name: tls, port: 443, targetPort: 8443 }] }
---
apiVersion: v1
kind: Service
metadata: { name: peers, namespace: shop }
spec: { clusterIP: None, selector: { app: db }, ports: [{ port: 5432 }] }
---
apiVersion: v1
kind: Service
metadata: { name: paypal, namespace: shop }
spec: { type: ExternalName, externalName: api.paypal.com }
---
apiVersion: v1
kind: Service
metadata: { name: gone, namespace: shop }
spec: { clusterIP: 10.96.0.9, selector: { app: gone }, ports: [{ port: 80 }] }
---
apiVersion: v1
kind: Service
metadata: { name: kubernetes, namespace: default }
spec: { clusterIP: 10.96.0.1, ports: [{ port: 443, targetPort: 6443 }] }
---
apiVersion: v1
kind: Service
metadata: { name: kube-dns, namespace: kube-system, labels: { k8s-app: kube-dns } }
spec: { clusterIP: 10.96.0.10, selector: { app: kube-dns }, ports: [{ port: 53, protocol: UDP, targetPort: dns }] }
`;

export const DB_POLICY = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: db
  namespace: shop
spec:
  podSelector:
    matchLabels:
      app: db
  ingress:
    - from:
        - podSelector:
            matchLabels:
              app: api
      ports:
        - port: pg
    - from:
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: ops
      ports:
        - port: 9187
`;

function runningPod(namespace: string, app: string, name: string, ip: string, ports = '[]', more = ''): string {
  return `apiVersion: v1
kind: Pod
metadata:
  name: ${name}
  namespace: ${namespace}
  labels: { app: ${app} }
  ownerReferences: [{ apiVersion: apps/v1, kind: StatefulSet, name: ${app}, uid: '1', controller: true }]
spec: { ${more}containers: [{ name: main, ports: ${ports} }] }
status: { phase: Running, podIPs: [{ ip: ${ip} }] }
`;
}

/** The cluster with these policies open over it; `live` are those that the cluster alone has. */
export function pathShop(
  policies: Readonly<Record<string, string>> = { 'db.yaml': DB_POLICY },
  live = '',
): WorkspaceSnapshot {
  const cluster = new Map([
    ['pods.yaml', PODS],
    ['services.yaml', SERVICES],
    ...(live === '' ? [] : [['live.yaml', live] as const]),
  ]);
  const source = liveSource(cluster, 0);
  if (source.kind !== 'live') throw new Error('no live source');
  const nodes = [{ name: 'node-1', labels: {}, ips: ['192.168.5.1'] }];
  return snapshotOf(new Map(Object.entries(policies)), { source: { ...source, state: { ...source.state, nodes } } });
}

/** An end that has to be clear. */
export function end(snapshot: WorkspaceSnapshot, text: string): PathEnd {
  const parsed = parseEnd(snapshot, text);
  if (parsed.kind !== 'end') throw new Error(`${text} is not clear: ${JSON.stringify(parsed)}`);
  return parsed.end;
}
