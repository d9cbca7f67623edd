import type { NetworkPlugins } from '../model/networkPlugin.ts';
import type { JsonValue } from '../model/manifest.ts';
import type { Node } from '../model/node.ts';
import { asList, asMap, asString } from '../syntax/objects/jsonAccess.ts';
import { detectPlugins } from '../workspace/cni/detectPlugins.ts';
import type { Agent, AwsAgent, Detail, PluginDetails } from '../workspace/cni/pluginEvidence.ts';
import { agentOf, awsAgentOf, mergeAgents } from '../workspace/cni/pluginEvidence.ts';
import { ciliumConfigOf, networkTypeOf, readsPolicies, sdnPluginOf } from '../workspace/cni/writtenDetails.ts';
import { ApiError } from './apiFault.ts';
import type { Transport } from './apiTransport.ts';
import { requestJson } from './apiTransport.ts';
import { readPage } from './listResource.ts';
import { plainText } from './plainText.ts';
import type { Resource } from './resource.ts';
import { PODS } from './resource.ts';

/** What the readers of a connection have seen already. */
export interface SeenOfPlugins {
  readonly nodes: readonly Node[];
  readonly nodesKnown: boolean;
  /** Workloads of pods. */
  readonly agents: readonly Agent[];
  /** All pods of the cluster were read. */
  readonly podsKnown: boolean;
}

/** DaemonSets: a network plug-in's agent runs on every node. */
export const DAEMON_SETS: Resource = {
  group: 'apps',
  version: 'v1',
  plural: 'daemonsets',
  kind: 'DaemonSet',
  namespaced: true,
  metadataOnly: false,
};

const IDLE_MS = 30_000;
const PAGE = 500;

/**
 * Asks once for what tells the network plug-in: DaemonSets, the served API groups, and the one object that decides
 * for each plug-in that was seen. What may not be read is not known, with the reason. Throws ApiError only where the
 * server could not be reached, so that it is worth asking again.
 */
export async function readPlugins(
  transport: Transport,
  signal: AbortSignal,
  seen: SeenOfPlugins,
): Promise<NetworkPlugins> {
  const get = async (path: string): Promise<JsonValue> =>
    (await requestJson(transport, { path, idleMs: () => IDLE_MS, signal })) as JsonValue;
  const daemonSets = await detail(() => readDaemonSets(transport, signal));
  const served = await detail(async () => groupNames(await get('/apis')));
  const agents = mergeAgents('is' in daemonSets ? daemonSets.is : [], seen.agents);
  const groups = 'is' in served ? served.is : undefined;
  const { nodes, nodesKnown } = seen;
  const agentsKnown = 'is' in daemonSets || seen.podsKnown;
  const details = await readDetails(get, transport, signal, agents, groups);
  return detectPlugins({ nodes, nodesKnown, agents, agentsKnown, groups, details });
}

async function readDaemonSets(transport: Transport, signal: AbortSignal): Promise<readonly Agent[]> {
  const agents: Agent[] = [];
  let token = '';
  do {
    const page = await readPage({ transport, signal }, DAEMON_SETS, PAGE, token, (object) => {
      const agent = agentOf(object);
      if (agent !== undefined) agents.push(agent);
    });
    ({ token } = page);
  } while (token !== '');
  return agents;
}

async function readDetails(
  get: (path: string) => Promise<JsonValue>,
  transport: Transport,
  signal: AbortSignal,
  agents: readonly Agent[],
  groups: readonly string[] = [],
): Promise<PluginDetails> {
  const agent = (name: string, label: string): Agent | undefined =>
    agents.find((each) => {
      const labelled = Object.hasOwn(each.labels, 'k8s-app') && each.labels['k8s-app'] === label;
      return each.kind === 'DaemonSet' && (each.name === name || labelled);
    });
  const cilium = agent('cilium', 'cilium');
  const aws = agent('aws-node', 'aws-node');
  const network = groups.includes('config.openshift.io')
    ? await detail(async () => {
        return networkTypeOf(await get('/apis/config.openshift.io/v1/networks/cluster'));
      })
    : undefined;
  const mayBeSdn =
    network === undefined ? groups.includes(SDN_GROUP) : 'is' in network && network.is === 'OpenShiftSDN';
  const kindnet = agent('kindnet', 'kindnet');
  return {
    ...(cilium !== undefined && {
      ciliumConfig: await detail(async () => {
        const namespace = encodeURIComponent(cilium.namespace);
        return ciliumConfigOf(await get(`/api/v1/namespaces/${namespace}/configmaps/cilium-config`));
      }),
    }),
    ...(kindnet !== undefined && {
      kindnetReadsPolicies: await detail(async () =>
        readsPolicies(await get('/apis/rbac.authorization.k8s.io/v1/clusterroles/kindnet')),
      ),
    }),
    ...(aws !== undefined && { awsAgents: await detail(() => readAwsAgents(transport, signal, aws)) }),
    ...(network !== undefined && { openshiftNetworkType: network }),
    ...(mayBeSdn && { openshiftSdnMode: await readSdnMode(get) }),
  };
}

const SDN_GROUP = 'network.openshift.io';

/** What runs is told by the ClusterNetwork; where that may not be read, what the operator is told to run. */
async function readSdnMode(get: (path: string) => Promise<JsonValue>): Promise<Detail<string>> {
  const running = await detail(async () => sdnPluginOf(await get(`/apis/${SDN_GROUP}/v1/clusternetworks/default`)));
  if ('is' in running && running.is !== '') return running;
  const told = await detail(async () => {
    const { defaultNetwork } = asMap(asMap(await get('/apis/operator.openshift.io/v1/networks/cluster'))['spec']);
    // The operator runs it in this mode where none is written.
    return asString(asMap(asMap(defaultNetwork)['openshiftSDNConfig'])['mode']) || 'NetworkPolicy';
  });
  return 'is' in told || !('unread' in running) ? told : running;
}

/** The pods that run, read whole: of those that are followed the arguments are not kept. */
async function readAwsAgents(
  transport: Transport,
  signal: AbortSignal,
  { namespace }: Agent,
): Promise<readonly AwsAgent[]> {
  const found: AwsAgent[] = [];
  const { fieldSelector: _, ...pods } = PODS;
  let token = '';
  do {
    const resource: Resource = { ...pods, labelSelector: 'k8s-app=aws-node' };
    const page = await readPage({ transport, signal, namespace }, resource, PAGE, token, (object) => {
      const agent = awsAgentOf(object);
      if (agent !== undefined) found.push(agent);
    });
    ({ token } = page);
  } while (token !== '');
  return found;
}

function groupNames(list: JsonValue): readonly string[] {
  return asList(asMap(list)['groups']).map((group) => asString(asMap(group)['name']));
}

/** What was asked for, or why it is not there. A server that does not answer is another matter: that passes. */
async function detail<T>(read: () => Promise<T>): Promise<Detail<T>> {
  try {
    return { is: await read() };
  } catch (error) {
    if (!(error instanceof ApiError)) return { unread: plainText(String(error)) };
    const { kind, why } = error.fault;
    if (kind === 'unavailable' || kind === 'silent') throw error;
    return { unread: why.replace(/\.$/, '') };
  }
}
