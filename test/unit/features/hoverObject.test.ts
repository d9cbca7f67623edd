/** Hovers on workloads, Services and Namespaces. */
import { describe, expect, test } from 'vitest';
import { liveSource } from '../../support/clusterSource.ts';
import { hoversIn } from '../../support/hovers.ts';
import { SHOP, policy } from '../../support/shopManifests.ts';
import { uriOf } from '../../support/snapshotOf.ts';

const POLICIES = [
  policy(`
podSelector: { matchLabels: { app: web } }
ingress:
- from: [{ namespaceSelector: { matchLabels: { team: platform } } }]
  ports: [{ port: http }]`),
  policy('podSelector: {}\npolicyTypes: [Ingress]', 'name: default-deny, namespace: shop'),
  policy(
    `
podSelector: { matchLabels: { app: db } }
ingress:
- from: [{ podSelector: { matchLabels: { app: web } } }]
  ports: [{ port: 5432 }]`,
    'name: db, namespace: shop',
  ),
].join('---\n');

const SERVICE = `apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { selector: { app: web }, ports: [{ port: 80, targetPort: http }, { port: 9, targetPort: nope }] }
`;

const FILES = new Map([...SHOP, ['policies.yaml', POLICIES], ['service.yaml', SERVICE]]);

const { hoverAt, answerAt } = hoversIn(FILES);

/** A file of the folder with the cursor before the first place of some text. */
function at(file: string, text: string): string {
  const whole = FILES.get(file) ?? '';
  const index = whole.indexOf(text);
  if (index < 0) throw new Error(`${file} has no ${text}`);
  return `#- ${file}\n${whole.slice(0, index)}$0${whole.slice(index)}`;
}

describe('a workload', () => {
  test('what isolates it, whom that lets through, and where else policies mean it', () => {
    expect(hoverAt(at('shop.yaml', 'name: web,'))).toMatchInlineSnapshot(`
      "**shop/web** *Deployment*, 4 pods  
      **Ingress** isolated by shop/default-deny, shop/web; in from 1 pod and those of collector in platform, perhaps also the pods of node-exporter, on 8080/TCP of web, 8081/TCP of web-canary  
      **Egress** open: no policy isolates it  
      A peer of shop/db  
      Behind Service web (80 → 8080, 9 → nothing)

      ---

      Policies select pods by the labels of the template, not by those of the Deployment itself.  
      <sub>these files · 7 workloads</sub>"
    `);
    expect(answerAt(at('shop.yaml', 'name: db'))).toMatchInlineSnapshot(`
      "**shop/db** *StatefulSet*, 3 pods  
      **Ingress** isolated by shop/db, shop/default-deny; in from 5 pods on 5432/TCP  
      **Egress** open: no policy isolates it"
    `);
    expect(answerAt(at('platform.yaml', 'name: node-exporter'))).toMatchInlineSnapshot(`
      "**platform/node-exporter** *DaemonSet*, number of pods not written  
      **Ingress** open: no policy isolates it  
      **Egress** open: no policy isolates it  
      A peer of shop/web"
    `);
  });

  test('a link opens the list where the client runs commands', () => {
    const argument = { uri: uriOf('shop.yaml'), object: 'StatefulSet/shop/db', policy: '', path: '' };
    const link = `(command:bulkhead.showMatches?${encodeURIComponent(JSON.stringify([argument]))})`;
    expect(hoverAt(at('shop.yaml', 'name: db'), {}, true)).toContain(`[List the policies]${link}`);
  });

  test('one that does not run yet: what it would meet', () => {
    const text = `#- new.yaml\napiVersion: apps/v1\nkind: Deploy$0ment\nmetadata: { name: new, namespace: shop }\nspec: { template: { metadata: { labels: { app: web } } } }\n`;
    expect(answerAt(text, { source: liveSource(FILES, 0) })).toMatchInlineSnapshot(`
      "**shop/new** *Deployment* · No pod of it in prod-eu  
      As written, its pods would be selected by shop/default-deny, shop/web"
    `);
  });

  test('a label of its pods: who has it too, and which policies ask for it', () => {
    expect(answerAt(at('shop.yaml', 'app: web, track: stable'))).toMatchInlineSnapshot(`
      "**5 pods of 2 workloads** in \`shop\` with \`app=web\`  
      Policies that select pods by it: shop/web  
      Policies that have it in a peer: shop/db"
    `);
    expect(answerAt(at('shop.yaml', 'track: stable'))).toMatchInlineSnapshot(`
      "**4 pods of 1 workload** in \`shop\` with \`track=stable\`  
      No policy selects by it"
    `);
  });

  test('a label of its own, which no policy sees', () => {
    expect(answerAt(at('shop.yaml', 'tier: data'))).toMatchInlineSnapshot(
      `"**No policy looks at it**: labels of the StatefulSet itself, not of pods"`,
    );
  });

  test('a container port: who is let in', () => {
    expect(answerAt(at('shop.yaml', 'containerPort: 8080'))).toMatchInlineSnapshot(`
      "**8080/TCP** \`http\` of web  
      web: in from 1 pod and those of collector in platform, perhaps also the pods of node-exporter, on 8080/TCP of web, 8081/TCP of web-canary  
      Behind Service web (port 80)"
    `);
    expect(answerAt(at('shop.yaml', '5432'))).toMatchInlineSnapshot(`
      "**5432/TCP** of db  
      db: in from 5 pods on 5432/TCP"
    `);
  });
});

