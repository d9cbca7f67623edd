import { describe, expect, test } from 'vitest';
import { hover } from '../../../server/src/features/hover.ts';
import { liveSource } from '../../support/clusterSource.ts';
import { fixture } from '../../support/fixture.ts';
import { hoversIn } from '../../support/hovers.ts';
import { SHOP, policy } from '../../support/shopManifests.ts';
import { snapshotOf, uriOf } from '../../support/snapshotOf.ts';

const { hoverAt, answerAt } = hoversIn(SHOP);

describe('a selector', () => {
  test('counts workloads and pods, names them, and says who misses by one label', () => {
    expect(hoverAt(policy('podSel$0ector: { matchLabels: { app: web } }'))).toMatchInlineSnapshot(`
      "**Selects 5 pods of 2 workloads** in \`shop\`  
      web *Deployment* 4 · web-canary *Deployment* 1  
      2 pods miss by one label: web-old *Deployment* has \`app=webapp\`

      ---

      The pods that the policy isolates, of its own namespace. \`{}\` selects every pod of the namespace, also future ones.  
      <sub>these files · 7 workloads</sub>"
    `);
  });

  test('an empty one selects every pod of the namespace', () => {
    expect(answerAt(policy('podSel$0ector: {}'))).toMatchInlineSnapshot(`
      "**Selects 10 pods of 4 workloads** in \`shop\`  
      db *StatefulSet* 3 · web *Deployment* 4 · web-canary *Deployment* 1 · web-old *Deployment* 2"
    `);
  });

  test('one that matches nothing shows the near misses', () => {
    expect(answerAt(policy('podSel$0ector: { matchLabels: { app: wep } }'))).toMatchInlineSnapshot(`
      "**Selects no pod** in \`shop\` today  
      5 pods miss by one label: web *Deployment*, web-canary *Deployment* have \`app=web\`"
    `);
    expect(answerAt(policy('podSel$0ector: { matchLabels: { tier: data } }'))).toMatchInlineSnapshot(`
      "**Selects no pod** in \`shop\` today  
      3 pods miss by one label: db *StatefulSet* has \`tier\` on the workload, not on its pods"
    `);
    expect(answerAt(policy('podSel$0ector: { matchLabels: { app: prometheus } }'))).toMatchInlineSnapshot(`
      "**Selects no pod** in \`shop\` today  
      1 pod would match in another namespace: platform/prometheus *Deployment* is in \`platform\`"
    `);
  });

  test('expressions read as kubectl writes them', () => {
    const text = policy(`
podSelector: {}
ingress:
- from:
  - podSel$0ector:
      matchExpressions:
      - { key: app, operator: In, values: [web, db] }
      - { key: track, operator: DoesNotExist }`);
    expect(answerAt(text)).toMatchInlineSnapshot(`
      "**3 pods of 1 workload**: pods \`app in (web, db), !track\` of \`shop\`  
      db *StatefulSet* 3  
      2 pods miss by one label: web-old *Deployment* has \`app=webapp\`"
    `);
  });

  test("pods on their node's network are perhaps selected, with the reason", () => {
    expect(answerAt(policy('podSel$0ector: {}', 'name: all, namespace: platform'))).toMatchInlineSnapshot(`
      "**Selects 1 pod of 1 workload and those of collector** in \`platform\`  
      collector *DaemonSet* (number not written) · prometheus *Deployment* 1  
      Perhaps also node-exporter *DaemonSet* (number not written): on their node's network, where policies apply or not as the network plug-in does it"
    `);
  });

  test.each([
    ['no source', { namespace: 'empty' }, {}],
    ['the folder is being read', { namespace: 'shop' }, { source: { kind: 'files', indexing: { done: 1, total: 4 } } }],
    [
      'pods may not be listed',
      { namespace: 'shop' },
      { source: liveSource(SHOP, 0, { state: 'forbidden', why: 'refused', mend: 'list and watch pods' }), now: 4000 },
    ],
  ] as const)('nothing is called unmatched: %s', (_, { namespace }, options) => {
    const text = policy('podSel$0ector: { matchLabels: { app: gone } }', `name: x, namespace: ${namespace}`);
    const shown = hoverAt(text, options);
    expect(shown).not.toContain('Selects no pod');
    expect(shown).toMatchSnapshot();
  });
});

