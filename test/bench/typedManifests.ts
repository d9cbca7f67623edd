/** Policies with the workloads that they select, a namespace after the other. */
export function manifests(bytes: number): string {
  let text = '';
  for (let index = 0; text.length < bytes; index += 1) text += block(index);
  return text;
}

function block(index: number): string {
  const namespace = `team-${Math.floor(index / 5)}`;
  return `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web-${index}
  namespace: ${namespace}
spec:
  podSelector:
    matchLabels:
      app: web-${index}
  policyTypes: [Ingress, Egress]
  ingress:
  - from:
    - podSelector:
        matchLabels:
          app: web-${index + 1}
    ports:
    - { protocol: TCP, port: 8080 }
  egress:
  - to:
    - namespaceSelector: {}
    ports:
    - { protocol: UDP, port: 53 }
    - { protocol: TCP, port: 53 }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web-${index}, namespace: ${namespace} }
spec:
  replicas: 2
  selector: { matchLabels: { app: web-${index} } }
  template:
    metadata: { labels: { app: web-${index} } }
    spec:
      containers:
      - name: main
        image: example/web:1.0
        ports: [{ name: http, containerPort: 8080 }]
---
`;
}
