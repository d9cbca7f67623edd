import { describe, expect, test } from 'vitest';
import type { NetworkPlugins } from '../../../../server/src/model/networkPlugin.ts';
import { decodeNode } from '../../../../server/src/syntax/objects/node.ts';
import { detectPlugins } from '../../../../server/src/workspace/cni/detectPlugins.ts';
import type { Agent, AgentContainer, PluginEvidence } from '../../../../server/src/workspace/cni/pluginEvidence.ts';
import { agentOf, awsAgentOf } from '../../../../server/src/workspace/cni/pluginEvidence.ts';
import { CORPORA, CORPORA_NOTE, readCorpus } from '../../../support/corpora.ts';

const NODE = { name: 'one', labels: {}, ips: [], kubeletVersion: 'v1.36.3' };

function detect(more: Partial<PluginEvidence> = {}): NetworkPlugins {
  return detectPlugins({
    nodes: [NODE],
    nodesKnown: true,
    agents: [],
    agentsKnown: true,
    groups: ['apps'],
    details: {},
    ...more,
  });
}

function daemonSet(
  name: string,
  containers: readonly Partial<AgentContainer>[] = [],
  namespace = 'kube-system',
): Agent {
  const whole = containers.map((container) => ({ name: '', image: '', args: [], ...container }));
  return { kind: 'DaemonSet', namespace, name, labels: {}, containers: whole };
}

/** `enforces: why`. */
function said(more: Partial<PluginEvidence>): string {
  const { enforces, why } = detect(more);
  return `${enforces}: ${why}`;
}

const config = (entries: Record<string, string>) => ({ ciliumConfig: { is: new Map(Object.entries(entries)) } });
const kubeletVersion = (version: string, more: object = {}) => [{ ...NODE, kubeletVersion: version, ...more }];

