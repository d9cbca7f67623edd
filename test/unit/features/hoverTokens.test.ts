/** What the words inside a selector, a port or an ipBlock say; hover.test.ts has the larger parts. */
import { describe, expect, test } from 'vitest';
import { hover } from '../../../server/src/features/hover.ts';
import type { Node } from '../../../server/src/model/node.ts';
import type { Coverage } from '../../../server/src/workspace/clusterSource.ts';
import type { SourceView } from '../../../server/src/workspace/snapshot.ts';
import { liveSource } from '../../support/clusterSource.ts';
import { fixture } from '../../support/fixture.ts';
import { SHOP, policy } from '../../support/shopManifests.ts';
import { snapshotOf, uriOf, type SnapshotOptions } from '../../support/snapshotOf.ts';

/** The answer where `$0` stands in a policy beside the shop, without the documentation and the source below it. */
function answerAt(marked: string, options: SnapshotOptions = {}): string | undefined {
  const { files, cursor } = fixture(marked);
  if (cursor === undefined) throw new Error('the text has no $0');
  const snapshot = snapshotOf(new Map([...SHOP, ...files]), options);
  const found = hover(snapshot, uriOf(cursor.file), cursor.offset, { commandLinks: false });
  return found === null ? undefined : (found.contents as { readonly value: string }).value.split('\n\n---')[0];
}

const targets = (selector: string): string => policy(`podSelector: ${selector}`);
const peer = (text: string): string => policy(`podSelector: {}\ningress:\n- from: [${text}]`);
const ports = (text: string, more = ''): string =>
  policy(`podSelector: { matchLabels: { app: web } }\ningress:\n- ports: [${text}]\n${more}`);

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

