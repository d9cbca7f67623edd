/** The order in which people write the fields of a manifest that edits add; undefined for any other key. */
export function fieldIndex(key: string): number | undefined {
  return ORDER.get(key);
}

const ORDER: ReadonlyMap<string, number> = new Map(
  [
    'apiVersion',
    'kind',
    'metadata',
    'spec',
    'name',
    'namespace',
    'labels',
    'annotations',
    'namespaceSelector',
    'podSelector',
    'matchLabels',
    'matchExpressions',
    'key',
    'operator',
    'values',
    'ipBlock',
    'cidr',
    'except',
    'policyTypes',
    'ingress',
    'egress',
    'from',
    'to',
    'protocol',
    'ports',
    'port',
    'endPort',
  ].map((key, index) => [key, index] as const),
);
