import { fixture } from './fixture.ts';

/** A small cluster in manifests: two namespaces of two teams, and workloads of every sort that counts differently. */
export const SHOP = fixture(`
#- shop.yaml
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { team: shop } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  replicas: 4
  template:
    metadata: { labels: { app: web, track: stable } }
    spec: { containers: [{ name: web, ports: [{ name: http, containerPort: 8080 }] }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web-canary, namespace: shop }
spec:
  template:
    metadata: { labels: { app: web, track: canary } }
    spec: { containers: [{ name: web, ports: [{ name: http, containerPort: 8081 }] }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web-old, namespace: shop }
spec:
  replicas: 2
  template:
    metadata: { labels: { app: webapp } }
    spec: { containers: [{ name: web }] }
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db, namespace: shop, labels: { tier: data } }
spec:
  replicas: 3
  template:
    metadata: { labels: { app: db } }
    spec: { containers: [{ name: db, ports: [{ containerPort: 5432 }] }] }
#- platform.yaml
apiVersion: v1
kind: Namespace
metadata: { name: platform, labels: { team: platform } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: prometheus, namespace: platform }
spec:
  template:
    metadata: { labels: { app: prometheus } }
    spec: { containers: [{ name: prometheus }] }
---
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: node-exporter, namespace: platform }
spec:
  template:
    metadata: { labels: { app: node-exporter } }
    spec: { hostNetwork: true, containers: [{ name: exporter }] }
---
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: collector, namespace: platform }
spec:
  template:
    metadata: { labels: { app: collector } }
    spec: { containers: [{ name: collector }] }
`).files;

/** A policy of the shop with this spec, as a file. */
export function policy(spec: string, metadata = 'name: web, namespace: shop'): string {
  const indented = spec.trim().replace(/^/gm, '  ');
  return `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { ${metadata} }\nspec:\n${indented}\n`;
}

/** The shop's files and one more. */
export function shopWith(text: string, file = 'policy.yaml'): ReadonlyMap<string, string> {
  return new Map([...SHOP, [file, text]]);
}

/** web, reached from pods that are not there. */
export const FROM_GONE = policy(`
podSelector: { matchLabels: { app: web } }
ingress:
- from: [{ podSelector: { matchLabels: { app: gone } } }]`);

/** web, reached from the database. */
export const FROM_DB = policy(`
podSelector: { matchLabels: { app: web } }
ingress:
- from:
  - podSelector: { matchLabels: { app: db } }
`);
