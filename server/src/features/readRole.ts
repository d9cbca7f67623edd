/** What a role must allow beyond what every cluster has. */
export interface RoleNeeds {
  /** Only these namespaces, one Role each; absent: the whole cluster, one ClusterRole. */
  readonly namespaces?: readonly string[];
  /** Policy kinds of other APIs that the cluster serves. */
  readonly policies: readonly { readonly group: string; readonly kind: string }[];
  /** Network plug-ins that were seen, by their ids. */
  readonly plugins: readonly string[];
}

interface RoleRule {
  readonly group: string;
  readonly resource: string;
  readonly verbs: readonly string[];
  readonly names?: readonly string[];
  /** What the right adds. */
  readonly adds: string;
  /** Of kinds that belong to no namespace, which a Role cannot allow, or objects of one other namespace. */
  readonly clusterWide?: true;
  /** Where `kubectl auth can-i` asks; empty for kinds that belong to no namespace. */
  readonly where?: string;
}

const NAME = 'bulkhead-read';
const FOLLOW = ['list', 'watch'];

/**
 * The least rights to read with, as YAML that kubectl applies: every rule with what it adds, and the lines that try it.
 * Nothing in it allows a change.
 */
export function readRole(needs: RoleNeeds): string {
  const namespaces = needs.namespaces?.filter((name) => /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/.test(name));
  const parts = namespaces === undefined ? [clusterRole(needs)] : namespaces.map((name) => namespaceRole(needs, name));
  return parts.join('---\n');
}

function clusterRole(needs: RoleNeeds): string {
  const rules = rulesOf(needs);
  return [
    '# What Bulkhead reads of a cluster. It changes nothing with it.',
    `# Give it to somebody: kubectl create clusterrolebinding ${NAME} --clusterrole=${NAME} --user=NAME`,
    ...tries(rules, '--all-namespaces'),
    'apiVersion: rbac.authorization.k8s.io/v1',
    'kind: ClusterRole',
    `metadata: { name: ${NAME} }`,
    ...ruleLines(rules),
    '',
  ].join('\n');
}

function namespaceRole(needs: RoleNeeds, namespace: string): string {
  const rules = rulesOf(needs).filter(({ clusterWide }) => clusterWide === undefined);
  const own: RoleRule = {
    group: '',
    resource: 'namespaces',
    verbs: ['get'],
    names: [namespace],
    adds: 'its labels, which namespaceSelector looks at',
  };
  return [
    `# What Bulkhead reads of the namespace ${namespace}. It changes nothing with it. Not known without rights in the`,
    '# whole cluster: other namespaces, nodes, cluster-wide policies, and whether anything enforces policies.',
    `# Give it to somebody: kubectl create rolebinding ${NAME} -n ${namespace} --role=${NAME} --user=NAME`,
    ...tries([...rules, own], `-n ${namespace}`),
    'apiVersion: rbac.authorization.k8s.io/v1',
    'kind: Role',
    `metadata: { name: ${NAME}, namespace: ${namespace} }`,
    ...ruleLines([...rules, own]),
    '',
  ].join('\n');
}

