import type { Enforcement, NetworkPlugin } from '../../model/networkPlugin.ts';
import type { Agent, PluginEvidence } from './pluginEvidence.ts';

/** What gives a network plug-in away, and what decides whether it enforces NetworkPolicies. */
export interface Signature {
  readonly id: string;
  readonly name: string;
  /** Names of its agents; a `*` at the end stands for anything. */
  readonly daemonSets?: readonly string[];
  readonly deployments?: readonly string[];
  /** Only there; absent: anywhere. */
  readonly namespaces?: readonly string[];
  /** Labels of its agents' pods. */
  readonly podLabels?: readonly (readonly [key: string, value: string])[];
  /** API groups of its custom resources, which stay when it goes. */
  readonly groups?: readonly string[];
  /** Whether the cluster is one of its platform; absent: any. */
  readonly platform?: (evidence: PluginEvidence) => boolean;
  /** What else has to be seen. */
  readonly beside?: (evidence: PluginEvidence) => boolean;
  /** Signatures that say less of the same agents. */
  readonly covers?: readonly string[];
  readonly judge: (evidence: PluginEvidence, agent: Agent | undefined) => Judgement;
  /** Whether ipBlocks match pods there, where that is configured; absent: as is usual for it. */
  readonly ipBlockPods?: (evidence: PluginEvidence) => NetworkPlugin['ipBlockPods'];
  /** The container whose image has its version. */
  readonly container?: string;
}

export interface Judgement {
  readonly enforces: Enforcement;
  readonly why?: string;
}

const YES = (): Judgement => ({ enforces: 'yes' });

/**
 * In the order in which they are asked: what belongs to a platform first, then what is made of two others. Names and
 * switches are those of the projects' own manifests.
 */
export const SIGNATURES: readonly Signature[] = [
  {
    id: 'gke-dpv2',
    name: 'GKE Dataplane V2',
    daemonSets: ['anetd'],
    namespaces: ['kube-system'],
    covers: ['cilium'],
    judge: YES,
  },
  {
    id: 'gke-calico',
    name: 'Calico of GKE',
    daemonSets: ['calico-node'],
    platform: isGke,
    beside: ({ agents }) => agents.some(({ kind, name }) => kind === 'Deployment' && name.startsWith('calico-typha')),
    covers: ['calico'],
    judge: YES,
  },
  {
    id: 'azure-cni-cilium',
    name: 'Azure CNI powered by Cilium',
    daemonSets: ['cilium'],
    beside: ({ agents }) => agents.some(({ kind, name }) => kind === 'DaemonSet' && name.startsWith('azure-cns')),
    covers: ['cilium'],
    container: 'cilium-agent',
    judge: YES,
  },
  {
    id: 'canal',
    name: 'Canal',
    daemonSets: ['canal', 'rke2-canal'],
    podLabels: [['k8s-app', 'canal']],
    covers: ['calico', 'flannel'],
    container: 'calico-node',
    judge: YES,
  },
  {
    id: 'cilium',
    name: 'Cilium',
    daemonSets: ['cilium'],
    podLabels: [['k8s-app', 'cilium']],
    groups: ['cilium.io'],
    container: 'cilium-agent',
    judge: judgeCilium,
    ipBlockPods: ciliumBlocks,
  },
  {
    id: 'calico',
    name: 'Calico',
    daemonSets: ['calico-node'],
    podLabels: [['k8s-app', 'calico-node']],
    groups: ['crd.projectcalico.org', 'projectcalico.org', 'operator.tigera.io'],
    container: 'calico-node',
    judge: YES,
  },
  {
    id: 'antrea',
    name: 'Antrea',
    daemonSets: ['antrea-agent'],
    deployments: ['antrea-controller'],
    podLabels: [['app', 'antrea']],
    groups: ['crd.antrea.io'],
    container: 'antrea-agent',
    judge: YES,
  },
  {
    id: 'ovn-kubernetes',
    name: 'OVN-Kubernetes',
    daemonSets: ['ovnkube-node'],
    namespaces: ['ovn-kubernetes', 'openshift-ovn-kubernetes'],
    podLabels: [['app', 'ovnkube-node']],
    groups: ['k8s.ovn.org'],
    judge: YES,
  },
  { id: 'kube-ovn', name: 'Kube-OVN', daemonSets: ['kube-ovn-cni'], groups: ['kubeovn.io'], judge: YES },
  {
    id: 'weave',
    name: 'Weave Net',
    daemonSets: ['weave-net'],
    podLabels: [['name', 'weave-net']],
    container: 'weave',
    judge: judgeWeave,
  },
  {
    id: 'kube-router',
    name: 'kube-router',
    daemonSets: ['kube-router'],
    podLabels: [['k8s-app', 'kube-router']],
    container: 'kube-router',
    judge: judgeKubeRouter,
  },
  { id: 'kindnet', name: 'kindnet', daemonSets: ['kindnet'], container: 'kindnet-cni', judge: judgeKindnet },
  {
    id: 'kube-network-policies',
    name: 'kube-network-policies',
    daemonSets: ['kube-network-policies*'],
    podLabels: [
      ['app', 'kube-network-policies'],
      ['k8s-app', 'kube-network-policies'],
    ],
    judge: YES,
  },
  {
    id: 'aws-vpc-cni',
    name: 'Amazon VPC CNI',
    daemonSets: ['aws-node'],
    podLabels: [['k8s-app', 'aws-node']],
    container: 'aws-node',
    judge: judgeAws,
  },
  {
    id: 'azure-npm',
    name: 'Azure Network Policy Manager',
    daemonSets: ['azure-npm*'],
    podLabels: [['k8s-app', 'azure-npm']],
    judge: YES,
  },
  {
    id: 'romana',
    name: 'Romana',
    daemonSets: ['romana-agent*'],
    judge: () => ({ enforces: 'unknown', why: 'Romana is no longer maintained' }),
  },
  {
    id: 'flannel',
    name: 'Flannel',
    daemonSets: ['kube-flannel*'],
    podLabels: [['app', 'flannel']],
    container: 'kube-flannel',
    judge: () => ({ enforces: 'no', why: 'Flannel carries traffic and enforces no policies' }),
  },
];

