/** Webhooks and aggregated APIs that a policy keeps the API server from. */
import { expect, test } from 'vitest';
import { analyzeFile } from '../../../../server/src/analysis/analyzeFile.ts';
import type { ServiceReference } from '../../../../server/src/model/workload.ts';
import { checkContext } from '../../../../server/src/workspace/checkContext.ts';
import { deployment, documents, networkPolicy } from '../../../support/checkFindings.ts';
import { snapshotOf, uriOf } from '../../../support/snapshotOf.ts';

const SERVICE = `apiVersion: v1
kind: Service
metadata: { name: hook, namespace: shop }
spec: { selector: { app: web }, ports: [{ port: 443, targetPort: http }] }
`;
const REFERENCE: ServiceReference = {
  by: 'ValidatingWebhookConfiguration guard',
  namespace: 'shop',
  name: 'hook',
  port: 443,
};
const DENY = '  podSelector: {}\n  policyTypes: [Ingress]\n';

function findings(spec: string, references: readonly ServiceReference[] = [REFERENCE], more = ''): string[] {
  const texts = new Map([
    ['policy.yaml', documents(networkPolicy(spec), networkPolicy(DENY, 'again'))],
    ['workloads.yaml', documents(deployment('web'), SERVICE, more)],
  ]);
  const snapshot = snapshotOf(texts);
  const view = snapshot.files.get(uriOf('policy.yaml'));
  if (view === undefined) throw new Error('the file is there');
  const { file } = view;
  const parts = { ...snapshot, references, systemNamespaces: [], turnOff: () => undefined, problemsOf: () => [] };
  const asked = { file: file.uri, parsed: file.parsed, problemsOf: () => [], namespace: 'default' };
  return analyzeFile(asked, checkContext(parts, file), () => undefined)
    .filter(({ code }) => code === 'api-server-left-out')
    .map(({ severity, message, policy }) => `${policy} ${severity}: ${message}`);
}

const rule = (text: string): string => `${DENY}  ingress: [${text}]\n`;

test('is said once where no address at all reaches the pods behind the Service', () => {
  expect(findings(DENY)).toEqual([
    'shop/web warning: The API server cannot call Service `hook`, to which ValidatingWebhookConfiguration guard refers: ' +
      'no rule lets any address in',
  ]);
});

test.each([
  ['pods are let in, and no address', rule('{ from: [{ podSelector: {} }] }'), 1],
  ['the Service’s port is open, and not the container’s', rule('{ ports: [{ port: 443 }] }'), 1],
  ['everybody is let in on the container’s port', rule('{ ports: [{ port: 8080 }] }'), 0],
  ['the port is open by its name', rule('{ ports: [{ port: http }] }'), 0],
  ['some addresses are let in', rule('{ from: [{ ipBlock: { cidr: 10.0.0.0/28 } }] }'), 0],
])('where %s', (_, spec, count) => {
  expect(findings(spec)).toHaveLength(count);
});

test('is silent for Services of other namespaces, unknown Services and ports, and where nothing is known of references', () => {
  expect(findings(DENY, [])).toEqual([]);
  expect(findings(DENY, [{ ...REFERENCE, namespace: 'other' }])).toEqual([]);
  expect(findings(DENY, [{ ...REFERENCE, name: 'another' }])).toEqual([]);
  expect(findings(DENY, [{ ...REFERENCE, port: 8443 }])).toEqual([]);
});
