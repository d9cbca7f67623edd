import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { ROOT } from '../scripts/manifest.ts';
import { controlPlaneUnavailable } from './buildControlPlane.ts';
import { startControlPlane, type ControlPlane } from './controlPlane.ts';

interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

const DEMO = join(ROOT, 'client', 'demo');
const PLURALS: Readonly<Record<string, string>> = { NetworkPolicy: 'networkpolicies' };

describe.skipIf(controlPlaneUnavailable() !== undefined)('the demo, told to a real API server', () => {
  let cluster: ControlPlane;
  beforeAll(async () => {
    cluster = await startControlPlane();
    for (const name of ['shop', 'payments', 'monitoring']) {
      await cluster.request('POST', '/api/v1/namespaces', { metadata: { name } });
    }
  }, 600_000);
  afterAll(() => cluster.stop());

  // Its mistakes are of meaning: what the API server refuses nobody could have applied.
  it.each(globSync('{*/**/*,namespaces}.yaml', { cwd: DEMO }))('accepts every object of %s', async (file) => {
    for (const document of parseAllDocuments(readFileSync(join(DEMO, file), 'utf8'))) {
      const object = document.toJS() as KubernetesObject;
      // The three namespaces were just made; that the server knows their names already is no fault of the manifest.
      const expected = object.kind === 'Namespace' ? 409 : 201;
      const answer = await cluster.request('POST', `${pathOf(object)}?dryRun=All&fieldValidation=Strict`, object);
      expect(answer).toMatchObject({ status: expected });
    }
  });

  it('keeps every policy of the snapshot as it stands there, with what the server adds', async () => {
    const { items } = JSON.parse(readFileSync(join(DEMO, 'cluster.json'), 'utf8')) as { items: KubernetesObject[] };
    for (const policy of items.filter(({ kind }) => kind === 'NetworkPolicy')) {
      const answer = await cluster.request('POST', `${pathOf(policy)}?dryRun=All&fieldValidation=Strict`, policy);
      expect(answer).toMatchObject({ status: 201, body: { spec: (policy as { spec?: unknown }).spec } });
    }
  });
});

function pathOf({ apiVersion, kind, metadata: { namespace } }: KubernetesObject): string {
  const api = apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`;
  const plural = PLURALS[kind] ?? `${kind.toLowerCase()}s`;
  return namespace === undefined ? `${api}/${plural}` : `${api}/namespaces/${namespace}/${plural}`;
}