describe('a Service', () => {
  test('its pods, its ports on them, and who is let in', () => {
    expect(hoverAt(at('service.yaml', 'Service'))).toMatchInlineSnapshot(`
      "**shop/web** *Service* leads to 5 pods of 2 workloads on 8080,8081/TCP  
      web *Deployment* 4 · web-canary *Deployment* 1  
      **Ingress** let in by shop/web  
      web: 1 pod and those of collector in platform, perhaps also the pods of node-exporter, on 8080/TCP of web, 8081/TCP of web-canary  
      \`nope\` is no port of its pods

      ---

      A Service gives its pods an address. Policies see the pods behind it, on the ports of the pods.  
      <sub>these files · 7 workloads</sub>"
    `);
  });

  test('one of its ports', () => {
    expect(answerAt(at('service.yaml', 'port: 80'))).toMatchInlineSnapshot(`
      "**Port 80 leads to 8080,8081/TCP** of 5 pods of 2 workloads  
      web: in from 1 pod and those of collector in platform, perhaps also the pods of node-exporter, on 8080/TCP of web, 8081/TCP of web-canary"
    `);
    expect(answerAt(at('service.yaml', 'nope'))).toMatchInlineSnapshot(
      `"**Port 9 leads nowhere**: \`nope\` is no port of 5 pods of 2 workloads"`,
    );
  });
});

describe('a namespace', () => {
  test('default-deny, its policies, what stays open', () => {
    expect(hoverAt(at('shop.yaml', 'Namespace'))).toMatchInlineSnapshot(`
      "**Default-deny for ingress, not for egress** in \`shop\`  
      10 pods, ingress of all and egress of none isolated  
      3 policies: db, default-deny, web  
      Egress open: db, web, web-canary, web-old

      ---

      Policies act on the pods of their own namespace. What none of them selects stays open, in both directions.  
      <sub>these files · 7 workloads</sub>"
    `);
    expect(answerAt(at('platform.yaml', 'Namespace'))).toMatchInlineSnapshot(`
      "**No default-deny** in \`platform\`  
      3 pods, none isolated  
      No policy here  
      Ingress open: collector, node-exporter, prometheus  
      Egress open: collector, node-exporter, prometheus  
      A peer of shop/web"
    `);
  });

  test('as the namespace of an object', () => {
    expect(answerAt(at('shop.yaml', 'namespace: shop'))).toMatchInlineSnapshot(`
      "**Default-deny for ingress, not for egress** in \`shop\`  
      10 pods, ingress of all and egress of none isolated  
      3 policies: db, default-deny, web  
      Egress open: db, web, web-canary, web-old"
    `);
  });

  test('one of its labels', () => {
    expect(answerAt(at('platform.yaml', 'team: platform'))).toMatchInlineSnapshot(`
      "**1 namespace** with \`team=platform\`: \`platform\`  
      Policies that have it in a peer: shop/web"
    `);
    expect(answerAt(at('shop.yaml', 'team: shop'))).toMatchInlineSnapshot(`
      "**1 namespace** with \`team=shop\`: \`shop\`  
      No policy selects by it"
    `);
  });
});

test('what is being read is not answered yet', () => {
  const source = { kind: 'files', indexing: { done: 1, total: 4 } } as const;
  expect(answerAt(at('shop.yaml', 'name: db'), { source })).toMatchInlineSnapshot(`"**Reading … 25 %**"`);
});

test('nothing is said of fields without a meaning for traffic', () => {
  expect(answerAt(at('shop.yaml', 'replicas'))).toBeUndefined();
});
