/** What the words inside a selector say; hover.test.ts has the larger parts. */
import { describe, expect, test } from 'vitest';
import type { Coverage } from '../../../server/src/workspace/clusterSource.ts';
import { liveSource } from '../../support/clusterSource.ts';
import { SHOP, policy } from '../../support/shopManifests.ts';
import { hoversIn } from '../../support/hovers.ts';

const { answerAt } = hoversIn(SHOP);
const targets = (selector: string): string => policy(`podSelector: ${selector}`);
const peer = (text: string): string => policy(`podSelector: {}\ningress:\n- from: [${text}]`);

describe('a label key', () => {
  test('who has it, with which values, and who elsewhere', () => {
    expect(answerAt(targets('{ matchLabels: { a$0pp: web } }'))).toMatchInlineSnapshot(`
      "**10 pods of 4 workloads** in \`shop\` have the label \`app\`  
      Values: \`web\` 5 pods · \`db\` 3 pods · \`webapp\` 2 pods  
      Elsewhere 1 pod of 1 workload and those of 2 workloads in \`platform\`"
    `);
  });

  test('nobody has it: which labels there are', () => {
    expect(answerAt(targets('{ matchLabels: { a$0p: web } }'))).toMatchInlineSnapshot(`
      "**No pod** in \`shop\` has the label \`ap\`  
      Labels there: \`app\`, \`track\`"
    `);
  });

  test('only others have it', () => {
    const other = `#- other.yaml\napiVersion: v1\nkind: Pod\nmetadata: { name: x, namespace: other, labels: { team: a } }\n`;
    expect(answerAt(`${other}#- policy.yaml\n${targets('{ matchLabels: { te$0am: a } }')}`)).toMatchInlineSnapshot(`
      "**No pod** in \`shop\` has the label \`team\`  
      Labels there: \`app\`, \`track\`  
      Elsewhere 1 pod of 1 workload in \`other\`"
    `);
  });

  test('of namespaces', () => {
    expect(answerAt(peer('{ namespaceSelector: { matchLabels: { te$0am: shop } } }'))).toMatchInlineSnapshot(`
      "**2 namespaces** have the label \`team\`  
      Values: \`platform\` · \`shop\`"
    `);
    expect(answerAt(peer('{ namespaceSelector: { matchLabels: { na$0me: shop } } }'))).toMatchInlineSnapshot(
      `"**No such namespace known here: choose a source** (the label \`name\`)"`,
    );
  });

  test('of pods in other namespaces', () => {
    expect(
      answerAt(
        peer('{ namespaceSelector: { matchLabels: { team: platform } }, podSelector: { matchLabels: { a$0pp: x } } }'),
      ),
    ).toMatchInlineSnapshot(`
      "**1 pod of 1 workload and those of 2 workloads** in \`platform\` have the label \`app\`  
      Values: \`collector\` the pods of collector · \`node-exporter\` the pods of node-exporter · \`prometheus\` 1 pod"
    `);
  });

  test('a key like constructor is a label like any other', () => {
    expect(answerAt(targets('{ matchLabels: { con$0structor: web } }'))).toMatchInlineSnapshot(`
      "**No pod** in \`shop\` has the label \`constructor\`  
      Labels there: \`app\`, \`track\`"
    `);
  });
});

describe('a label value', () => {
  test('who has it here and elsewhere, and what is left with the other conditions', () => {
    expect(answerAt(targets('{ matchLabels: { app: w$0eb, track: canary } }'))).toMatchInlineSnapshot(`
      "**5 pods of 2 workloads** in \`shop\` have \`app=web\`  
      web *Deployment* 4 · web-canary *Deployment* 1  
      All conditions of this selector together: 1 pod of 1 workload"
    `);
    expect(answerAt(targets('{ matchLabels: { app: prom$0etheus } }'))).toMatchInlineSnapshot(`
      "**No pod** in \`shop\` has \`app=prometheus\`  
      Values: \`web\` 5 pods · \`db\` 3 pods · \`webapp\` 2 pods  
      Elsewhere 1 pod of 1 workload in \`platform\`"
    `);
  });

  test('nobody has it: which values there are', () => {
    expect(answerAt(targets('{ matchLabels: { app: we$0p } }'))).toMatchInlineSnapshot(`
      "**No pod** in \`shop\` has \`app=wep\`  
      Values: \`web\` 5 pods · \`db\` 3 pods · \`webapp\` 2 pods"
    `);
  });

  test('of namespaces', () => {
    expect(answerAt(peer('{ namespaceSelector: { matchLabels: { team: sh$0op } } }'))).toMatchInlineSnapshot(
      `"**1 namespace** has \`team=shop\`: \`shop\`"`,
    );
    expect(answerAt(peer('{ namespaceSelector: { matchLabels: { team: sh$0p } } }'))).toMatchInlineSnapshot(`
      "**No such namespace known here: choose a source** (\`team=shp\`)  
      Values: \`platform\` · \`shop\`"
    `);
    const source = liveSource(SHOP, Date.UTC(2026, 10, 12, 9, 14));
    expect(answerAt(peer('{ namespaceSelector: { matchLabels: { team: sh$0p } } }'), { source }))
      .toMatchInlineSnapshot(`
      "**No namespace** has \`team=shp\`  
      Values: \`platform\` · \`shop\`"
    `);
  });

  test('which a condition leaves out', () => {
    expect(answerAt(targets('{ matchExpressions: [{ key: app, operator: NotIn, values: [db, we$0b] }] }')))
      .toMatchInlineSnapshot(`
      "**5 pods of 2 workloads** in \`shop\` have \`app=web\`, which this leaves out  
      web *Deployment* 4 · web-canary *Deployment* 1"
    `);
  });

  test('behind a placeholder', () => {
    expect(answerAt(targets('{ matchLabels: { app: "${A$0PP}" } }'))).toMatchInlineSnapshot(
      `"**Not evaluated**: a placeholder leaves this condition open"`,
    );
  });
});

