import type { Labels } from '../../model/labels.ts';
import type { JsonValue } from '../../model/manifest.ts';
import type { Node } from '../../model/node.ts';
import type { WorkloadRef } from '../../model/workload.ts';
import { asList, asMap, asString } from '../../syntax/objects/jsonAccess.ts';
import { knownLabels } from '../../syntax/objects/labels.ts';
import type { NamespaceContents } from '../clusterSource.ts';

/** What was seen of a cluster that tells which network plug-in it runs. */
export interface PluginEvidence {
  readonly nodes: readonly Node[];
  readonly nodesKnown: boolean;
  readonly agents: readonly Agent[];
  /** Every DaemonSet was read, or every pod: one that is not among `agents` does not run. */
  readonly agentsKnown: boolean;
  /** The API groups that the server serves; undefined where that could not be asked. */
  readonly groups: readonly string[] | undefined;
  readonly details: PluginDetails;
}

/** A workload that may be a plug-in's agent on the nodes. */
export interface Agent {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** Of its pods. */
  readonly labels: Labels;
  /** Undefined where only pods were read, of which these parts are not kept. */
  readonly containers?: readonly AgentContainer[];
  /** status.desiredNumberScheduled. */
  readonly desired?: number;
}

export interface AgentContainer {
  readonly name: string;
  readonly image: string;
  /** Command and arguments together. */
  readonly args: readonly string[];
  /** `EXPECT_NPC` of Weave Net, where it is written. */
  readonly expectNpc?: string;
}

/** Something that had to be asked for by name: what it says, or a clause on why it could not be read. */
export type Detail<T> = { readonly is: T } | { readonly unread: string };

/** What single objects say; each is asked for only where its plug-in was seen. */
export interface PluginDetails {
  /** ConfigMap cilium-config. */
  readonly ciliumConfig?: Detail<ReadonlyMap<string, string>>;
  /** ClusterRole kindnet may read NetworkPolicies. */
  readonly kindnetReadsPolicies?: Detail<boolean>;
  /** Running pods of aws-node, by their node. */
  readonly awsAgents?: Detail<readonly AwsAgent[]>;
  /** status.networkType of OpenShift's Network `cluster`. */
  readonly openshiftNetworkType?: Detail<string>;
  /**
   * How OpenShift SDN runs: pluginName of the ClusterNetwork `default` (`redhat/openshift-ovs-multitenant`), else the
   * mode that its operator is told (`Multitenant`; `NetworkPolicy` where none is written).
   */
  readonly openshiftSdnMode?: Detail<string>;
}

export interface AwsAgent {
  readonly node: string;
  /** Container aws-eks-nodeagent runs with `--enable-network-policy=true`. */
  readonly enforces: boolean;
}

/** A DaemonSet as the API gives it, cut to what tells a plug-in. */
export function agentOf(object: JsonValue): Agent | undefined {
  const metadata = asMap(asMap(object)['metadata']);
  const name = asString(metadata['name']);
  const template = asMap(asMap(asMap(object)['spec'])['template']);
  const desired = asMap(asMap(object)['status'])['desiredNumberScheduled'];
  if (name === '') return undefined;
  return {
    kind: 'DaemonSet',
    namespace: asString(metadata['namespace']),
    name,
    labels: knownLabels(asMap(template['metadata'])['labels']),
    containers: containersOf(template['spec']),
    ...(typeof desired === 'number' && { desired }),
  };
}

function containersOf(spec: JsonValue | undefined): readonly AgentContainer[] {
  return asList(asMap(spec)['containers']).map((item) => {
    const { name, image, command, args, env } = asMap(item);
    const expectNpc = asList(env).find((entry) => asMap(entry)['name'] === 'EXPECT_NPC');
    return {
      name: asString(name),
      image: asString(image),
      args: [...asList(command), ...asList(args)].map((arg) => asString(arg)),
      ...(expectNpc !== undefined && { expectNpc: asString(asMap(expectNpc)['value']) }),
    };
  });
}

/** A running pod of aws-node; undefined for one that does not run. */
export function awsAgentOf(object: JsonValue): AwsAgent | undefined {
  const { spec, status } = asMap(object);
  if (asString(asMap(status)['phase']) !== 'Running') return undefined;
  const agent = containersOf(spec).find(({ name }) => name === 'aws-eks-nodeagent');
  return {
    node: asString(asMap(spec)['nodeName']),
    enforces: agent?.args.some((arg) => /^--?enable-network-policy=true$/.test(arg)) === true,
  };
}

/** The workloads of pods: what is known of agents where their own objects may not be read. */
export function agentsOfPods(contents: ReadonlyMap<string, NamespaceContents>): readonly Agent[] {
  const seen = new Set<WorkloadRef>();
  const agents = new Map<string, Agent>();
  for (const { pods } of contents.values()) {
    for (const { workload, labels } of pods) {
      // Pods of one workload share its reference.
      if (seen.has(workload)) continue;
      seen.add(workload);
      const { kind, namespace, name } = workload;
      if (kind !== 'DaemonSet' && kind !== 'Deployment') continue;
      agents.set(`${kind}/${namespace}/${name}`, { kind, namespace, name, labels });
    }
  }
  return [...agents.values()];
}

/** Agents of both: a DaemonSet that was read says more than its pods. */
export function mergeAgents(read: readonly Agent[], ofPods: readonly Agent[]): readonly Agent[] {
  const key = ({ kind, namespace, name }: Agent): string => `${kind}/${namespace}/${name}`;
  const known = new Set(read.map(key));
  return [...read, ...ofPods.filter((agent) => !known.has(key(agent)))];
}