describe('a peer', () => {
  const rule = (peers: string): string => policy(`podSelector: {}\ningress:\n- from:\n${peers.replace(/^/gm, '  ')}`);

  test('two selectors in one peer: AND', () => {
    const text = rule(
      '- namespaceSelector: { matchLabels: { team: shop } }\n  podSel$0ector: { matchLabels: { app: web } }',
    );
    expect(answerAt(text)).toMatchInlineSnapshot(`
      "**5 pods of 2 workloads**: pods \`app=web\` **in** namespaces \`team=shop\` (one peer: both must hold)  
      web *Deployment* 4 · web-canary *Deployment* 1  
      2 pods miss by one label: web-old *Deployment* has \`app=webapp\`"
    `);
  });

  test('two peers: OR', () => {
    const text = rule(
      '- namespaceSelector: { matchLabels: { team: platform } }\n- podSel$0ector: { matchLabels: { app: web } }',
    );
    expect(answerAt(text)).toMatchInlineSnapshot(`
      "**5 pods of 2 workloads**: pods \`app=web\` of \`shop\`  
      web *Deployment* 4 · web-canary *Deployment* 1  
      2 pods miss by one label: web-old *Deployment* has \`app=webapp\`  
      Peer 2 of 2: **either** every pod of namespaces \`team=platform\` **or** pods \`app=web\` of \`shop\`"
    `);
  });

  test('a namespace selector lists namespaces', () => {
    expect(answerAt(rule('- namespaceSel$0ector: {}'))).toMatchInlineSnapshot(`
      "**11 pods of 5 workloads and those of collector**: every pod of all namespaces  
      2 namespaces: \`platform\`, \`shop\`  
      db *StatefulSet* 3 · web *Deployment* 4 · web-canary *Deployment* 1 · web-old *Deployment* 2 · platform/collector *DaemonSet* (number not written) · … and 1 more  
      Perhaps also platform/node-exporter *DaemonSet* (number not written): on their node's network, where policies apply or not as the network plug-in does it"
    `);
    expect(
      answerAt(rule('- namespaceSel$0ector: { matchLabels: { kubernetes.io/metadata.name: kube-system } }')),
    ).toMatchInlineSnapshot(
      `"**No such namespace known here: choose a source**: every pod of namespaces \`kubernetes.io/metadata.name=kube-system\`"`,
    );
  });

  test('addresses', () => {
    expect(answerAt(rule('- ipBlock: { cidr: 10$0.0.0.0/8, except: [10.1.0.0/16] }'))).toMatchInlineSnapshot(`
      "**16,711,680 addresses**: \`10.0.0.0/8\` without \`10.1.0.0/16\`  
      Private addresses (RFC 1918)  
      11 pods of 5 workloads and those of 2 workloads may have such an address: it is not known here"
    `);
  });
});

describe('rules, ports and the policy as a whole', () => {
  const text = (mark: string): string =>
    policy(
      `
podSelector: { matchLabels: { app: web } }
ingress:
- from:
  - namespaceSelector: { matchLabels: { team: platform } }
  - ipBlock: { cidr: 192.0.2.0/24 }
  ports:
  - port: http
- ports: [{ port: htttp }]
`.replace(mark, `$0${mark}`),
    );

  test('who reaches whom by a rule', () => {
    expect(answerAt(text('from'))).toMatchInlineSnapshot(`
      "**From** 1 pod of 1 workload and those of collector in \`platform\` and 192.0.2.0/24 **to** 5 pods of 2 workloads **on** 8080/TCP of web, 8081/TCP of web-canary  
      platform/collector *DaemonSet* (number not written) · platform/prometheus *Deployment* 1  
      Perhaps also platform/node-exporter *DaemonSet* (number not written): on their node's network, where policies apply or not as the network plug-in does it  
      **Either** every pod of namespaces \`team=platform\` **or** addresses \`192.0.2.0/24\`  
      The policies of the other end have to allow it too"
    `);
  });

  test('what a named port stands for, pod by pod', () => {
    expect(answerAt(text('http\n'))).toMatchInlineSnapshot(`
      "**Port \`http\`**, TCP, of the selected pods  
      8080 on web  
      8081 on web-canary"
    `);
    expect(answerAt(text('htttp'))).toMatchInlineSnapshot(`
      "**Port \`htttp\`**, TCP, of the selected pods  
      Opens nothing on web, web-canary: no container port has this name and protocol"
    `);
  });

  test('a direction lists its rules', () => {
    expect(answerAt(text('ingress'))).toMatchInlineSnapshot(`
      "**Ingress of 5 pods of 2 workloads is isolated**; 2 rules in this policy  
      1\\. 1 pod and those of collector in platform and 192.0.2.0/24, perhaps also the pods of node-exporter, on 8080/TCP of web, 8081/TCP of web-canary  
      2\\. nobody: no pod has a port named htttp"
    `);
  });

  test('a policy in plain sentences, with the others that isolate the same pods', () => {
    const other = `#- other.yaml\n${policy('podSelector: {}', 'name: default-deny, namespace: shop')}`;
    const marked = text('podSelector').replace('$0', '').replace('kind:', 'ki$0nd:');
    expect(answerAt(`#- policy.yaml\n${marked}${other}`)).toMatchInlineSnapshot(`
      "**shop/web** isolates 5 pods of 2 workloads  
      web *Deployment* 4 · web-canary *Deployment* 1  
      **In** 1 pod and those of collector in platform and 192.0.2.0/24, perhaps also the pods of node-exporter, on 8080/TCP of web, 8081/TCP of web-canary; nobody: no pod has a port named htttp  
      **Out** as other policies say: this one does not isolate egress  
      Also isolated by default-deny: what any of them allows is allowed  
      Namespace \`shop\`, as written"
    `);
  });

  test.each(['setting', 'bulkhead.yaml', 'context', 'default'] as const)(
    'a document without a namespace says who gives it one: %s',
    (from) => {
      const marked = policy('podSelector: {}', 'name: $0web');
      expect(
        answerAt(marked, { namespace: { name: 'shop', from } })
          ?.split('\n')
          .at(-1),
      ).toMatchSnapshot();
    },
  );

  test('nothing is said between the lines, and in comments', () => {
    expect(answerAt(policy('# app: $0web\npodSelector: {}'))).toBeUndefined();
    expect(answerAt('a: $0b')).toBeUndefined();
  });
});

