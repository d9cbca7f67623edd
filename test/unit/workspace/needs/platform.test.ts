import { describe, expect, it } from 'vitest';
import type { EndpointSlice } from '../../../../server/src/model/exposure.ts';
import { needLines } from '../../../support/needs.ts';
import { liveSource } from '../../../support/clusterSource.ts';

/** A Deployment with labels for its pods, which serve `web` on 8080 and `metrics` on 9100. */
function deployment(name: string, namespace: string, labels = `app: ${name}`, more = '', spec = ''): string {
  return `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  template:
    metadata: { labels: { ${labels} }${more} }
    spec:
${spec}      containers: [{ name: main, ports: [{ name: web, containerPort: 8080 }, { name: metrics, containerPort: 9100 }] }]
`;
}

const SERVICE = `---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop, labels: { app: web } }
spec: { selector: { app: web }, ports: [{ name: http, port: 80, targetPort: web }, { name: metrics, port: 9100 }] }
`;
const SHOP = deployment('web', 'shop') + SERVICE;

describe('DNS', () => {
  const DNS = deployment('coredns', 'kube-system', 'k8s-app: kube-dns');

  it('is needed by every workload but the servers themselves', () => {
    expect(needLines({ 'a.yaml': SHOP + DNS }, ['dns'])).toEqual([
      'DNS of web: → kube-system/coredns[Deployment] 53/UDP 53/TCP, likely',
    ]);
  });

  it('may be answered on the node', () => {
    const nodeLocal = deployment(
      'node-local-dns',
      'kube-system',
      'k8s-app: node-local-dns',
      '',
      '      hostNetwork: true\n',
    );
    expect(needLines({ 'a.yaml': SHOP + DNS + nodeLocal }, ['dns'])).toEqual([
      'DNS of web: → kube-system/coredns[Deployment] 53/UDP 53/TCP or 169.254.20.10 53/UDP 53/TCP, likely',
    ]);
  });

  it("is answered on OpenShift's own port there", () => {
    const openshift = `${deployment('dns-default', 'openshift-dns', 'dns.operator.openshift.io/daemonset-dns: default')}---
apiVersion: v1
kind: Service
metadata: { name: dns-default, namespace: openshift-dns }
spec:
  selector: { dns.operator.openshift.io/daemonset-dns: default }
  ports: [{ name: dns, port: 53, protocol: UDP, targetPort: 5353 }, { name: dns-tcp, port: 53, targetPort: 5353 }]
`;
    expect(needLines({ 'a.yaml': SHOP + openshift }, ['dns'])).toEqual([
      'DNS of web: → openshift-dns/dns-default[Deployment] 5353/UDP 5353/TCP, likely',
    ]);
  });

  it('is needed also where its servers are not among the known pods', () => {
    expect(needLines({ 'a.yaml': SHOP }, ['dns'])).toEqual(['DNS of web: → unseen DNS, likely']);
  });
});

describe('webhooks', () => {
  const configuration = `---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: { name: guard }
webhooks: [{ name: a, clientConfig: { service: { namespace: shop, name: web, port: 80 } } }]
`;
  const conversion = `---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: things.example.com }
spec: { conversion: { strategy: Webhook, webhook: { clientConfig: { service: { namespace: shop, name: web, port: 80 } } } } }
`;
  const text = (by: string): string =>
    `calls of the API server for ${by}: outside → shop/web[Deployment] web/TCP, certain`;

  it.each([
    ['a webhook configuration', configuration, 'ValidatingWebhookConfiguration guard'],
    ['a conversion webhook', conversion, 'CustomResourceDefinition things.example.com'],
  ])('of %s in a manifest are called by the API server', (_, manifest, by) => {
    expect(needLines({ 'a.yaml': SHOP + manifest }, ['webhook'])).toEqual([`${text(by)}, a.yaml:18`]);
  });

  it('are called through agents where the control plane is managed', () => {
    const agent = deployment('konnectivity-agent', 'kube-system', 'k8s-app: konnectivity-agent');
    expect(needLines({ 'a.yaml': SHOP + configuration + agent }, ['webhook'])).toEqual([
      expect.stringContaining('kube-system/konnectivity-agent[Deployment] → shop/web[Deployment] web/TCP, likely'),
    ]);
  });
});

