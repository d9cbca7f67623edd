import type { Enforcement, NetworkPlugin, NetworkPlugins, PluginException } from '../../model/networkPlugin.ts';
import type { Node } from '../../model/node.ts';
import type { Agent, Detail, PluginEvidence } from './pluginEvidence.ts';
import type { Judgement, Signature } from './signatures.ts';
import { isGke, SIGNATURES } from './signatures.ts';

/**
 * Which network plug-ins a cluster runs, and whether anything in it enforces NetworkPolicies. "No" is said only where
 * everything was read that could show one that does.
 */
export function detectPlugins(evidence: PluginEvidence): NetworkPlugins {
  const plugins = findPlugins(evidence);
  return { plugins, ...overall(evidence, plugins), exceptions: exceptionsOf(evidence) };
}

function findPlugins(evidence: PluginEvidence): readonly NetworkPlugin[] {
  const found: NetworkPlugin[] = [...k3s(evidence), ...openshift(evidence)];
  const covered = new Set(found.map(({ id }) => id));
  for (const signature of SIGNATURES) {
    if (covered.has(signature.id) || signature.platform?.(evidence) === false) continue;
    if (signature.beside?.(evidence) === false) continue;
    const plugin = findPlugin(evidence, signature);
    if (plugin === undefined) continue;
    found.push(plugin);
    for (const id of signature.covers ?? []) covered.add(id);
  }
  return found;
}

function findPlugin(evidence: PluginEvidence, signature: Signature): NetworkPlugin | undefined {
  const { id, name } = signature;
  const agents = evidence.agents.filter((agent) => isAgentOf(signature, agent));
  // The object that was read says more than its pods.
  const agent = agents.find(({ containers }) => containers !== undefined) ?? agents[0];
  if (agent !== undefined) {
    const version = versionOf(signature, agent);
    const ipBlockPods = signature.ipBlockPods?.(evidence);
    return {
      id,
      name,
      ...judged(signature.judge(evidence, agent), agent),
      seen: `${agent.kind} ${agent.namespace}/${agent.name}`,
      ...(version !== undefined && { version }),
      ...(ipBlockPods !== undefined && { ipBlockPods }),
    };
  }
  const group = evidence.groups?.find((served) => signature.groups?.includes(served));
  if (group === undefined) return undefined;
  const why = evidence.agentsKnown
    ? `only its custom resources are there (${group}), no agent of it`
    : `its custom resources are there (${group}), and whether its agent runs could not be read`;
  // What does not run has no say in how policies are read.
  const ipBlockPods = evidence.agentsKnown ? 'always' : 'unknown';
  const left = signature.ipBlockPods === undefined ? {} : ({ ipBlockPods } as const);
  return { id, name, enforces: 'unknown', why, seen: `API group ${group}`, ...left };
}

/** An agent that is not to run anywhere enforces nothing now. */
function judged(judgement: Judgement, { name, desired }: Agent): Judgement {
  if (judgement.enforces !== 'yes' || desired !== 0) return judgement;
  return { enforces: 'unknown', why: `none of the pods of ${name} is to run` };
}

/** Labels alone could be anybody's: only those of agents, which run on every node, count. */
function isAgentOf({ daemonSets, deployments, namespaces, podLabels }: Signature, agent: Agent): boolean {
  if (agent.kind === 'Deployment') return deployments?.includes(agent.name) === true;
  if (agent.kind !== 'DaemonSet') return false;
  const isNamed =
    daemonSets?.some((name) => isLike(name, agent.name)) === true && namespaces?.includes(agent.namespace) !== false;
  const isLabelled = podLabels?.some(([key, value]) => Object.hasOwn(agent.labels, key) && agent.labels[key] === value);
  return isNamed || isLabelled === true;
}

