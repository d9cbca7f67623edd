/** Seeded clusters of any size for the benches: namespaces of deployments and of policies that look like real ones. */
import type { ClusterState } from '../../server/src/model/cluster.ts';
import type { LabelSelector, Labels } from '../../server/src/model/labels.ts';
import type { NetworkPolicy, Peer, PolicyPort, PolicyRule } from '../../server/src/model/networkPolicy.ts';
import type { ContainerPort, Namespace, Pod } from '../../server/src/model/workload.ts';
import { randomNumbers, type Random } from '../support/random.ts';

export interface GeneratorOptions {
  readonly namespaces: number;
  readonly deploymentsPerNamespace: number;
  readonly replicas: number;
  readonly policiesPerNamespace: number;
  readonly seed: number;
  /** `deploy`: one record per deployment, as manifests give them; `pods`: one per pod, with an address. */
  readonly emit: 'deploy' | 'pods';
  /** Share of namespaces whose first policy denies all ingress by default. */
  readonly defaultDeny: number;
  /** Share of policies that also have egress rules. */
  readonly egress: number;
  /** Share of peers that reach into other namespaces, by team. */
  readonly crossNamespace: number;
  /** How many teams own the namespaces: the fewer, the wider a cross-namespace peer fans out. */
  readonly teams: number;
  /** Share of selectors with a matchExpression. */
  readonly expressions: number;
  /** Shares of ports that are names, and that are ranges. */
  readonly namedPorts: number;
  readonly portRanges: number;
  /** Share of rules with an ipBlock, and how many exceptions it has. */
  readonly ipBlocks: number;
  readonly exceptions: number;
}

export const TYPICAL: GeneratorOptions = {
  namespaces: 10,
  deploymentsPerNamespace: 5,
  replicas: 3,
  policiesPerNamespace: 3,
  seed: 1,
  emit: 'deploy',
  defaultDeny: 0.5,
  egress: 0.3,
  crossNamespace: 0.15,
  teams: 20,
  expressions: 0.15,
  namedPorts: 0.1,
  portRanges: 0.05,
  ipBlocks: 0.05,
  exceptions: 2,
};

const TIERS = ['web', 'logic', 'data'] as const;
const TRACKS = ['stable', 'canary'] as const;
const PORT_NUMBERS = [80, 443, 3306, 5432, 6379, 8080, 8443, 9090] as const;

export function generateCluster(given: Partial<GeneratorOptions>): ClusterState {
  const options = { ...TYPICAL, ...given };
  const random = randomNumbers(options.seed);
  const namespaces: Namespace[] = [];
  const pods: Pod[] = [];
  const policies: NetworkPolicy[] = [];
  for (let number = 0; number < options.namespaces; number += 1) {
    const name = `ns-${number}`;
    const team = `team-${number % options.teams}`;
    namespaces.push({ name, labels: { team, environment: random.pick(['production', 'staging']) } });
    for (let index = 0; index < options.deploymentsPerNamespace; index += 1) {
      pods.push(...deployment(options, random, name, index, pods.length));
    }
    for (let index = 0; index < options.policiesPerNamespace; index += 1) {
      policies.push(policy(options, random, name, index));
    }
  }
  return { namespaces, pods, policies, unreadable: [] };
}

function deployment(
  options: GeneratorOptions,
  random: Random,
  namespace: string,
  index: number,
  podsSoFar: number,
): Pod[] {
  const labels: Labels = {
    app: `app-${index}`,
    tier: TIERS[index % TIERS.length] as string,
    track: random.chance(0.9) ? TRACKS[0] : TRACKS[1],
    // Every deployment has its own hash, which no policy asks for.
    'pod-template-hash': random.below(2 ** 32).toString(16),
  };
  const ports: ContainerPort[] = [
    { name: 'http', port: random.pick([8080, 8081]), protocol: 'TCP' },
    { name: 'metrics', port: 9090, protocol: 'TCP' },
  ];
  const record: Pod = {
    workload: { namespace, name: `app-${index}`, kind: 'Deployment' },
    labels,
    ports,
    ips: [],
    hostNetwork: false,
    count: options.replicas,
  };
  if (options.emit === 'deploy') return [record];
  return Array.from({ length: options.replicas }, (_, replica) => ({
    ...record,
    name: `app-${index}-${replica}`,
    ips: [podAddress(podsSoFar + replica)],
    count: 1,
  }));
}

