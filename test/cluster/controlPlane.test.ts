import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { controlPlaneUnavailable } from './buildControlPlane.ts';
import { startControlPlane, type ControlPlane } from './controlPlane.ts';

describe.skipIf(controlPlaneUnavailable() !== undefined)('the API server that the cluster tests run against', () => {
  let cluster: ControlPlane;
  beforeAll(async () => {
    cluster = await startControlPlane();
  }, 600_000);
  afterAll(() => cluster.stop());

  it('is the version whose wording we follow', async () => {
    expect((await cluster.request('GET', '/version')).body).toMatchObject({
      gitVersion: 'v1.36.3',
      major: '1',
      minor: '36',
    });
  });

  it('answers a bad policy as every API server does', async () => {
    const policy = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'bad' },
      spec: { podSelector: {}, policyTypes: ['Sideways'] },
    };
    const answer = await cluster.request(
      'POST',
      '/apis/networking.k8s.io/v1/namespaces/default/networkpolicies?dryRun=All',
      policy,
    );
    expect(answer).toMatchObject({
      status: 422,
      body: { reason: 'Invalid', details: { causes: [{ field: 'spec.policyTypes[0]' }] } },
    });
  });

  it('refuses the restricted user, and names what it may not do', async () => {
    const answer = await cluster.request('GET', '/api/v1/pods', undefined, { user: 'viewer' });
    expect(answer).toMatchObject({ status: 403, body: { reason: 'Forbidden' } });
  });

  it('keeps its objects over a restart', async () => {
    await cluster.request('POST', '/api/v1/namespaces', { metadata: { name: 'kept' } });
    await cluster.restart();
    expect((await cluster.request('GET', '/api/v1/namespaces/kept')).status).toBe(200);
  });
});
