/**
 * What may stand below what in a NetworkPolicy, as far as nesting can be read back from keys alone
 * (networking.k8s.io/v1 types).
 */
export type Shape =
  | { readonly kind: 'scalar' }
  /** Labels and annotations: any key, scalar values. */
  | { readonly kind: 'labels' }
  | { readonly kind: 'map'; readonly fields: Readonly<Record<string, Shape>> }
  | { readonly kind: 'list'; readonly item: Shape };

const SCALAR: Shape = { kind: 'scalar' };
const LABELS: Shape = { kind: 'labels' };

const map = (fields: Readonly<Record<string, Shape>>): Shape => ({ kind: 'map', fields });
const list = (item: Shape): Shape => ({ kind: 'list', item });

const REQUIREMENT = map({ key: SCALAR, operator: SCALAR, values: list(SCALAR) });
const SELECTOR = map({ matchLabels: LABELS, matchExpressions: list(REQUIREMENT) });
const IP_BLOCK = map({ cidr: SCALAR, except: list(SCALAR) });
const PEER = map({ podSelector: SELECTOR, namespaceSelector: SELECTOR, ipBlock: IP_BLOCK });
const PORT = map({ protocol: SCALAR, port: SCALAR, endPort: SCALAR });

export const POLICY_SHAPE: Shape = map({
  apiVersion: SCALAR,
  kind: SCALAR,
  metadata: map({ name: SCALAR, generateName: SCALAR, namespace: SCALAR, labels: LABELS, annotations: LABELS }),
  spec: map({
    podSelector: SELECTOR,
    policyTypes: list(SCALAR),
    ingress: list(map({ from: list(PEER), ports: list(PORT) })),
    egress: list(map({ to: list(PEER), ports: list(PORT) })),
  }),
});