function podAddress(number: number): string {
  return `10.${(number >>> 16) & 255}.${(number >>> 8) & 255}.${number & 255}`;
}

function policy(options: GeneratorOptions, random: Random, namespace: string, index: number): NetworkPolicy {
  const name = `policy-${index}`;
  if (index === 0 && random.chance(options.defaultDeny)) {
    return { namespace, name, podSelector: everything(), policyTypes: ['Ingress'] };
  }
  const ingress = Array.from({ length: 1 + random.below(2) }, () => rule(options, random));
  const isolatesEgress = random.chance(options.egress);
  return {
    namespace,
    name,
    podSelector: selector(options, random),
    policyTypes: isolatesEgress ? ['Ingress', 'Egress'] : ['Ingress'],
    ingress,
    ...(isolatesEgress ? { egress: [rule(options, random), dnsRule()] } : {}),
  };
}

function rule(options: GeneratorOptions, random: Random): PolicyRule {
  const peers: Peer[] = Array.from({ length: 1 + random.below(2) }, () => peer(options, random));
  if (random.chance(options.ipBlocks)) peers.push(block(options, random));
  return { peers, ports: Array.from({ length: 1 + random.below(2) }, () => port(options, random)) };
}

function dnsRule(): PolicyRule {
  return {
    peers: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'ns-0' }, matchExpressions: [] } }],
    ports: [
      { protocol: 'UDP', port: 53 },
      { protocol: 'TCP', port: 53 },
    ],
  };
}

function peer(options: GeneratorOptions, random: Random): Peer {
  if (!random.chance(options.crossNamespace)) return { podSelector: selector(options, random) };
  const namespaceSelector: LabelSelector = {
    matchLabels: { team: `team-${random.below(options.teams)}` },
    matchExpressions: [],
  };
  return random.chance(0.5) ? { namespaceSelector } : { namespaceSelector, podSelector: selector(options, random) };
}

function block({ exceptions }: GeneratorOptions, random: Random): Peer {
  const network = `203.0.${random.below(256)}`;
  const except = Array.from({ length: exceptions }, (_, index) => `${network}.${index * 16}/28`);
  return { ipBlock: { cidr: `${network}.0/24`, except } };
}

function selector(options: GeneratorOptions, random: Random): LabelSelector {
  const matchLabels = { app: `app-${random.below(options.deploymentsPerNamespace)}` };
  if (!random.chance(options.expressions)) return { matchLabels, matchExpressions: [] };
  const expression = random.pick([
    { key: 'tier', operator: 'In' as const, values: [random.pick(TIERS), random.pick(TIERS)] },
    { key: 'track', operator: 'NotIn' as const, values: ['canary'] },
    { key: 'tier', operator: 'Exists' as const, values: [] },
    { key: 'legacy', operator: 'DoesNotExist' as const, values: [] },
  ]);
  return { matchLabels: random.chance(0.5) ? matchLabels : {}, matchExpressions: [expression] };
}

function port(options: GeneratorOptions, random: Random): PolicyPort {
  if (random.chance(options.namedPorts)) return { protocol: 'TCP', port: random.pick(['http', 'metrics']) };
  const number = random.pick(PORT_NUMBERS);
  if (random.chance(options.portRanges)) return { protocol: 'TCP', port: number, endPort: number + 10 };
  return { protocol: random.chance(0.9) ? 'TCP' : 'UDP', port: number };
}

function everything(): LabelSelector {
  return { matchLabels: {}, matchExpressions: [] };
}