describe('a port', () => {
  const SERVICES = `#- services.yaml
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { selector: { app: web, track: stable }, ports: [{ port: 80, targetPort: http }, { port: 8443 }] }
---
apiVersion: v1
kind: Service
metadata: { name: db, namespace: shop }
spec: { selector: { app: db }, ports: [{ port: 5432 }] }
#- policy.yaml
`;

  test('who declares it, and which Services lead there', () => {
    expect(answerAt(SERVICES + ports('{ port: 80$080 }'))).toMatchInlineSnapshot(`
      "**Port 8080**, TCP, of the selected pods  
      Container port of web  
      Service web (port 80) leads there"
    `);
    expect(answerAt(SERVICES + ports('{ port: ht$0tp }'))).toMatchInlineSnapshot(`
      "**Port \`http\`**, TCP, of the selected pods  
      8080 on web  
      8081 on web-canary  
      Service web (port 80) leads there"
    `);
  });

  test('of a Service, which a rule must not name', () => {
    expect(answerAt(SERVICES + ports('{ port: 8$00 }'))).toMatchInlineSnapshot(`
      "**Port 80**, TCP, of the selected pods  
      No container there declares it, which need not keep it closed  
      It is the port of Service web, whose pods receive on 8080: a rule has to name that one"
    `);
  });

  test('of pods that a rule lets out to', () => {
    const text = policy(
      'podSelector: {}\negress:\n- to: [{ podSelector: { matchLabels: { app: db } } }]\n  ports: [{ port: 54$032 }]',
    );
    expect(answerAt(SERVICES + text)).toMatchInlineSnapshot(`
      "**Port 5432**, TCP, of the peers  
      Container port of db  
      Service db (port 5432) leads there"
    `);
    const everyone = policy('podSelector: {}\negress:\n- ports: [{ port: 54$032 }]', 'name: out, namespace: platform');
    expect(answerAt(SERVICES + everyone)).toMatchInlineSnapshot(`
      "**Port 5432**, TCP, of the peers  
      Container port of shop/db  
      Service shop/db (port 5432) leads there"
    `);
  });

  test('a range', () => {
    expect(answerAt(SERVICES + ports('{ port: 8000, endPort: 8$0999 }'))).toMatchInlineSnapshot(`
      "**Ports 8000 to 8999**, 1,000 in all, TCP, of the selected pods  
      Container port of web, web-canary  
      Service web (port 8443) leads there"
    `);
  });

  test('its protocol', () => {
    expect(answerAt(ports('{ port: 8080, protocol: T$0CP }'))).toMatchInlineSnapshot(`
      "**TCP alone**: the same port of another protocol needs an entry of its own  
      Port 8080, TCP, of the selected pods  
      Container port of web"
    `);
    expect(answerAt(ports('{ port: 53, protocol: U$0DP }, { port: 53 }'))).toMatchInlineSnapshot(`
      "**UDP**; TCP has an entry of its own in this rule  
      Port 53, UDP, of the selected pods  
      No container there declares it, which need not keep it closed"
    `);
    expect(answerAt(ports('{ protocol: SC$0TP }'))).toMatchInlineSnapshot(`
      "**SCTP alone**: the same port of another protocol needs an entry of its own  
      Every SCTP port"
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

describe('addresses', () => {
  const NODES: readonly Node[] = [
    { name: 'node-a', labels: {}, ips: ['10.0.0.1', 'fd00::1'] },
    { name: 'node-b', labels: {}, ips: ['192.168.7.2'] },
  ];

  /** The shop as a live cluster with nodes, and with a Service in front of its pods. */
  function live(): SourceView {
    const service = `apiVersion: v1\nkind: Service\nmetadata: { name: web, namespace: shop }\nspec: { clusterIP: 10.96.0.7, selector: { app: web }, ports: [{ port: 80 }] }\n`;
    const pod = `apiVersion: v1\nkind: Pod\nmetadata: { name: api, namespace: shop }\nspec: { containers: [{ name: api }] }\nstatus: { podIPs: [{ ip: 10.1.0.5 }, { ip: "fd00:1::5" }] }\n`;
    const source = liveSource(new Map([...SHOP, ['service.yaml', service], ['pod.yaml', pod]]), 0);
    if (source.kind !== 'live') throw new Error('not live');
    return { ...source, state: { ...source.state, nodes: NODES } };
  }

  test('how many, what they are, and which pods, nodes and Services lie inside', () => {
    expect(answerAt(peer('{ ipBlock: { cidr: 10$0.0.0.0/8 } }'), { source: live() })).toMatchInlineSnapshot(`
      "**16,777,216 addresses**: \`10.0.0.0/8\`  
      Private addresses (RFC 1918)  
      Pods inside: api *Pod* 1  
      11 pods of 5 workloads and those of 2 workloads may have such an address: it is not known here  
      Nodes inside: 1 of 2 (node-a)  
      Services inside: shop/web; as a rule a policy sees the pod behind a ClusterIP instead"
    `);
  });

  test('an exception', () => {
    expect(answerAt(peer('{ ipBlock: { cidr: 0.0.0.0/0, except: [192.16$08.0.0/16] } }'), { source: live() }))
      .toMatchInlineSnapshot(`
      "**Leaves out 65,536 addresses**: \`192.168.0.0/16\` of \`0.0.0.0/0\`  
      Private addresses (RFC 1918)  
      11 pods of 5 workloads and those of 2 workloads may have such an address: it is not known here  
      Nodes inside: 1 of 2 (node-b)"
    `);
  });

  test.each([
    '0.0.0.0/0',
    '::/0',
    '203.0.113.0/24',
    '8.8.8.8/32',
    '169.254.169.254/32',
    '169.254.0.0/16',
    '100.64.0.0/10',
    '127.0.0.1/32',
    '172.16.0.0/11',
    '2001:db8::/32',
    'fd00::/8',
    'fe80::/64',
    '2600::/12',
    'not an address',
  ])('%s', (cidr) => {
    expect(
      answerAt(peer(`{ ipBlock: { ci$0dr: "${cidr}" } }`))
        ?.split('  \n')
        .slice(0, 3),
    ).toMatchSnapshot();
  });

  test('everything without what is not public', () => {
    expect(
      answerAt(
        peer('{ ipBlock: { ci$0dr: 0.0.0.0/0, except: [10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 169.254.0.0/16] } }'),
      ),
    ).toMatchInlineSnapshot(`
      "**4,277,010,432 addresses**: \`0.0.0.0/0\` without \`10.0.0.0/8\`, \`172.16.0.0/12\`, \`192.168.0.0/16\` and 1 more  
      Public, carriers’ shared (RFC 6598) and loopback (RFC 1122) addresses  
      No pod has such an address"
    `);
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