export function isGke({ nodes }: PluginEvidence): boolean {
  return nodes.some(({ kubeletVersion = '' }) => kubeletVersion.includes('-gke.'));
}

/** Cilium's agent reads its switches from ConfigMap cilium-config. */
function judgeCilium({ details: { ciliumConfig } }: PluginEvidence): Judgement {
  if (ciliumConfig === undefined) return { enforces: 'unknown', why: 'its ConfigMap cilium-config was not read' };
  if ('unread' in ciliumConfig) {
    return { enforces: 'unknown', why: `its ConfigMap cilium-config could not be read: ${ciliumConfig.unread}` };
  }
  const config = ciliumConfig.is;
  for (const [key, value] of [
    ['enable-policy', 'never'],
    ['policy-audit-mode', 'true'],
    ['enable-k8s-networkpolicy', 'false'],
  ] as const) {
    if (config.get(key) === value) {
      return { enforces: 'no', why: `Cilium is configured with ${key}: ${value}, so it enforces no NetworkPolicies` };
    }
  }
  return { enforces: 'yes' };
}

/** `policy-cidr-match-mode` lets ipBlocks match nodes (from 1.15 on) or pods, which several versions do in part. */
function ciliumBlocks({ details: { ciliumConfig } }: PluginEvidence): NetworkPlugin['ipBlockPods'] {
  if (ciliumConfig === undefined || 'unread' in ciliumConfig) return 'unknown';
  return (ciliumConfig.is.get('policy-cidr-match-mode') ?? '').trim() === '' ? 'never' : 'unknown';
}

function judgeWeave(_: PluginEvidence, agent: Agent | undefined): Judgement {
  if (agent?.containers === undefined) return { enforces: 'unknown', why: 'the containers of weave-net were not read' };
  const off = agent.containers.some(({ expectNpc }) => expectNpc === '0');
  if (!off && agent.containers.some(({ name }) => name === 'weave-npc')) return { enforces: 'yes' };
  return { enforces: 'no', why: `Weave Net runs ${off ? 'with EXPECT_NPC=0' : 'without its container weave-npc'}` };
}

function judgeKubeRouter(_: PluginEvidence, agent: Agent | undefined): Judgement {
  if (agent?.containers === undefined)
    return { enforces: 'unknown', why: 'the arguments of kube-router were not read' };
  const off = agent.containers.some(({ args }) => args.some((arg) => /^--?run-firewall=(?:false|0|f)$/i.test(arg)));
  return off ? { enforces: 'no', why: 'kube-router runs with --run-firewall=false' } : { enforces: 'yes' };
}

/** kindnet enforces policies since kind v0.24.0; its images bear the day on which they were made. */
const FIRST_ENFORCING_KINDNET = 20240813;

function judgeKindnet({ details }: PluginEvidence, agent: Agent | undefined): Judgement {
  const { kindnetReadsPolicies: reads } = details;
  if (reads !== undefined && 'is' in reads && !reads.is) {
    return { enforces: 'no', why: 'this kindnet may not read NetworkPolicies: it is older than kind v0.24.0' };
  }
  const image = agent?.containers?.find(({ image: each }) => each.includes('kindnetd'))?.image ?? '';
  const made = /:v(20\d{6})\b/.exec(image)?.[1];
  if (made !== undefined && Number(made) < FIRST_ENFORCING_KINDNET) {
    return { enforces: 'no', why: `kindnet v${made} is older than kind v0.24.0, from which on it enforces policies` };
  }
  if (reads === undefined || 'unread' in reads) {
    const why = reads === undefined ? '' : `: ${reads.unread}`;
    return { enforces: 'unknown', why: `the ClusterRole kindnet could not be read${why}` };
  }
  return made === undefined ? { enforces: 'unknown', why: 'the version of kindnet is not known' } : { enforces: 'yes' };
}

/** The DaemonSet's template may differ from the pods that run: only these count. */
function judgeAws({ details: { awsAgents } }: PluginEvidence): Judgement {
  if (awsAgents === undefined) return { enforces: 'unknown', why: 'the pods of aws-node were not read' };
  if ('unread' in awsAgents) {
    return { enforces: 'unknown', why: `the pods of aws-node could not be read: ${awsAgents.unread}` };
  }
  if (awsAgents.is.length === 0) return { enforces: 'unknown', why: 'no pod of aws-node runs' };
  return awsAgents.is.some(({ enforces }) => enforces)
    ? { enforces: 'yes' }
    : { enforces: 'no', why: 'aws-node runs without --enable-network-policy=true' };
}
