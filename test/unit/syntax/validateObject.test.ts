import { describe, expect, it } from 'vitest';
import type { ValidationOptions } from '../../../server/src/syntax/apiServer/validateObject.ts';
import { parseManifests } from '../../../server/src/syntax/parseManifests.ts';
import { validateObject } from '../../../server/src/syntax/apiServer/validateObject.ts';
import { withCarets, withoutCarets } from '../../support/problemCarets.ts';

/** The text says itself what is wrong with it, in comments below each faulty token. */
function check(text: string, options?: Partial<ValidationOptions>): void {
  expect(withCarets(withoutCarets(text), options)).toBe(text);
}

const KEY_RULE =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

describe('a fault stands at its token, in the words of the API server', () => {
  it('of every layer: validation stands beside strict', () => {
    check(`apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
  lables: {}
# ^^^^^^ strict: unknown field "metadata.lables"
spec:
  podSelector: {}
  podSelector: {}
# ^^^^^^^^^^^ strict: line 8: key "podSelector" already set in map
  ingress:
  - form: []
#   ^^^^ strict: unknown field "spec.ingress[0].form"
    ports:
    - port: 0
#           ^ validation: spec.ingress[0].ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive
      protocol: tcp
#               ^^^ validation: spec.ingress[0].ports[0].protocol: Unsupported value: "tcp": supported values: "TCP", "UDP", "SCTP"
`);
  });

  it('behind the decode fault that is all the server gets to say; an IntOrString ends the decoding', () => {
    check(`apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, x: 1}
#                     ^ strict behind decode: unknown field "metadata.x"
spec:
  podSelector: web
#              ^^^ decode behind decode: spec.podSelector: json: cannot unmarshal string into Go struct field NetworkPolicySpec.spec.podSelector of type v1.LabelSelector
  egress:
  - ports:
    - endPort: http
#              ^^^^ decode behind decode: spec.egress[0].ports[0].endPort: json: cannot unmarshal string into Go struct field NetworkPolicyPort.spec.egress.ports.endPort of type int32
    - port: 80.5
#           ^^^^ decode: spec.egress[0].ports[1].port: json: cannot unmarshal number 80.5 into Go struct field NetworkPolicyPort.spec.egress.ports.port of type int32
    - port: 0
#           ^ validation behind decode: spec.egress[0].ports[2].port: Invalid value: 0: must be between 1 and 65535, inclusive
`);
  });

  it('with all digits of a number', () => {
    check(`apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web}
spec:
  ingress: [{ports: [{endPort: 9_007_199_254_740_993}]}]
#                              ^^^^^^^^^^^^^^^^^^^^^ decode: spec.ingress[0].ports[0].endPort: json: cannot unmarshal number 9007199254740993 into Go struct field NetworkPolicyPort.spec.ingress.ports.endPort of type int32
`);
  });

  it('and at the nearest thing that is written where something is missing', () => {
    check(`apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
#^^^^^^^^ validation: metadata.name: Required value: name or generateName is required
  labels:
    'b c': d
#   ^^^^^ validation: metadata.labels: Invalid value: "b c": name part ${KEY_RULE}
spec:
  egress:
  - to:
    - {}
#     ^^ validation: spec.egress[0].to[0]: Required value: must specify a peer
    - ipBlock:
#     ^^^^^^^ validation: spec.egress[0].to[1]: Required value: must specify a peer
    - podSelector: {}
#     ^^^^^^^^^^^ validation: spec.egress[0].to[2]: Forbidden: may not specify both ipBlock and another peer
      ipBlock: {cidr: 10.0.0.1/8, except: [10.0.0.0/8, 10.1.0.0/16]}
#                     ^^^^^^^^^^ validation: spec.egress[0].to[2].ipBlock.cidr: Invalid value: "10.0.0.1/8": must not have bits set beyond the prefix length
#                                          ^^^^^^^^^^ validation: spec.egress[0].to[2].ipBlock.except[0]: Invalid value: "10.0.0.0/8": must be a strict subset of \`cidr\`
    ports:
    - endPort: 5
#              ^ validation: spec.egress[0].ports[0].endPort: Invalid value: 5: may not be specified when \`port\` is not specified
  policyTypes: [Ingress, Egress, Foo]
#              ^^^^^^^^^^^^^^^^^^^^^^ validation: spec.policyTypes: Invalid value: ["Ingress","Egress","Foo"]: may not specify more than two policyTypes
`);
  });

  it('in the item of a List and behind other documents', () => {
    check(`kind: ConfigMap
apiVersion: v1
---
apiVersion: v1
kind: List
items:
- apiVersion: networking.k8s.io/v1
  kind: NetworkPolicy
  metadata: {name: a}
  spec: {podSelectr: {}}
#        ^^^^^^^^^^ strict: unknown field "spec.podSelectr"
- apiVersion: networking.k8s.io/v1
  kind: NetworkPolicy
  metadata: {name: b, name: b}
#                     ^^^^ strict: line 11: key "name" already set in map
`);
  });

  it('where an anchor or a merge brings it in', () => {
    check(`apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web}
spec:
  ingress:
  - ports:
    - &web
      port: 70000
#           ^^^^^ validation: spec.ingress[0].ports[0].port: Invalid value: 70000: must be between 1 and 65535, inclusive
#           ^^^^^ validation: spec.ingress[0].ports[1].port: Invalid value: 70000: must be between 1 and 65535, inclusive
    - <<: *web
      protocol: UDP
`);
  });

  it('of a kind that is no longer served', () => {
    check(`apiVersion: extensions/v1beta1
#           ^^^^^^^^^^^^^^^^^^ decode: apiVersion: no matches for kind "NetworkPolicy" in version "extensions/v1beta1"
kind: NetworkPolicy
metadata: {name: web}
spec: {}
`);
  });

  it('of a policy that does not say what it is', () => {
    check(`kind: NetworkPolicy
#     ^^^^^^^^^^^^^ decode: apiVersion: apiVersion not set
metadata: {name: web}
---
apiVersion: networking.k8s.io/v1
#           ^^^^^^^^^^^^^^^^^^^^ decode: kind: kind not set
kin: NetworkPolicy
spec: {podSelector: {}}
---
apiVersion: networking.k8s.io/v1
spec: {rules: []}
---
kind: Deployment
`);
  });

  it('of a workload, as far as its text matters here', () => {
    check(`apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  strategy: no matter what
  template:
    metadata:
      labels:
        version: 1.0
#                ^^^ decode: spec.template.metadata.labels.version: json: cannot unmarshal number into Go struct field ObjectMeta.spec.template.metadata.labels of type string
`);
  });
});

