/** What leads traffic to pods beside Services' selectors: Ingresses, and endpoints that somebody else has written. */
import { describe, expect, test } from 'vitest';
import type { JsonValue } from '../../../server/src/model/manifest.ts';
import { decodeObject } from '../../../server/src/syntax/objects/decodeObject.ts';

const ingress = (spec: JsonValue, metadata: object = {}): JsonValue => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: 'shop', namespace: 'shop', ...metadata },
  spec,
});

const to = (name: string, port: JsonValue): JsonValue => ({ service: { name, port } });

describe('An Ingress', () => {
  test('is its class, its hosts and the Services behind it, each once', () => {
    const object = ingress({
      ingressClassName: 'nginx',
      defaultBackend: to('web', { number: 80 }),
      tls: [{ hosts: ['shop.example'], secretName: 's' }],
      rules: [
        { host: 'shop.example', http: { paths: [{ path: '/', backend: to('web', { number: 80 }) }] } },
        { host: 'api.example', http: { paths: [{ path: '/', backend: to('api', { name: 'http' }) }] } },
        { host: 'api.example', http: { paths: [{ backend: { resource: { kind: 'Bucket', name: 'b' } } }] } },
      ],
    });
    expect(decodeObject(object)?.object).toEqual({
      type: 'ingress',
      ingress: {
        namespace: 'shop',
        name: 'shop',
        className: 'nginx',
        hosts: ['shop.example', 'api.example'],
        backends: [
          { service: 'web', port: 80 },
          { service: 'api', port: 'http' },
        ],
      },
    });
  });

  test.each<[name: string, spec: JsonValue, metadata: object, expected: object]>([
    [
      'a rule without a host is for every host',
      { rules: [{ host: 'a.example' }, { http: { paths: [] } }] },
      {},
      { hosts: [] },
    ],
    [
      'the annotation that came before the field names its class',
      {},
      { annotations: { 'kubernetes.io/ingress.class': 'traefik' } },
      { className: 'traefik' },
    ],
    ['without a spec it leads nowhere', null, {}, { hosts: [], backends: [] }],
    ['a backend without a port leads nowhere', { defaultBackend: to('web', {}) }, {}, { backends: [] }],
    ['text of another shape is nothing', { rules: 'all', defaultBackend: ['web'] }, {}, { hosts: [], backends: [] }],
  ])('%s', (_, spec, metadata, expected) => {
    expect(decodeObject(ingress(spec, metadata))?.object).toMatchObject({ type: 'ingress', ingress: expected });
  });

  test('of which a placeholder hides a Service says so', () => {
    const decoded = decodeObject(ingress({ defaultBackend: to('${NAME}', { number: 80 }) }));
    expect(decoded?.object).toMatchObject({ ingress: { backends: [] } });
    expect(decoded?.placeholders).toEqual([['spec', 'defaultBackend']]);
  });

  test('of an API version that servers no longer know is nothing', () => {
    const object = { apiVersion: 'extensions/v1beta1', kind: 'Ingress', metadata: { name: 'shop' } };
    expect(decodeObject(object)?.object).toBeUndefined();
  });
});

const slice = (labels: object, more: object = {}): JsonValue => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { name: 'db-1', namespace: 'shop', labels: { 'kubernetes.io/service-name': 'db', ...labels } },
  addressType: 'IPv4',
  ports: [{ name: 'pg', port: 5432, protocol: 'TCP' }],
  endpoints: [{ addresses: ['203.0.113.7'], conditions: { ready: true } }],
  ...more,
});

const endpointsOf = (object: JsonValue): unknown => {
  const decoded = decodeObject(object)?.object;
  return decoded?.type === 'endpoints' ? decoded.endpoints.slices : undefined;
};

describe('An EndpointSlice', () => {
  test('that somebody has written puts addresses behind a Service', () => {
    const endpoints = [
      { addresses: ['203.0.113.7'], conditions: { ready: false } },
      { addresses: ['10.0.0.9'], targetRef: { kind: 'Pod', namespace: 'shop', name: 'db-0' } },
    ];
    expect(endpointsOf(slice({}, { endpoints }))).toEqual([
      {
        namespace: 'shop',
        name: 'db-1',
        service: 'db',
        ports: [{ name: 'pg', protocol: 'TCP', port: 5432 }],
        endpoints: [
          { addresses: ['203.0.113.7'], ready: false },
          { addresses: ['10.0.0.9'], ready: true, pod: { namespace: 'shop', name: 'db-0' } },
        ],
      },
    ]);
  });

  test.each<[name: string, object: JsonValue]>([
    [
      'that Kubernetes makes from a selector',
      slice({ 'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io' }),
    ],
    ['of no Service', slice({ 'kubernetes.io/service-name': '' })],
    ['of names, which nothing routes to', slice({}, { addressType: 'FQDN' })],
  ])('%s says nothing', (_, object) => {
    expect(decodeObject(object)?.object).toBeUndefined();
  });

  test('that Kubernetes has copied from Endpoints counts', () => {
    const labels = { 'endpointslice.kubernetes.io/managed-by': 'endpointslicemirroring-controller.k8s.io' };
    expect(endpointsOf(slice(labels))).toMatchObject([{ service: 'db' }]);
  });

  test('whose port is a placeholder does not stand for every port', () => {
    expect(endpointsOf(slice({}, { ports: [{ port: '${PORT}' }] }))).toMatchObject([{ ports: [] }]);
    expect(endpointsOf(slice({}, { ports: [{}] }))).toMatchObject([{ ports: [{ protocol: 'TCP' }] }]);
  });
});

test('Endpoints are one slice for each subset, of the Service of their name', () => {
  const object = {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { name: 'db', namespace: 'shop' },
    subsets: [
      { addresses: [{ ip: '203.0.113.7' }], notReadyAddresses: [{ ip: '203.0.113.8' }], ports: [{ port: 5432 }] },
      { addresses: [{ ip: '203.0.113.9' }], ports: [{ port: 53, protocol: 'UDP' }] },
    ],
  };
  expect(endpointsOf(object)).toMatchObject([
    {
      service: 'db',
      ports: [{ protocol: 'TCP', port: 5432 }],
      endpoints: [
        { addresses: ['203.0.113.7'], ready: true },
        { addresses: ['203.0.113.8'], ready: false },
      ],
    },
    { service: 'db', ports: [{ protocol: 'UDP', port: 53 }] },
  ]);
});