describe('an operator says what it means and who passes', () => {
  const on = (operator: string, values = ''): string =>
    targets(`{ matchExpressions: [{ key: track, operator: $0${operator}${values} }] }`);

  test.each([
    ['In', ', values: [stable, canary]'],
    ['NotIn', ', values: [canary]'],
    ['Exists', ''],
    ['DoesNotExist', ''],
  ])('%s', (operator, values) => {
    expect(answerAt(on(operator, values))).toMatchSnapshot();
  });

  test('on namespaces', () => {
    expect(
      answerAt(peer('{ namespaceSelector: { matchExpressions: [{ key: team, oper$0ator: NotIn, values: [shop] }] } }')),
    ).toMatchInlineSnapshot(`
      "**\`team\` is not \`shop\`, or missing**  
      1 namespace: \`platform\`"
    `);
  });
});

describe('policyTypes', () => {
  test('each says what it isolates', () => {
    const text = (types: string): string => policy(`podSelector: {}\npolicyTypes: [${types}]\ningress: [{}]`);
    expect(answerAt(text('Ing$0ress, Egress'))).toMatchInlineSnapshot(`
      "**Ingress of 10 pods of 4 workloads is isolated**; 1 rule in this policy  
      1\\. every pod and every address outside on all ports"
    `);
    expect(answerAt(text('Ingress, Eg$0ress'))).toMatchInlineSnapshot(
      `"**Egress of 10 pods of 4 workloads is isolated**; this policy lets nothing out"`,
    );
  });
});

test("the policy's own labels are not what traffic depends on", () => {
  expect(
    answerAt(policy('podSelector: {}', 'name: web, namespace: shop, labels: { app: $0web }')),
  ).toMatchInlineSnapshot(`"**No traffic depends on it**: labels and annotations of web itself"`);
});

describe('nothing is called missing where not all was read', () => {
  const unread: Coverage = {
    kind: 'Pod',
    group: '',
    namespace: 'platform',
    status: { state: 'forbidden', why: 'refused', mend: 'list pods' },
  };
  const source = liveSource(SHOP, 0, { state: 'complete' }, [unread]);
  const gone = (text: string): string => peer(`{ namespaceSelector: {}, podSelector: ${text} }`);

  test('pods of one of the namespaces', () => {
    expect(answerAt(gone('{ matchLabels: { app: g$0one } }'), { source })).toMatchInlineSnapshot(`
      "**No pod** that is known in \`platform\`, \`shop\` has \`app=gone\`  
      Not all is known: may not list pods in platform"
    `);
    expect(answerAt(gone('{ matchLabels: { g$0one: x } }'), { source })).toMatchInlineSnapshot(`
      "**No pod** that is known in \`platform\`, \`shop\` has the label \`gone\`  
      Not all is known: may not list pods in platform"
    `);
    expect(answerAt(gone('{ matchExpressions: [{ key: gone, oper$0ator: Exists }] }'), { source }))
      .toMatchInlineSnapshot(`
      "**\`gone\` is there, with any value**  
      No pod that is known in \`platform\`, \`shop\`  
      Not all is known: may not list pods in platform"
    `);
    expect(answerAt(gone('{ match$0Labels: { app: gone } }'), { source })).toMatchInlineSnapshot(`
      "**No pod that is known matches**: pods \`app=gone\` **in** all namespaces (one peer: both must hold)  
      Not all is known: may not list pods in platform"
    `);
  });

  test('container ports behind a placeholder', () => {
    const pod = (port: string): string =>
      `#- pod.yaml\napiVersion: v1\nkind: Pod\nmetadata: { name: x, namespace: shop, labels: { app: x } }\nspec: { containers: [{ name: x, ports: [{ containerPort: ${port} }] }] }\n#- policy.yaml\n`;
    const text = policy('podSelector: { matchLabels: { app: x } }\ningress: [{ ports: [{ port: 80$080 }] }]');
    expect(answerAt(pod('9090') + text)).toContain('No container there declares it');
    expect(answerAt(pod('"${PORT}"') + text)).not.toContain('No container');
  });
});

test('where nothing enforces policies the source of every hover says so', () => {
  const { hoverAt } = hoversIn(SHOP);
  const said = (cni: string) => hoverAt(targets('{ matchLabels: { a$0pp: web } }'), { settings: { cni } });
  expect(said('not-enforced')).toMatch(/ · nothing there enforces policies/);
  expect(said('enforced')).not.toMatch(/enforces/);
});