describe('Ingresses', () => {
  const ingress = (className: string): string => `---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: front, namespace: shop }
spec: { ingressClassName: ${className}, defaultBackend: { service: { name: web, port: { name: http } } } }
`;
  const nginx = deployment(
    'nginx',
    'ingress',
    'app.kubernetes.io/name: ingress-nginx, app.kubernetes.io/component: controller',
  );
  const hook = deployment(
    'hook',
    'ingress',
    'app.kubernetes.io/name: ingress-nginx, app.kubernetes.io/component: admission-webhook',
  );
  const traefik = deployment('traefik', 'kube-system', 'app.kubernetes.io/name: traefik');

  it.each([
    [
      'by the controller that the class names',
      'nginx',
      nginx + hook + traefik,
      ['ingress/nginx[Deployment] → shop/web[Deployment] web/TCP, certain'],
    ],
    [
      'by the only controller that there is',
      'internal',
      nginx,
      ['ingress/nginx[Deployment] → shop/web[Deployment] web/TCP, likely'],
    ],
    [
      'by any of several',
      'internal',
      nginx + traefik,
      [
        'ingress/nginx[Deployment] → shop/web[Deployment] web/TCP, possible',
        'kube-system/traefik[Deployment] → shop/web[Deployment] web/TCP, possible',
      ],
    ],
    ['by one that is not among the pods', 'nginx', '', ['unseenPods → shop/web[Deployment] web/TCP, possible']],
    ['from a load balancer of the cloud', 'alb', nginx, ['outside → shop/web[Deployment] web/TCP, likely']],
  ])('are served %s', (_, className, controllers, expected) => {
    const files = { 'a.yaml': SHOP + controllers, 'ingress.yaml': ingress(className) };
    expect(needLines(files, ['ingress'])).toEqual(
      expected.map((line) => `Ingress front of web: ${line}, ingress.yaml:5`),
    );
  });
});

describe('metrics', () => {
  const prometheus = deployment('prometheus', 'monitoring', 'app.kubernetes.io/name: prometheus');
  const annotated = (entries: string): string => deployment('web', 'shop', 'app: web', `, annotations: { ${entries} }`);
  const monitor = (kind: string, spec: string): string =>
    `---\napiVersion: monitoring.coreos.com/v1\nkind: ${kind}\nmetadata: { name: m, namespace: shop }\nspec: ${spec}\n`;

  it.each([
    [
      'of annotated pods, on the port that is written',
      annotated('prometheus.io/scrape: "true", prometheus.io/port: "9100"'),
      ['shop/web[Deployment] 9100/TCP, likely, a.yaml:7'],
    ],
    [
      'of annotated pods, on every port',
      annotated('prometheus.io/scrape: "true"'),
      ['shop/web[Deployment] 8080/TCP 9100/TCP, likely, a.yaml:7'],
    ],
    ['of no pods that say no', annotated('prometheus.io/scrape: "false"'), []],
    [
      'of an annotated Service',
      SHOP.replace(
        'labels: { app: web } }\nspec: { sel',
        'annotations: { prometheus.io/scrape: "true", prometheus.io/port: "9100" } }\nspec: { sel',
      ),
      ['shop/web[Deployment] 9100/TCP, likely, a.yaml:13', 'shop/web[Deployment] 9100/TCP, likely, a.yaml:13'],
    ],
    [
      'of a ServiceMonitor',
      SHOP + monitor('ServiceMonitor', '{ selector: { matchLabels: { app: web } }, endpoints: [{ port: metrics }] }'),
      ['shop/web[Deployment] 9100/TCP, certain, a.yaml:19'],
    ],
    [
      'of a ServiceMonitor that selects nothing',
      SHOP + monitor('ServiceMonitor', '{ selector: { matchLabels: { app: db } }, endpoints: [{ port: metrics }] }'),
      [],
    ],
    [
      'of a ServiceMonitor of another namespace',
      SHOP +
        monitor(
          'ServiceMonitor',
          '{ namespaceSelector: { matchNames: [ops] }, selector: {}, endpoints: [{ port: metrics }] }',
        ),
      [],
    ],
    [
      'of a PodMonitor',
      SHOP +
        monitor(
          'PodMonitor',
          '{ selector: { matchExpressions: [{ key: app, operator: Exists }] }, podMetricsEndpoints: [{ port: metrics }] }',
        ),
      ['shop/web[Deployment] metrics/TCP, certain, a.yaml:19'],
    ],
  ])('%s', (_, manifests, expected) => {
    expect(needLines({ 'a.yaml': manifests + prometheus }, ['metrics'])).toEqual(
      expected.map((line) => `scraping of metrics of web: monitoring/prometheus[Deployment] → ${line}`),
    );
  });

  it('by a Prometheus that is not among the pods are a sign and no more', () => {
    expect(
      needLines({ 'a.yaml': annotated('prometheus.io/scrape: "true", prometheus.io/port: "9100"') }, ['metrics']),
    ).toEqual(['scraping of metrics of web: unseenPods → shop/web[Deployment] 9100/TCP, possible, a.yaml:7']);
  });
});