test.each<[string, Partial<PluginEvidence>, string]>([
  ['Calico', { agents: [daemonSet('calico-node')] }, 'yes: Calico enforces NetworkPolicies'],
  ['Flannel alone', { agents: [daemonSet('kube-flannel-ds')] }, 'no: Flannel carries traffic and enforces no policies'],
  [
    'Flannel beside another that does',
    { agents: [daemonSet('kube-flannel-ds'), daemonSet('kube-network-policies')] },
    'yes: kube-network-policies enforces NetworkPolicies',
  ],
  ['Canal, which is Calico over Flannel', { agents: [daemonSet('canal')] }, 'yes: Canal enforces NetworkPolicies'],
  ['Cilium', { agents: [daemonSet('cilium')], details: config({}) }, 'yes: Cilium enforces NetworkPolicies'],
  [
    'Cilium that audits',
    { agents: [daemonSet('cilium')], details: config({ 'policy-audit-mode': 'true' }) },
    'no: Cilium is configured with policy-audit-mode: true, so it enforces no NetworkPolicies',
  ],
  [
    'Cilium that never enforces',
    { agents: [daemonSet('cilium')], details: config({ 'enable-policy': 'never' }) },
    'no: Cilium is configured with enable-policy: never, so it enforces no NetworkPolicies',
  ],
  [
    'Cilium whose configuration may not be read',
    { agents: [daemonSet('cilium')], details: { ciliumConfig: { unread: 'configmaps "cilium-config" is forbidden' } } },
    'unknown: Cilium: its ConfigMap cilium-config could not be read: configmaps "cilium-config" is forbidden',
  ],
  [
    'custom resources that a plug-in left',
    { groups: ['crd.projectcalico.org'], agents: [daemonSet('kube-flannel-ds')] },
    'unknown: Calico: only its custom resources are there (crd.projectcalico.org), no agent of it',
  ],
  ['K3s', { nodes: kubeletVersion('v1.33.4+k3s1', { startArguments: [] }) }, 'yes: K3s enforces NetworkPolicies'],
  [
    'K3s without policies',
    { nodes: kubeletVersion('v1.33.4+k3s1', { startArguments: ['--disable-network-policy'] }) },
    'no: K3s runs with --disable-network-policy',
  ],
  [
    'K3s whose switch says false',
    { nodes: kubeletVersion('v1.33.4+k3s1', { startArguments: ['--disable-network-policy=false'] }) },
    'yes: K3s enforces NetworkPolicies',
  ],
  [
    'K3s that does not say how it was started',
    { nodes: kubeletVersion('v1.33.4+k3s1') },
    'unknown: K3s: no node says how K3s was started',
  ],
  [
    'an old kindnet',
    { agents: [daemonSet('kindnet', [{ image: 'docker.io/kindest/kindnetd:v20230809-80a64d96' }])] },
    'no: kindnet v20230809 is older than kind v0.24.0, from which on it enforces policies',
  ],
  [
    'a new kindnet that may not read policies',
    {
      agents: [daemonSet('kindnet', [{ image: 'docker.io/kindest/kindnetd:v20250512-df8de77b' }])],
      details: { kindnetReadsPolicies: { is: false } },
    },
    'no: this kindnet may not read NetworkPolicies: it is older than kind v0.24.0',
  ],
  [
    'a new kindnet',
    {
      agents: [daemonSet('kindnet', [{ image: 'docker.io/kindest/kindnetd:v20250512-df8de77b' }])],
      details: { kindnetReadsPolicies: { is: true } },
    },
    'yes: kindnet enforces NetworkPolicies',
  ],
  [
    'aws-node without its policy agent',
    { agents: [daemonSet('aws-node')], details: { awsAgents: { is: [{ node: 'a', enforces: false }] } } },
    'no: aws-node runs without --enable-network-policy=true',
  ],
  [
    'aws-node with it, whatever the template says',
    { agents: [daemonSet('aws-node')], details: { awsAgents: { is: [{ node: 'a', enforces: true }] } } },
    'yes: Amazon VPC CNI enforces NetworkPolicies',
  ],
  [
    'Weave Net with its policy controller',
    { agents: [daemonSet('weave-net', [{ name: 'weave' }, { name: 'weave-npc' }])] },
    'yes: Weave Net enforces NetworkPolicies',
  ],
  [
    'Weave Net without it',
    { agents: [daemonSet('weave-net', [{ name: 'weave' }])] },
    'no: Weave Net runs without its container weave-npc',
  ],
  [
    'Weave Net that does not expect it',
    { agents: [daemonSet('weave-net', [{ name: 'weave', expectNpc: '0' }, { name: 'weave-npc' }])] },
    'no: Weave Net runs with EXPECT_NPC=0',
  ],
  [
    'kube-router without its firewall',
    { agents: [daemonSet('kube-router', [{ args: ['--run-router=true', '--run-firewall=false'] }])] },
    'no: kube-router runs with --run-firewall=false',
  ],
  [
    'GKE without the add-on',
    { nodes: kubeletVersion('v1.30.5-gke.1014001') },
    'no: this GKE cluster has neither Dataplane V2 nor the add-on for network policies',
  ],
  [
    'GKE with Dataplane V2, whose pods bear labels of Cilium',
    {
      nodes: kubeletVersion('v1.30.5-gke.1014001'),
      agents: [{ ...daemonSet('anetd'), labels: { 'k8s-app': 'cilium' } }],
      groups: ['cilium.io'],
    },
    'yes: GKE Dataplane V2 enforces NetworkPolicies',
  ],
  ['Docker Desktop', { nodes: [{ ...NODE, name: 'docker-desktop' }] }, 'no: Docker Desktop enforces no policies'],
  [
    'OpenShift, by what it says of itself',
    { agentsKnown: false, details: { openshiftNetworkType: { is: 'OVNKubernetes' } } },
    'yes: OVN-Kubernetes enforces NetworkPolicies',
  ],
  ...(
    [
      ['redhat/openshift-ovs-networkpolicy', 'yes: OpenShift SDN enforces NetworkPolicies'],
      ['NetworkPolicy', 'yes: OpenShift SDN enforces NetworkPolicies'],
      [
        'redhat/openshift-ovs-multitenant',
        'no: OpenShift SDN runs in its mode Multitenant, which enforces no NetworkPolicies',
      ],
      ['Subnet', 'no: OpenShift SDN runs in its mode Subnet, which enforces no NetworkPolicies'],
      [
        'constructor',
        'unknown: OpenShift SDN: it enforces policies in its mode NetworkPolicy alone, and its mode is one that is not known',
      ],
    ] as const
  ).map(([mode, expected]): [string, Partial<PluginEvidence>, string] => [
    `OpenShift SDN as ${mode}`,
    { details: { openshiftNetworkType: { is: 'OpenShiftSDN' }, openshiftSdnMode: { is: mode } } },
    expected,
  ]),
  [
    'OpenShift SDN whose mode may not be read',
    { details: { openshiftNetworkType: { is: 'OpenShiftSDN' }, openshiftSdnMode: { unread: 'forbidden' } } },
    'unknown: OpenShift SDN: it enforces policies in its mode NetworkPolicy alone, and the mode could not be read: forbidden',
  ],
  [
    'OpenShift 3, which says it in its ClusterNetwork alone',
    { details: { openshiftSdnMode: { is: 'redhat/openshift-ovs-subnet' } } },
    'no: OpenShift SDN runs in its mode Subnet, which enforces no NetworkPolicies',
  ],
  [
    'another network behind the same API group',
    { details: { openshiftSdnMode: { is: 'cni' } } },
    'unknown: no network plug-in that Bulkhead knows was found',
  ],
  ['nothing that is known', {}, 'unknown: no network plug-in that Bulkhead knows was found'],
  [
    'nothing, where little may be read',
    { agentsKnown: false },
    'unknown: neither DaemonSets nor pods of all namespaces could be read',
  ],
  [
    'Flannel, where another may be hidden',
    { agentsKnown: false, agents: [daemonSet('kube-flannel-ds', [], 'kube-flannel')] },
    'unknown: Flannel carries traffic and enforces no policies, and neither DaemonSets nor pods of all namespaces ' +
      'could be read, so another plug-in may',
  ],
  [
    'agents none of whose pods is to run',
    { agents: [{ ...daemonSet('calico-node'), desired: 0 }] },
    'unknown: Calico: none of the pods of calico-node is to run',
  ],
])('of %s it says so', (_, evidence, expected) => {
  expect(said(evidence)).toBe(expected);
});