test('a document that cannot be decoded answers from its last readable text and says so', () => {
  const readable = policy('podSelector: { matchLabels: { app: web } }');
  const marked = `${readable}  policyTypes: Ingress\n`.replace('podSelector', 'podSel$0ector');
  const { files, cursor } = fixture(marked);
  const snapshot = snapshotOf(new Map([...SHOP, ['policy.yaml', readable]]), { held: Object.fromEntries(files) });
  const shown = hover(snapshot, uriOf('policy.yaml'), cursor?.offset ?? 0, { commandLinks: false });
  expect(shown?.contents).toMatchObject({ value: expect.stringContaining('**Selects 5 pods of 2 workloads**') });
  expect(shown?.contents).toMatchObject({ value: expect.stringContaining('as of the last readable text') });
});

test('what is longer than a few names opens the list, where the client runs commands', () => {
  const pods = Array.from(
    { length: 9 },
    (_, index) => `---\napiVersion: v1\nkind: Pod\nmetadata: { name: p${index}, namespace: many }\n`,
  );
  const marked = `#- pods.yaml\n${pods.join('')}#- policy.yaml\n${policy('podSel$0ector: {}', 'name: a, namespace: many')}`;
  const argument = { uri: uriOf('policy.yaml'), policy: 'many/a', path: 'spec.podSelector' };
  const link = `[… and 4 more](command:bulkhead.showMatches?${encodeURIComponent(JSON.stringify([argument]))})`;
  expect(hoverAt(marked, {}, true)).toContain(link);
  expect(hoverAt(marked, {}, false)).not.toContain('command:');
});

describe('names and labels are hostile text', () => {
  const hostile = (label: string, name = 'web'): string => {
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'evil', labels: { app: label } } };
    const selector = JSON.stringify({ matchLabels: { app: label } });
    return `#- pod.yaml\n${JSON.stringify(pod)}\n#- policy.yaml\n${policy(`podSelector: {}\ningress: [{ from: [{ podSel$0ector: ${selector} }] }]`, 'name: x, namespace: evil')}`;
  };

  test('a backtick does not end a code span', () => {
    expect(answerAt(hostile('a`[b](command:x)`'))).toMatchInlineSnapshot(`
      "**1 pod of 1 workload**: pods \`\` app=a\`[b](command:x)\` \`\` of \`evil\`  
      web *Pod* 1"
    `);
  });

  test('a name is no link, no HTML and no icon', () => {
    const answer = answerAt(hostile('web', '[go](command:x)<img src=x>$(bug) http://evil.example www.evil.example'));
    expect(answer).toMatchInlineSnapshot(`
      "**1 pod of 1 workload**: pods \`app=web\` of \`evil\`  
      \\[go\\]\\(command:x\\)\\<img src=x\\>\\$\\(bug\\) http\\://evil.example www\\.evil.example *Pod* 1"
    `);
    expect(answer).not.toMatch(/[^\\][[<]|[^\\:]\/\/|www\.e/);
  });

  test('control characters and line breaks are shown as such', () => {
    expect(answerAt(hostile('a\u202eb', 'x\n\n# big'))).toMatchInlineSnapshot(`
      "**1 pod of 1 workload**: pods \`app=a\\u202eb\` of \`evil\`  
      x\\\\x0a\\\\x0a\\# big *Pod* 1"
    `);
  });

  test('a key like constructor is a label like any other', () => {
    const pod =
      '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","namespace":"evil","labels":{"constructor":"x"}}}';
    const selector = '{ matchLabels: { constructor: x } }';
    const marked = `#- pod.yaml\n${pod}\n#- policy.yaml\n${policy(`podSel$0ector: ${selector}`, 'name: x, namespace: evil')}`;
    expect(answerAt(marked)).toContain('Selects 1 pod of 1 workload');
  });
});