it('clients outside reach what a LoadBalancer opens', () => {
  const text = SHOP.replace('spec: { selector', 'spec: { type: LoadBalancer, selector');
  expect(needLines({ 'a.yaml': text }, ['service'])).toEqual([
    'clients of Service web outside of the cluster: outside → shop/web[Deployment] 9100/TCP, likely, a.yaml:14',
    'clients of Service web outside of the cluster: outside → shop/web[Deployment] web/TCP, likely, a.yaml:14',
  ]);
});

describe('the API server', () => {
  const operator = deployment('operator', 'shop', 'app: operator', '', '      serviceAccountName: operator\n');
  const binding = `---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: operator }
roleRef: { kind: ClusterRole, name: x, apiGroup: rbac.authorization.k8s.io }
subjects: [{ kind: ServiceAccount, name: operator, namespace: shop }]
`;

  it('may be called by whoever somebody gave rights', () => {
    expect(needLines({ 'a.yaml': operator + binding }, ['apiServer'])).toEqual([
      'access to the API server of operator: → somewhere 443/TCP or somewhere 6443/TCP, possible, a.yaml:16',
    ]);
    const tokenless = operator.replace(
      '      serviceAccountName',
      '      automountServiceAccountToken: false\n      serviceAccountName',
    );
    expect(needLines({ 'a.yaml': tokenless + binding }, ['apiServer'])).toEqual([]);
    expect(needLines({ 'a.yaml': operator }, ['apiServer'])).toEqual([]);
  });

  it('is at its endpoints where a cluster says them', () => {
    const live = new Map([
      [
        'c.yaml',
        `${operator}---\napiVersion: v1\nkind: Service\nmetadata: { name: kubernetes, namespace: default }\nspec: { clusterIP: 10.96.0.1, ports: [{ name: https, port: 443, targetPort: 6443 }] }\n`,
      ],
    ]);
    const source = liveSource(live, 0);
    const slice: EndpointSlice = {
      namespace: 'default',
      name: 'kubernetes',
      service: 'kubernetes',
      ports: [{ name: 'https', protocol: 'TCP', port: 6443 }],
      endpoints: [{ addresses: ['172.18.0.2'], ready: true }],
    };
    const contents = 'state' in source ? source.state.contents.get('default') : undefined;
    Object.assign(contents ?? {}, { endpoints: [slice] });
    expect(needLines({ 'a.yaml': operator + binding }, ['apiServer'], { source })).toEqual([
      'access to the API server of operator: → 172.18.0.2 6443/TCP or 10.96.0.1 443/TCP, possible, a.yaml:16',
    ]);
  });
});

it('variables are read from manifests alone: what a cluster holds is not looked at', () => {
  const client = deployment('client', 'shop').replace(
    'containers: [{ name: main',
    'containers: [{ name: main, env: [{ name: URL, value: "http://web" }]',
  );
  const source = liveSource(new Map([['c.yaml', SHOP + client]]), 0);
  expect(needLines({ 'a.yaml': '' }, ['environment'], { source })).toEqual([]);
  expect(needLines({ 'a.yaml': client }, ['environment'], { source })).toEqual([
    expect.stringContaining('URL of client: → shop/web[Deployment] web/TCP'),
  ]);
});
