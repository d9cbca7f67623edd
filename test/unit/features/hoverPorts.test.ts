/** What the words inside a port or an ipBlock say. */
import { describe, expect, test } from 'vitest';
import type { Node } from '../../../server/src/model/node.ts';
import type { SourceView } from '../../../server/src/workspace/snapshot.ts';
import { liveSource } from '../../support/clusterSource.ts';
import { SHOP, policy } from '../../support/shopManifests.ts';
import { hoversIn } from '../../support/hovers.ts';

const { answerAt } = hoversIn(SHOP);
const peer = (text: string): string => policy(`podSelector: {}\ningress:\n- from: [${text}]`);
const ports = (text: string, more = ''): string =>
  policy(`podSelector: { matchLabels: { app: web } }\ningress:\n- ports: [${text}]\n${more}`);

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

  test.each([
    ['gke-dpv2', 'An ipBlock matches no pods and no nodes in GKE Dataplane V2'],
    ['cilium', 'may be meant: an ipBlock matches no pods and no nodes in Cilium unless its policy-cidr-match-mode'],
  ])('what a block means to %s', (cni, expected) => {
    const answer = answerAt(peer('{ ipBlock: { cidr: 10$0.0.0.0/8 } }'), { source: live(), settings: { cni } });
    expect(answer).toContain(expected);
    expect(answer).not.toContain('Pods inside');
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
