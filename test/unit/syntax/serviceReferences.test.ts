/** Which Services webhook configurations and APIServices have the API server call. */
import { expect, test } from 'vitest';
import type { JsonValue } from '../../../server/src/model/manifest.ts';
import { decodeServiceReferences } from '../../../server/src/syntax/objects/serviceReferences.ts';

test('each Service of a webhook configuration once, with the port that the API server would use', () => {
  const hook = (service: { [key: string]: JsonValue }): JsonValue => ({ name: 'a', clientConfig: { service } });
  const configuration = {
    kind: 'MutatingWebhookConfiguration',
    metadata: { name: 'guard' },
    webhooks: [
      hook({ namespace: 'shop', name: 'hook', path: '/a' }),
      hook({ namespace: 'shop', name: 'hook', path: '/b', port: 443 }),
      hook({ namespace: 'shop', name: 'hook', port: 8443 }),
      { name: 'elsewhere', clientConfig: { url: 'https://example.org' } },
    ],
  };
  const by = 'MutatingWebhookConfiguration guard';
  expect(decodeServiceReferences(configuration)).toEqual([
    { by, namespace: 'shop', name: 'hook', port: 443 },
    { by, namespace: 'shop', name: 'hook', port: 8443 },
  ]);
});

test('the Service of an APIService, none of one that the server answers itself', () => {
  const api = (service: JsonValue): JsonValue => ({
    kind: 'APIService',
    metadata: { name: 'v1.example' },
    spec: { service },
  });
  expect(decodeServiceReferences(api({ namespace: 'shop', name: 'api' }))).toEqual([
    { by: 'APIService v1.example', namespace: 'shop', name: 'api', port: 443 },
  ]);
  expect(decodeServiceReferences(api(null))).toEqual([]);
});

test('the Service that converts the versions of a custom resource, none where nothing is converted', () => {
  const definition = (conversion: JsonValue): JsonValue => ({
    kind: 'CustomResourceDefinition',
    metadata: { name: 'things.example.org' },
    spec: { conversion },
  });
  const clientConfig = { service: { namespace: 'shop', name: 'convert', port: 9443 } };
  expect(decodeServiceReferences(definition({ strategy: 'Webhook', webhook: { clientConfig } }))).toEqual([
    { by: 'CustomResourceDefinition things.example.org', namespace: 'shop', name: 'convert', port: 9443 },
  ]);
  expect(decodeServiceReferences(definition({ strategy: 'None' }))).toEqual([]);
});

test('of hostile objects nothing is taken', () => {
  for (const object of [null, [], 'text', { kind: 'APIService', spec: 3 }, { webhooks: { clientConfig: [] } }]) {
    expect(decodeServiceReferences(object)).toEqual([]);
  }
});
