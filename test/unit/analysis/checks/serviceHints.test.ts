import { describe, expect, test } from 'vitest';
import { deployment, documents, fixed, found, networkPolicy as policy } from '../../../support/checkFindings.ts';

const CODE = 'selector-matches-nothing';
const WORKLOADS = { 'workloads.yaml': documents(deployment('web', 'shop', 3), deployment('db')) };
const service = (name: string, labels: string, spec: string): string =>
  `apiVersion: v1\nkind: Service\nmetadata: { name: ${name}, namespace: shop, labels: { ${labels} } }\nspec: { ${spec}, ports: [{ port: 5432 }] }\n`;
const to = (labels: string): string =>
  policy(`  podSelector: { matchLabels: { app: web } }
  policyTypes: [Egress]
  egress:
  - to:
    - podSelector: { matchLabels: { ${labels} } }
`);

describe('selector-matches-nothing, where a Service explains it', () => {
  test("labels of a Service are not those of its pods: names the pods' labels and changes to them", () => {
    const others = { ...WORKLOADS, 's.yaml': service('db', 'tier: database', 'selector: { app: db }') };
    expect(found(CODE, to('tier: database'), others)).toEqual([
      '9 warning: No pod in `shop` matches `tier=database`. These are labels of Service db itself; its pods have `app=db`',
    ]);
    expect(fixed(CODE, to('tier: database'), others, 'Change to app=db')).toBe(to('app: db'));
  });
  test.each([
    ['type: ExternalName, externalName: db.example.com', 'Service rds is a name for a host outside'],
    ['type: ClusterIP', 'Service rds has no selector'],
  ])('a Service (%s) has no pods: an ipBlock is needed', (spec, why) => {
    const [finding] = found(CODE, to('app: rds'), { ...WORKLOADS, 's.yaml': service('rds', 'x: y', spec) });
    expect(finding).toContain(`${why}: behind it are addresses and no pods, and a rule for them needs an ipBlock`);
  });
  test('is silent where the pods have the labels too', () => {
    const others = { ...WORKLOADS, 's.yaml': service('db', 'app: db', 'selector: { app: db }') };
    expect(found(CODE, to('app: db'), others)).toEqual([]);
  });
});