test('every plug-in is listed, with what gave it away and its version', () => {
  const agents = [
    daemonSet('aws-node'),
    daemonSet(
      'calico-node',
      [{ name: 'calico-node', image: 'quay.io/calico/node:v3.30.2@sha256:00' }],
      'calico-system',
    ),
  ];
  const { plugins } = detect({ agents, details: { awsAgents: { is: [{ node: 'one', enforces: false }] } } });
  expect(plugins.map(({ id, enforces, seen, version }) => [id, enforces, seen, version])).toEqual([
    ['calico', 'yes', 'DaemonSet calico-system/calico-node', 'v3.30.2'],
    ['aws-vpc-cni', 'no', 'DaemonSet kube-system/aws-node', undefined],
  ]);
});

test('anybody may label a pod: only what runs on every node counts', () => {
  const labels = { 'k8s-app': 'cilium' };
  const agents: Agent[] = [{ kind: 'Deployment', namespace: 'shop', name: 'web', labels }];
  expect(detect({ agents }).plugins).toEqual([]);
  expect(detect({ agents: [daemonSet('ovnkube-node', [], 'shop')] }).plugins).toEqual([]);
});

test('nodes on which policies usually have no effect are named', () => {
  const nodes = [
    NODE,
    { ...NODE, name: 'win', operatingSystem: 'windows' },
    { ...NODE, name: 'far', labels: { 'eks.amazonaws.com/compute-type': 'fargate' } },
    { ...NODE, name: 'vk', labels: { type: 'virtual-kubelet' } },
    { ...NODE, name: 'old' },
  ];
  const awsAgents = {
    is: [
      { node: 'one', enforces: true },
      { node: 'old', enforces: false },
    ],
  };
  expect(detect({ nodes, agents: [daemonSet('aws-node')], details: { awsAgents } }).exceptions).toEqual([
    { why: 'run Windows', nodes: ['win'] },
    { why: 'are Fargate', nodes: ['far'] },
    { why: 'are virtual', nodes: ['vk'] },
    { why: 'run aws-node without --enable-network-policy=true', nodes: ['old'] },
  ]);
});

test('a node is read with what K3s says of its start, and nothing else of its annotations', () => {
  const annotations = { 'k3s.io/node-args': '["server","--token","secret","--disable-network-policy","true"]' };
  const status = { nodeInfo: { kubeletVersion: 'v1.33.4+k3s1', operatingSystem: 'linux' } };
  expect(decodeNode({ metadata: { name: 'one', annotations }, status })).toEqual({
    name: 'one',
    labels: {},
    ips: [],
    kubeletVersion: 'v1.33.4+k3s1',
    operatingSystem: 'linux',
    startArguments: ['--disable-network-policy', 'true'],
  });
});

