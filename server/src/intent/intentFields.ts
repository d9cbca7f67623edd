/** The keys of a file of intent tests, each with its documentation: for faults, completion, hovers and the schema. */
export const FILE_FIELDS: Readonly<Record<string, string>> = {
  version: 'The version of this format: `1`.',
  tests: 'What is meant, one entry each. A test holds of every pod that its ends mean, or it fails.',
};

export const TEST_FIELDS: Readonly<Record<string, string>> = {
  name: 'The test’s name, such as “web may reach db”. Results are told by it, so no two tests of a file share one.',
  from: 'Who begins the connection: `shop/web`, `shop/*`, `any pod`, `internet`, `anywhere`, an address, or keys such as `namespace` and `labels`. A list means all of them.',
  to: 'Who is connected to: written as `from`. Of a `service` the ports are its own, and the pods are those that it selects.',
  ports:
    'The ports: `5432/TCP`, `8000-8080/TCP`, a port’s name, or `all`. Needed with `expect: allow`, except where `to` is a Service; without them `expect: deny` means every port.',
  expect:
    '`allow`: everyone in `from` can reach everyone in `to` on every one of the ports. `deny`: nobody in `from` can reach anybody in `to` on any of them.',
};

export const END_FIELDS: Readonly<Record<string, string>> = {
  who: '`shop/web` (a pod or a workload), `shop/*`, `any pod`, `internet`, `anywhere`, an address or a CIDR; a list means all of them.',
  namespace: 'Pods of this namespace, or of these. Together with `labels` both have to hold.',
  labels: 'Pods with these labels. A list of values means one of them, `"*"` any value.',
  namespaceLabels: 'Pods of namespaces with these labels. A list of values means one of them, `"*"` any value.',
  service:
    'The pods that a Service selects, as `namespace/name`. In `to`, ports are the Service’s and are translated to those of its pods.',
  cidr: 'Addresses outside the cluster, or several ranges of them.',
  outside: 'Everyone outside this namespace, or these: pods of all others, and every address outside the cluster.',
  except: 'Leaves these out: written as `from`, without an `except` of its own.',
};

export const EXPECTATIONS = ['allow', 'deny'] as const;

/** Words that stand for ends. */
export const END_WORDS: Readonly<Record<string, string>> = {
  'any pod': 'every pod of the cluster',
  internet: 'every public address',
  anywhere: 'every pod and every address',
};
