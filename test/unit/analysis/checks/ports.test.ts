import { describe, expect, test } from 'vitest';
import {
  deployment,
  documents,
  fixed,
  fixTitles,
  found,
  networkPolicy as policy,
} from '../../../support/checkFindings.ts';

/** web serves `http` on 8080; frontend and metrics clients exist. */
const WORKLOADS = documents(deployment('web', 'shop', 3), deployment('frontend'), deployment('db', 'shop', 1));
const service = (ports: string, type = 'ClusterIP', app = 'web'): string => `apiVersion: v1
kind: Service
metadata: { name: ${app}, namespace: shop }
spec: { type: ${type}, selector: { app: ${app} }, ports: [${ports}] }
`;
const CLUSTER = { 'workloads.yaml': WORKLOADS };
const WITH_SERVICE = { ...CLUSTER, 'service.yaml': service('{ name: web, port: 80, targetPort: 8080 }') };

const ingress = (ports: string): string =>
  policy(`  podSelector: { matchLabels: { app: web } }
  ingress:
  - from: [{ podSelector: { matchLabels: { app: frontend } } }]
    ports:
    - ${ports}
`);
const egress = (rule: string): string =>
  policy(`  podSelector: { matchLabels: { app: frontend } }
  policyTypes: [Egress]
  egress:
  - ${rule}
`);

describe('service-port-used', () => {
  const CODE = 'service-port-used';
  test('says what the pods listen on instead, and changes it there', () => {
    expect(found(CODE, ingress('port: 80 # the shop'), WITH_SERVICE)).toEqual([
      '9 warning: web (3 pods) listens on 8080/TCP; 80 is the port of Service web, which policies do not see. This entry opens nothing there',
    ]);
    expect(fixed(CODE, ingress('port: 80 # the shop'), WITH_SERVICE, 'Change to 8080')).toBe(
      ingress('port: 8080 # the shop'),
    );
  });
  test('looks at the pods of the peers for egress', () => {
    const rule = egress('to: [{ podSelector: { matchLabels: { app: web } } }]\n    ports: [{ port: 80 }]');
    expect(found(CODE, rule, WITH_SERVICE)).toHaveLength(1);
  });
  test("knows a Service's node port", () => {
    const nodePort = service('{ port: 80, targetPort: http, nodePort: 30080 }', 'NodePort');
    const [finding] = found(CODE, ingress('port: 30080'), { ...CLUSTER, 'service.yaml': nodePort });
    expect(finding).toContain('30080 is the node port of Service web');
  });
  test.each([
    ['the port of the pods', ingress('port: 8080'), WITH_SERVICE],
    ['a named port', ingress('port: http'), WITH_SERVICE],
    ['no Service known', ingress('port: 80'), CLUSTER],
    [
      'a Service that leads to the same number',
      ingress('port: 8080'),
      { ...CLUSTER, 's.yaml': service('{ port: 8080 }') },
    ],
    [
      'another Service that leads to the number',
      ingress('port: 80'),
      {
        ...CLUSTER,
        's.yaml': service('{ port: 80, targetPort: 8080 }, { name: raw, port: 81, targetPort: 80 }'),
      },
    ],
    [
      'a Service of another protocol',
      ingress('port: 80'),
      {
        ...CLUSTER,
        's.yaml': service('{ port: 80, targetPort: 8080, protocol: UDP }'),
      },
    ],
    ['the right port besides', ingress('port: 80\n    - port: http'), WITH_SERVICE],
    ['a range', ingress('port: 80\n      endPort: 90'), WITH_SERVICE],
    [
      'rules that policyTypes leaves out',
      ingress('port: 80').replace('  ingress:', '  policyTypes: [Egress]\n  ingress:'),
      WITH_SERVICE,
    ],
    [
      'a Service of other pods',
      ingress('port: 80'),
      { ...CLUSTER, 's.yaml': service('{ port: 80, targetPort: 8080 }', 'ClusterIP', 'db') },
    ],
  ])('is silent for %s', (_name, text, others) => {
    expect(found(CODE, text, others)).toEqual([]);
  });
});

describe('named-port-unknown', () => {
  const CODE = 'named-port-unknown';
  test('names what the containers call their ports, and takes the nearest', () => {
    expect(found(CODE, ingress('port: htttp'), CLUSTER)).toEqual([
      '9 warning: `htttp` is no port of web; it has `http` (8080). This rule opens nothing',
    ]);
    expect(fixed(CODE, ingress('port: htttp'), CLUSTER, 'Change to http')).toBe(ingress('port: http'));
  });
  test('tells a name of another protocol from an unknown one', () => {
    const [finding] = found(CODE, ingress('port: http\n      protocol: UDP'), CLUSTER);
    expect(finding).toContain('`http` of web is 8080/TCP, and this entry means UDP');
    expect(fixed(CODE, ingress('port: http\n      protocol: UDP'), CLUSTER, 'Change the protocol')).toContain(
      'protocol: TCP',
    );
  });
  test("tells a Service's port by name", () => {
    expect(found(CODE, ingress('port: web\n    - port: 9090'), WITH_SERVICE)).toEqual([
      '9 warning: `web` is a port of Service web, and no container port of web; the pods listen on 8080. This entry opens nothing',
    ]);
    expect(fixTitles(CODE, ingress('port: web'), WITH_SERVICE)[0]).toBe(
      '* Change to 8080, where the pods of Service web listen',
    );
  });
  test.each([
    ['a name that one of the pods has', egress('to: [{ podSelector: {} }]\n    ports: [{ port: http }]'), CLUSTER],
    ['a port of a sidecar that a mesh adds', ingress('port: http-envoy-prom'), CLUSTER],
    ['workloads that are not known', ingress('port: htttp'), {}],
    [
      'a peer that matches no pod',
      egress('to: [{ podSelector: { matchLabels: { app: gone } } }]\n    ports: [{ port: x }]'),
      CLUSTER,
    ],
    [
      'ports behind a placeholder',
      ingress('port: htttp'),
      { 'w.yaml': WORKLOADS.replaceAll('containerPort: 8080', 'containerPort: "${PORT}"') },
    ],
  ])('is silent for %s', (_name, text, others) => {
    expect(found(CODE, text, others)).toEqual([]);
  });
});