test('agents are read from objects as the API gives them', () => {
  const container = {
    name: 'main',
    image: 'x:1',
    command: ['run'],
    args: ['--a'],
    env: [{ name: 'SECRET', value: 's' }],
  };
  const template = { metadata: { labels: { app: 'x' } }, spec: { containers: [container] } };
  expect(agentOf({ metadata: { namespace: 'n', name: 'd' }, spec: { template } })).toEqual({
    kind: 'DaemonSet',
    namespace: 'n',
    name: 'd',
    labels: { app: 'x' },
    containers: [{ name: 'main', image: 'x:1', args: ['run', '--a'] }],
  });
  const pod = (phase: string, args: string[]) => ({
    spec: { nodeName: 'a', containers: [{ name: 'aws-eks-nodeagent', args }] },
    status: { phase },
  });
  expect(awsAgentOf(pod('Running', ['--enable-network-policy=true']))).toEqual({ node: 'a', enforces: true });
  expect(awsAgentOf(pod('Running', ['--enable-network-policy=false']))).toEqual({ node: 'a', enforces: false });
  expect(awsAgentOf(pod('Pending', ['--enable-network-policy=true']))).toBeUndefined();
});

interface Clue {
  readonly kind?: string;
  readonly name?: string;
  readonly nameGlob?: string;
  readonly namespaces?: readonly string[];
  readonly podLabel?: string;
  readonly crdSuffix?: string;
  readonly crd?: string;
  readonly cr?: string;
  readonly nodeField?: string;
}

interface PublicSignature {
  readonly id: string;
  readonly any?: readonly Clue[];
  readonly all?: readonly Clue[];
  readonly platform?: string;
}

/** Kinds of clues that no cluster is asked for: a ConfigMap stays when its agent goes, as custom resources do. */
const NOT_ASKED = ({ kind, crd, cr = '' }: Clue): boolean =>
  kind === 'ConfigMap' || crd !== undefined || cr.startsWith('operator.tigera.io');

/** RKE2 is a distribution: which plug-in it runs its DaemonSets say. */
const signatures =
  CORPORA === undefined
    ? []
    : readCorpus<{ signatures: PublicSignature[] }>('tables/cni-signatures.json').signatures.filter(
        ({ id }) => id !== 'rke2',
      );

describe.skipIf(CORPORA === undefined)(`plug-ins are known by their public signatures${CORPORA_NOTE}`, () => {
  const single = signatures.flatMap(({ id, any = [] }) =>
    any.filter((clue) => !NOT_ASKED(clue)).map((clue) => [id, JSON.stringify(clue), [clue]] as const),
  );
  const joint = signatures.flatMap(({ id, all }) =>
    all === undefined ? [] : [[id, JSON.stringify(all), all] as const],
  );
  test.each([...single, ...joint])('%s by %s', (id, _, clues) => {
    const { platform } = signatures.find((signature) => signature.id === id) ?? {};
    expect(detect(evidenceOf(clues, platform)).plugins.map((plugin) => plugin.id)).toContain(id);
  });
});

function evidenceOf(clues: readonly Clue[], platform: string | undefined): Partial<PluginEvidence> {
  const agents: Agent[] = [];
  let nodes: PluginEvidence['nodes'] = platform === 'gke' ? kubeletVersion('v1.30.5-gke.1') : [NODE];
  const groups: string[] = [];
  let type: string | undefined;
  for (const { kind = 'DaemonSet', name, nameGlob, namespaces = ['kube-system'], ...clue } of clues) {
    const named = name ?? nameGlob?.replace('*', '-x');
    const [key = '', value = ''] = clue.podLabel?.split('=') ?? [];
    const labels = clue.podLabel === undefined ? {} : { [key]: value };
    if (named !== undefined || clue.podLabel !== undefined) {
      for (const namespace of namespaces) agents.push({ kind, namespace, name: named ?? 'renamed', labels });
    }
    if (clue.crdSuffix !== undefined) groups.push(clue.crdSuffix.slice(1));
    if (clue.nodeField !== undefined) nodes = kubeletVersion(`v1.33.4${clue.nodeField.split(' ').at(-1) ?? ''}1`);
    if (clue.cr !== undefined) type = clue.cr.split('=').at(-1);
  }
  const details = type === undefined ? {} : { openshiftNetworkType: { is: type } };
  return { agents, nodes, groups, details };
}