function isLike(pattern: string, name: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

function versionOf({ container }: Signature, { containers }: Agent): string | undefined {
  const image = containers?.find(({ name }) => name === container)?.image ?? '';
  return /:([^/:@]+)(?:@|$)/.exec(image)?.[1];
}

/** K3s enforces policies in its own process, without a pod. */
function k3s({ nodes }: PluginEvidence): readonly NetworkPlugin[] {
  const own = nodes.filter(({ kubeletVersion = '' }) => kubeletVersion.includes('+k3s'));
  const [node] = own;
  if (node === undefined) return [];
  const started = own.flatMap(({ startArguments }) => (startArguments === undefined ? [] : [startArguments]));
  let judgement: Judgement = { enforces: 'yes' };
  if (started.some(isSwitchedOff)) judgement = { enforces: 'no', why: 'K3s runs with --disable-network-policy' };
  else if (started.length === 0) judgement = { enforces: 'unknown', why: 'no node says how K3s was started' };
  return [
    {
      id: 'k3s',
      name: 'K3s',
      ...judgement,
      seen: `Node ${node.name}`,
      ...(node.kubeletVersion !== undefined && { version: node.kubeletVersion }),
    },
  ];
}

function isSwitchedOff(args: readonly string[]): boolean {
  return args.some((arg, index) => {
    const [, value] = /^--disable-network-policy(?:=(.*))?$/.exec(arg) ?? [];
    if (!arg.startsWith('--disable-network-policy')) return false;
    return (value ?? args[index + 1] ?? 'true') !== 'false';
  });
}

/** OpenShift says itself which network it runs, where the agents' own namespace may not be read. */
function openshift({ details }: PluginEvidence): readonly NetworkPlugin[] {
  const { openshiftNetworkType: type, openshiftSdnMode: mode } = details;
  const seen = 'Network cluster';
  const isType = (name: string): boolean => type !== undefined && 'is' in type && type.is === name;
  if (isType('OVNKubernetes')) return [{ id: 'ovn-kubernetes', name: 'OVN-Kubernetes', enforces: 'yes', seen }];
  const sdn = { id: 'openshift-sdn', name: 'OpenShift SDN' };
  if (isType('OpenShiftSDN')) return [{ ...sdn, ...judgeSdn(mode), seen }];
  // OpenShift 3 has no Network object; its ClusterNetwork says what runs.
  const isOld = type === undefined && mode !== undefined && 'is' in mode && mode.is.startsWith('redhat/openshift-ovs-');
  return isOld ? [{ ...sdn, ...judgeSdn(mode), seen: 'ClusterNetwork default' }] : [];
}

/** Its modes Multitenant and Subnet know nothing of policies (openshift/api operator/v1, SDNMode). */
function judgeSdn(mode: Detail<string> | undefined): Judgement {
  const alone = 'it enforces policies in its mode NetworkPolicy alone';
  if (mode === undefined) return { enforces: 'unknown', why: `${alone}, and the mode was not read` };
  if ('unread' in mode) {
    return { enforces: 'unknown', why: `${alone}, and the mode could not be read: ${mode.unread}` };
  }
  const name = mode.is.replace(/^redhat\/openshift-ovs-/, '').toLowerCase();
  if (name === 'networkpolicy') return { enforces: 'yes' };
  const known = ['Multitenant', 'Subnet'].find((each) => each.toLowerCase() === name);
  if (known === undefined) return { enforces: 'unknown', why: `${alone}, and its mode is one that is not known` };
  return { enforces: 'no', why: `OpenShift SDN runs in its mode ${known}, which enforces no NetworkPolicies` };
}

function overall(evidence: PluginEvidence, plugins: readonly NetworkPlugin[]): { enforces: Enforcement; why: string } {
  const by = (enforces: Enforcement): readonly NetworkPlugin[] =>
    plugins.filter((plugin) => plugin.enforces === enforces);
  const enforcing = by('yes');
  if (enforcing.length > 0) {
    const verb = enforcing.length === 1 ? 'enforces' : 'enforce';
    return { enforces: 'yes', why: `${enforcing.map(({ name }) => name).join(' and ')} ${verb} NetworkPolicies` };
  }
  const [doubt] = by('unknown');
  if (doubt !== undefined) return { enforces: 'unknown', why: `${doubt.name}: ${doubt.why ?? 'not known'}` };
  const unread = unreadPart(evidence);
  const [idle] = plugins;
  if (idle !== undefined) {
    const why = idle.why ?? `${idle.name} enforces no policies`;
    if (unread === undefined) return { enforces: 'no', why };
    return { enforces: 'unknown', why: `${why}, and ${unread}, so another plug-in may` };
  }
  const bare = bareCluster(evidence);
  if (bare !== undefined && unread === undefined) return { enforces: 'no', why: bare };
  return { enforces: 'unknown', why: unread ?? 'no network plug-in that Bulkhead knows was found' };
}

/** A clause on what could hide a plug-in. */
function unreadPart({ agentsKnown, nodesKnown, groups }: PluginEvidence): string | undefined {
  if (!agentsKnown) return 'neither DaemonSets nor pods of all namespaces could be read';
  if (!nodesKnown) return 'nodes could not be read';
  return groups === undefined ? 'the served APIs could not be read' : undefined;
}

/** Clusters whose own way to connect pods enforces nothing, and that show no plug-in beside it. */
function bareCluster(evidence: PluginEvidence): string | undefined {
  const { nodes } = evidence;
  if (nodes.some(({ name }) => name === 'docker-desktop')) return 'Docker Desktop enforces no policies';
  if (nodes.some(({ labels }) => Object.hasOwn(labels, 'minikube.k8s.io/name'))) {
    return 'minikube runs without a network plug-in that enforces policies';
  }
  if (isGke(evidence)) return 'this GKE cluster has neither Dataplane V2 nor the add-on for network policies';
  if (nodes.some(({ labels }) => Object.hasOwn(labels, 'kubernetes.azure.com/cluster'))) {
    return 'this AKS cluster has no network policy engine';
  }
  return undefined;
}

function exceptionsOf({ nodes, details: { awsAgents } }: PluginEvidence): readonly PluginException[] {
  const without = new Set(
    awsAgents !== undefined && 'is' in awsAgents && awsAgents.is.some(({ enforces }) => enforces)
      ? awsAgents.is.filter(({ enforces }) => !enforces).map(({ node }) => node)
      : [],
  );
  const label = ({ labels }: Node, key: string): string | undefined =>
    Object.hasOwn(labels, key) ? labels[key] : undefined;
  const kinds: readonly (readonly [why: string, holds: (node: Node) => boolean])[] = [
    ['run Windows', (node) => node.operatingSystem === 'windows' || label(node, 'kubernetes.io/os') === 'windows'],
    ['are Fargate', (node) => label(node, 'eks.amazonaws.com/compute-type') === 'fargate'],
    ['are virtual', (node) => label(node, 'type') === 'virtual-kubelet'],
    ['run aws-node without --enable-network-policy=true', ({ name }) => without.has(name)],
  ];
  return kinds.flatMap(([why, holds]) => {
    const names = nodes.filter(holds).map(({ name }) => name);
    return names.length === 0 ? [] : [{ why, nodes: names }];
  });
}