describe('named-port-for-addresses', () => {
  const CODE = 'named-port-for-addresses';
  const addresses = (ports: string, to = '{ ipBlock: { cidr: 203.0.113.0/24 } }'): string =>
    egress(`to: [${to}]\n    ports: [${ports}]`);
  test('says that nothing is opened, and knows the number of a usual name', () => {
    expect(found(CODE, addresses('{ port: https }'), CLUSTER)).toEqual([
      '9 warning: Addresses have no port called `https`: this entry opens nothing towards 203.0.113.0/24',
    ]);
    expect(fixed(CODE, addresses('{ port: https }'), CLUSTER, 'Change to 443')).toBe(addresses('{ port: 443 }'));
  });
  test.each([
    ['a number', addresses('{ port: 443 }')],
    [
      'names for pods and numbers for addresses',
      addresses('{ port: http }, { port: 443 }', '{ podSelector: {} }, { ipBlock: { cidr: 203.0.113.0/24 } }'),
    ],
    ['a rule for everyone', egress('ports: [{ port: http }]')],
    [
      'ingress, where the name is a port of the selected pods',
      policy(
        '  podSelector: { matchLabels: { app: web } }\n  ingress: [{ from: [{ ipBlock: { cidr: 203.0.113.0/24 } }], ports: [{ port: http }] }]\n',
      ),
    ],
  ])('is silent for %s', (_name, text) => {
    expect(found(CODE, text, CLUSTER)).toEqual([]);
  });
});

describe('named-port-differs', () => {
  const CODE = 'named-port-differs';
  const canary = deployment('web-canary').replace('labels: { app: web-canary }', 'labels: { app: web }');
  const others = { ...CLUSTER, 'canary.yaml': canary.replace('8080', '8081') };
  test('lists the numbers with their workloads', () => {
    expect(found(CODE, ingress('port: http'), others)).toEqual([
      '9 hint: `http` is 8080 on web, 8081 on web-canary: some network plug-ins open one number for all of them',
    ]);
  });
  test.each([
    ['one number everywhere', ingress('port: http'), { ...CLUSTER, 'canary.yaml': canary }],
    ['a selector of every pod', egress('to: [{ podSelector: {} }]\n    ports: [{ port: http }]'), others],
  ])('is silent for %s', (_name, text, files) => {
    expect(found(CODE, text, files)).toEqual([]);
  });
});

describe('port-not-declared', () => {
  const CODE = 'port-not-declared';
  test('is a hint: a container need not declare its ports', () => {
    expect(found(CODE, ingress('port: 9090'), CLUSTER)).toEqual([
      '9 hint: web (3 pods) may not listen on 9090/TCP: the containers declare 8080/TCP',
    ]);
  });
  test.each([
    ['a declared port', ingress('port: 8080'), CLUSTER],
    ['a Service that leads to it', ingress('port: 9090'), { ...CLUSTER, 's.yaml': service('{ port: 9090 }') }],
    ['what service-port-used says', ingress('port: 80'), WITH_SERVICE],
    [
      'containers that declare nothing',
      ingress('port: 9090'),
      { 'w.yaml': WORKLOADS.replaceAll(/, ports: \[.*?\] \}/g, ' }') },
    ],
    ["a mesh's port", ingress('port: 15020'), CLUSTER],
  ])('is silent for %s', (_name, text, files) => {
    expect(found(CODE, text, files)).toEqual([]);
  });
});

describe('all-ports-open', () => {
  const CODE = 'all-ports-open';
  const open = (
    from = '{ podSelector: { matchLabels: { app: frontend } } }',
    selector = '{ matchLabels: { app: web } }',
  ): string => policy(`  podSelector: ${selector}\n  ingress:\n  - from: [${from}]\n`);
  test('says what the pods serve, and opens that alone', () => {
    expect(found(CODE, open(), CLUSTER)).toEqual([
      '7 hint: Lets its peers reach every port of web (3 pods); the containers declare 8080/TCP',
    ]);
    expect(fixed(CODE, open(), CLUSTER, 'Open only 8080/TCP')).toBe(
      `${open()}    ports:\n    - protocol: TCP\n      port: 8080\n`,
    );
  });
  test('counts the ports of a wide range', () => {
    expect(found(CODE, ingress('port: 1\n      endPort: 20000'), CLUSTER)).toEqual([
      '10 hint: This entry opens 20,000 ports, 1 to 20000, with whatever listens there',
    ]);
  });
  test.each([
    ['peers of the whole namespace', open('{ podSelector: {} }')],
    ['peers of every namespace', open('{ namespaceSelector: {} }')],
    ['addresses', open('{ ipBlock: { cidr: 203.0.113.0/24 } }')],
    ['a policy of every pod', open(undefined, '{}')],
    ['peers that match no pod', open('{ podSelector: { matchLabels: { app: gone } } }')],
    ['a narrow range', ingress('port: 8000\n      endPort: 8100')],
  ])('is silent for %s', (_name, text) => {
    expect(found(CODE, text, CLUSTER)).toEqual([]);
  });
});