describe('what is not checked', () => {
  it('is a placeholder, whatever type its field has', () => {
    check(`apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: "{{ .Release.Name }}_x", namespace: $(NS), labels: {app: "<%= app %>"}}
spec:
  podSelector: \${SELECTOR}
  ingress:
  - from:
    - podSelector: {matchLabels: {"\${KEY}": a, app: \${A}-b}}
    - ipBlock: {cidr: \${CIDR}, except: ["\${EXCEPT}"]}
    ports:
    - {port: "{{ .Values.port }}", protocol: __PROTOCOL__}
    - {port: 80, endPort: \${END}}
  policyTypes: __TYPES__
`);
  });

  it('is what a patch lacks; its values are checked, and the directives of a merge are no fields', () => {
    check(
      `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {}
spec:
  $patch: merge
  ingress:
  - from:
    - $patch: delete
      ipBlock: {except: [10.0.0.0/33]}
    - {}
    ports:
    - endPort: 8
    - port: 0
#           ^ validation: spec.ingress[0].ports[1].port: Invalid value: 0: must be between 1 and 65535, inclusive
  podselector: {}
# ^^^^^^^^^^^ strict: unknown field "spec.podselector"
`,
      { fragment: true },
    );
  });

  it('is a text that is no YAML: that is said once', () => {
    check(`apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: Web
#                  ^ syntax: Flow map in block collection must be sufficiently indented and end with a }
spec: {podSelectr: {}}
`);
  });
});

describe('versions of the API server', () => {
  const cidrs = (notes: readonly string[]): string => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web}
spec:
  ingress: [{from: [{ipBlock: {cidr: 010.0.0.0/8}}]}]
${notes.map((note) => `#                                    ^^^^^^^^^^^ ${note}\n`).join('')}`;
  const path = 'spec.ingress[0].from[0].ipBlock.cidr';

  it('refuse unusual CIDRs from 1.36 on, warn of them from 1.33 on, and take them without a word before', () => {
    check(
      cidrs([`validation: ${path}: Invalid value: "010.0.0.0/8": must not have leading 0s in IP or prefix length`]),
    );
    const future =
      'non-standard CIDR value "010.0.0.0/8" will be considered invalid in a future Kubernetes release: use "10.0.0.0/8"';
    check(cidrs([`validation warning: ${path}: ${future}`]), { targetVersion: '1.34' });
    check(cidrs([]), { targetVersion: 'v1.32.4' });
    const gated = 'non-standard CIDR value "010.0.0.0/8" is invalid: use "10.0.0.0/8"';
    check(cidrs([`validation warning: ${path}: ${gated}`]), { strictCidrs: false });
  });

  it('word the same limits differently', () => {
    const text = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web}
spec: {podSelector: {matchExpressions: [{key: a/b/c, operator: Exists}]}}
`;
    const rule = (what: string): string =>
      `spec.podSelector.matchExpressions[0].key: Invalid value: "a/b/c": ${what} ${KEY_RULE} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`;
    expect(withCarets(text)).toContain(rule('a valid label key'));
    expect(withCarets(text, { targetVersion: '1.30' })).toContain(rule('a qualified name'));
  });
});

it('forgives on an update what already stands in the cluster: its CIDRs, and values where its selector had bad ones', () => {
  const text = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web}
spec:
  podSelector: {matchExpressions: [{key: a, operator: In, values: ["b c"]}]}
  ingress: [{from: [{ipBlock: {cidr: 10.0.0.1/8}}, {ipBlock: {cidr: 10.0.0.2/8}}]}]
`;
  const { document } = parseManifests(text).documents[0]!;
  const paths = (liveObject?: object): string[] =>
    validateObject(document, document.objects[0]!, {
      targetVersion: '1.36',
      ...(liveObject && { liveObject: liveObject as never }),
    })
      .filter(({ severity }) => severity === 'error')
      .map((problem) => problem.path);
  const value = 'spec.podSelector.matchExpressions[0].values[0]';
  const [first, second] = [0, 1].map((peer) => `spec.ingress[0].from[${peer}].ipBlock.cidr`);
  expect(paths()).toEqual([value, first, second]);
  expect(paths({ spec: { egress: [{ to: [{ ipBlock: { cidr: '10.0.0.1/8' } }] }] } })).toEqual([value, second]);
  const bad = { matchExpressions: [{ key: 'a', operator: 'In', values: ['!'] }] };
  expect(paths({ spec: { podSelector: bad } })).toEqual([first, second]);
});
