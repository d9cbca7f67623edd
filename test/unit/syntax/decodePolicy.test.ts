/** What the text of a policy means to the engine, of ours and of other APIs. */
import { describe, expect, it } from 'vitest';
import { documentOf, objectsOf, policyOf } from '../../support/decoded.ts';

describe('a policy', () => {
  it('is taken as written: what is absent stays absent, null is absent, empty stays empty', () => {
    expect(policyOf('null')).toEqual({
      namespace: '',
      name: 'web',
      podSelector: { matchLabels: {}, matchExpressions: [] },
    });
    expect(policyOf('{policyTypes: [], ingress: [{}, null, {from: [], ports: null}], egress: null}')).toMatchObject({
      policyTypes: [],
      ingress: [{}, {}, { peers: [] }],
    });
    expect(
      policyOf(
        '{egress: [{to: [{ipBlock: {cidr: 10.0.0.0/8}}], ports: [{}, {port: 080}, {port: dns, protocol: UDP, endPort: 9}]}]}',
      ).egress,
    ).toEqual([
      {
        peers: [{ ipBlock: { cidr: '10.0.0.0/8', except: [] } }],
        ports: [{}, { port: 80 }, { port: 'dns', protocol: 'UDP', endPort: 9 }],
      },
    ]);
  });

  it('that the decoder refuses is named with its first fault', () => {
    const { objects } = documentOf(
      'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: web}\nspec: []\n',
    );
    expect(objects).toEqual([
      {
        path: [],
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        name: 'web',
        namespace: '',
        undecodable:
          'json: cannot unmarshal array into Go struct field NetworkPolicy.spec of type v1.NetworkPolicySpec',
      },
    ]);
  });

  it('in broken YAML is named as far as its name can be read', () => {
    const { objects } = documentOf(
      'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: web}\nspec: [\n',
    );
    expect(objects).toMatchObject([{ kind: 'NetworkPolicy', name: 'web', undecodable: expect.any(String) as string }]);
    expect(objects[0]?.object).toBeUndefined();
  });

  it.each<[where: string, spec: string, expected: object, paths: string[]]>([
    ['the spec', '${SPEC}', { podSelector: { incomplete: true }, policyTypesIncomplete: true }, ['spec']],
    ['a selector', '{podSelector: $(SELECTOR)}', { podSelector: { incomplete: true } }, ['spec.podSelector']],
    [
      'a label',
      '{podSelector: {matchLabels: {a: b, c: "{{ .C }}"}}}',
      { podSelector: { matchLabels: { a: 'b' }, incomplete: true } },
      ['spec.podSelector.matchLabels.c'],
    ],
    [
      'a label key',
      '{podSelector: {matchLabels: {"${KEY}": b}}}',
      { podSelector: { matchLabels: {}, incomplete: true } },
      ['spec.podSelector.matchLabels.${KEY}'],
    ],
    [
      'a value of an expression',
      '{podSelector: {matchExpressions: [{key: a, operator: In, values: [b, __C__]}]}}',
      { podSelector: { matchExpressions: [], incomplete: true } },
      ['spec.podSelector.matchExpressions.0'],
    ],
    [
      'a direction',
      '{policyTypes: [Ingress, "<%= type %>"]}',
      { policyTypes: ['Ingress'], policyTypesIncomplete: true },
      ['spec.policyTypes.1'],
    ],
    [
      'a peer',
      '{ingress: [{from: ["${PEER}", {ipBlock: {cidr: "${CIDR}"}}]}]}',
      { ingress: [{ peers: [{ incomplete: true }, { incomplete: true }] }] },
      ['spec.ingress.0.from.0', 'spec.ingress.0.from.1.ipBlock'],
    ],
    [
      'all ports',
      '{egress: [{ports: "${PORTS}"}]}',
      { egress: [{ ports: [{ incomplete: true }] }] },
      ['spec.egress.0.ports'],
    ],
    [
      'a port',
      '{egress: [{ports: [{port: "{{ .Values.port }}"}]}]}',
      { egress: [{ ports: [{ incomplete: true }] }] },
      ['spec.egress.0.ports.0'],
    ],
    [
      'all rules',
      '{egress: "${RULES}"}',
      { egress: [{ peers: [{ incomplete: true }], ports: [{ incomplete: true }] }] },
      ['spec.egress'],
    ],
  ])('with a placeholder for %s says what is not known', (_, spec, expected, paths) => {
    expect(policyOf(spec)).toMatchObject(expected);
    const { notEvaluated } = documentOf(
      `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: web}\nspec: ${spec}\n`,
    );
    expect(notEvaluated.map(({ why, path }) => `${why} ${path?.join('.')}`)).toEqual(
      paths.map((path) => `placeholder ${path}`),
    );
  });

  it('in a namespace that is a placeholder could govern any', () => {
    expect(
      objectsOf('apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: web, namespace: "${NS}"}\n'),
    ).toEqual([{ type: 'foreignPolicy', policy: { group: 'networking.k8s.io', kind: 'NetworkPolicy', name: 'web' } }]);
  });
});

describe('a policy of another API is told by its group, never by its kind alone', () => {
  it.each<[apiVersion: string, kind: string, scope: 'cluster' | 'namespace' | 'none']>([
    ['policy.networking.k8s.io/v1alpha2', 'ClusterNetworkPolicy', 'cluster'],
    ['policy.networking.k8s.io/v1alpha1', 'BaselineAdminNetworkPolicy', 'cluster'],
    ['networking.k8s.aws/v1alpha1', 'ClusterNetworkPolicy', 'cluster'],
    ['crd.antrea.io/v1beta1', 'NetworkPolicy', 'namespace'],
    ['crd.antrea.io/v1beta1', 'ClusterNetworkPolicy', 'cluster'],
    ['cilium.io/v2', 'CiliumNetworkPolicy', 'namespace'],
    ['cilium.io/v2', 'CiliumClusterwideNetworkPolicy', 'cluster'],
    ['projectcalico.org/v3', 'GlobalNetworkPolicy', 'cluster'],
    ['crd.projectcalico.org/v1', 'NetworkPolicy', 'namespace'],
    ['k8s.cni.cncf.io/v1beta2', 'MultiNetworkPolicy', 'namespace'],
    ['cilium.io/v3', 'CiliumClusterwideSomethingNewPolicy', 'cluster'],
    ['cilium.io/v3', 'CiliumSomethingNewPolicy', 'namespace'],
    ['cilium.io/v2', 'CiliumEgressGatewayPolicy', 'none'],
    ['cilium.io/v2', 'CiliumEndpoint', 'none'],
    ['projectcalico.org/v3', 'StagedNetworkPolicy', 'none'],
    ['projectcalico.org/v3', 'IPPool', 'none'],
    ['example.com/v1', 'ClusterNetworkPolicy', 'none'],
  ])('%s %s: %s', (apiVersion, kind, scope) => {
    const [object] = objectsOf(
      `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: a}\nspec: {whatever: {{}: 1}}\n`.replace(
        '{{}: 1}',
        '{}',
      ),
    );
    const group = apiVersion.split('/')[0];
    const policy = { group, kind, name: 'a', ...(scope === 'namespace' && { namespace: '' }) };
    expect(object).toEqual(scope === 'none' ? undefined : { type: 'foreignPolicy', policy });
  });
});