function rulesOf({ namespaces, policies, plugins }: RoleNeeds): readonly RoleRule[] {
  const rules: RoleRule[] = [
    { group: 'networking.k8s.io', resource: 'networkpolicies', verbs: FOLLOW, adds: 'the policies that are in force' },
    { group: '', resource: 'pods', verbs: FOLLOW, adds: 'whom policies select, with labels, ports and addresses' },
    { group: 'apps', resource: 'replicasets', verbs: FOLLOW, adds: 'the Deployments that pods belong to' },
    { group: 'batch', resource: 'jobs', verbs: FOLLOW, adds: 'the CronJobs that pods belong to' },
    { group: '', resource: 'services', verbs: FOLLOW, adds: 'Services before pods, for ports and cluster DNS' },
    {
      group: 'discovery.k8s.io',
      resource: 'endpointslices',
      verbs: FOLLOW,
      adds: 'what stands behind Services without a selector',
    },
    {
      group: 'networking.k8s.io',
      resource: 'ingresses',
      verbs: FOLLOW,
      adds: 'which Services are reached from outside, and would break',
    },
    ...policies.map((policy) => foreignRule(policy, namespaces !== undefined)),
    {
      group: '',
      resource: 'namespaces',
      verbs: FOLLOW,
      adds: 'which namespaces there are, with their labels',
      clusterWide: true,
      where: '',
    },
    {
      group: '',
      resource: 'nodes',
      verbs: FOLLOW,
      adds: 'addresses of nodes for ipBlock, and the platform',
      clusterWide: true,
      where: '',
    },
    ...[
      ['admissionregistration.k8s.io', 'validatingwebhookconfigurations'] as const,
      ['admissionregistration.k8s.io', 'mutatingwebhookconfigurations'] as const,
      ['apiregistration.k8s.io', 'apiservices'] as const,
    ].map(([group, resource]): RoleRule => ({
      group,
      resource,
      verbs: FOLLOW,
      adds: 'which Services the API server has to reach',
      clusterWide: true,
      where: '',
    })),
    {
      group: 'apps',
      resource: 'daemonsets',
      verbs: ['list'],
      adds: 'which network plug-in runs, and whether it enforces policies',
      clusterWide: true,
    },
  ];
  const seen = (id: string): boolean => plugins.includes(id);
  if (seen('cilium')) {
    const rule = detail('', 'configmaps', 'cilium-config', 'whether Cilium is set to enforce policies');
    rules.push({ ...rule, where: '-n kube-system' });
  }
  if (seen('kindnet')) {
    rules.push(
      detail('rbac.authorization.k8s.io', 'clusterroles', 'kindnet', 'whether this kindnet enforces policies'),
    );
  }
  if (seen('ovn-kubernetes') || seen('openshift-sdn')) {
    rules.push(detail('config.openshift.io', 'networks', 'cluster', 'which network OpenShift runs'));
  }
  if (seen('openshift-sdn')) {
    rules.push(
      detail(
        'network.openshift.io',
        'clusternetworks',
        'default',
        'whether OpenShift SDN enforces policies in its mode',
      ),
    );
  }
  return rules;
}

function detail(group: string, resource: string, name: string, adds: string): RoleRule {
  return { group, resource, verbs: ['get'], names: [name], adds, clusterWide: true, where: '' };
}

/** Custom resources are named by their kind in small letters. */
function foreignRule({ group, kind }: RoleNeeds['policies'][number], inNamespace: boolean): RoleRule {
  const resource = `${kind.toLowerCase()}s`.replace(/ys$/, 'ies');
  const isClusterWide = /^(?:Cluster|Global|Admin|Baseline)|Clusterwide/.test(kind);
  return {
    group,
    resource,
    verbs: FOLLOW,
    adds: `${kind}: whether policies of this API can change an answer`,
    ...(isClusterWide && { where: '' }),
    ...(isClusterWide && inNamespace && { clusterWide: true as const }),
  };
}

function ruleLines(rules: readonly RoleRule[]): readonly string[] {
  const quoted = (items: readonly string[]): string => `[${items.map((item) => JSON.stringify(item)).join(', ')}]`;
  return [
    'rules:',
    ...rules.flatMap(({ group, resource, verbs, names, adds }) => [
      `# ${adds}`,
      `- apiGroups: ${quoted([group])}`,
      `  resources: ${quoted([resource])}`,
      ...(names === undefined ? [] : [`  resourceNames: ${quoted(names)}`]),
      `  verbs: ${quoted(verbs)}`,
    ]),
  ];
}

function tries(rules: readonly RoleRule[], everywhere: string): readonly string[] {
  return [
    '# What is allowed already:',
    ...rules.flatMap(({ group, resource, verbs, names = [''], where = everywhere }) =>
      verbs.map((verb) => {
        const what = `${resource}${group === '' ? '' : `.${group}`}${names[0] === '' ? '' : `/${names[0]}`}`;
        return `#   kubectl auth can-i ${verb} ${what} ${where}`.trimEnd();
      }),
    ),
  ];
}
