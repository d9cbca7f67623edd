/** Random clusters and policies that are small and biased to collide: few names, few labels, few ports. */
import * as fc from 'fast-check';
import type { ClusterState, UnreadableScope } from '../../server/src/model/cluster.ts';
import type { LabelRequirement, LabelSelector, Labels } from '../../server/src/model/labels.ts';
import type { IpBlock, NetworkPolicy, Peer, PolicyPort, PolicyRule } from '../../server/src/model/networkPolicy.ts';
import type { ContainerPort, Namespace, Pod } from '../../server/src/model/workload.ts';

/** Which facts may be unknown. `independent`: no two questions are about the same fact. */
export type Doubts = 'none' | 'independent' | 'any';

export const NAMESPACES = ['a', 'b', 'c'] as const;
const KEYS = ['app', 'tier', '__proto__'] as const;
const VALUES = ['x', 'y', ''] as const;
const PORT_NAMES = ['http', 'dns'] as const;
export const PROTOCOL_NAMES = ['TCP', 'UDP', 'SCTP'] as const;
export const PORT_NUMBERS = [53, 80, 81, 8080] as const;
export const EXTERNAL_ADDRESSES = ['203.0.113.7', '203.0.113.200', '8.8.8.8', '10.9.9.9', '2001:db8::7', 'fd00::9'];

const BLOCKS: readonly IpBlock[] = [
  { cidr: '0.0.0.0/0', except: [] },
  { cidr: '0.0.0.0/0', except: ['10.0.0.0/8', '203.0.113.128/25'] },
  { cidr: '10.0.0.0/24', except: ['10.0.0.0/31'] },
  { cidr: '10.0.0.0/23', except: [] },
  { cidr: '203.0.113.0/24', except: ['203.0.113.128/25'] },
  { cidr: '2001:db8::/64', except: ['2001:db8::/126'] },
  { cidr: '::/0', except: [] },
  { cidr: 'fd00::/64', except: [] },
];
const POD_ADDRESSES: readonly (readonly string[])[] = [
  ['10.0.0.1'],
  ['10.0.0.2'],
  ['10.0.1.1'],
  ['fd00::1'],
  ['10.0.0.3', 'fd00::3'],
];

const labels: fc.Arbitrary<Labels> = fc
  .uniqueArray(fc.tuple(fc.constantFrom(...KEYS), fc.constantFrom(...VALUES)), {
    selector: ([key]) => key,
    maxLength: 3,
  })
  // Not an object literal: `__proto__` has to be a key like any other.
  .map((entries) => Object.fromEntries(entries));

const requirement: fc.Arbitrary<LabelRequirement> = fc
  .tuple(
    fc.constantFrom(...KEYS),
    fc.constantFrom('In', 'NotIn', 'Exists', 'DoesNotExist'),
    fc.uniqueArray(fc.constantFrom(...VALUES), { minLength: 1, maxLength: 2 }),
  )
  .map(([key, operator, values]) => ({
    key,
    operator,
    values: operator === 'In' || operator === 'NotIn' ? values : [],
  }));

function selector(doubts: Doubts): fc.Arbitrary<LabelSelector> {
  return fc
    .record({
      matchLabels: fc.oneof({ weight: 3, arbitrary: labels }, { weight: 2, arbitrary: fc.constant({}) }),
      matchExpressions: fc.oneof(
        { weight: 3, arbitrary: fc.constant([]) },
        { weight: 1, arbitrary: fc.array(requirement, { minLength: 1, maxLength: 2 }) },
      ),
      incomplete: rarely(doubts),
    })
    .map(({ incomplete, ...rest }) => (incomplete ? { ...rest, incomplete } : rest));
}

const namespaceSelector = (doubts: Doubts): fc.Arbitrary<LabelSelector> =>
  fc.oneof(
    { weight: 3, arbitrary: selector(doubts) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(...NAMESPACES).map((name) => ({
        matchLabels: { 'kubernetes.io/metadata.name': name },
        matchExpressions: [],
      })),
    },
  );

function peer(doubts: Doubts): fc.Arbitrary<Peer> {
  const selectors = fc.record(
    { podSelector: selector(doubts), namespaceSelector: namespaceSelector(doubts) },
    { requiredKeys: [] },
  );
  const block = fc.record({ ipBlock: fc.constantFrom(...BLOCKS) });
  const choices = [
    { weight: 4, arbitrary: selectors },
    { weight: 2, arbitrary: block },
  ];
  return fc
    .tuple(fc.oneof(...choices), rarely(doubts))
    .map(([known, incomplete]) => (incomplete ? { ...known, incomplete } : known));
}

function port(doubts: Doubts): fc.Arbitrary<PolicyPort> {
  const protocol = fc.constantFrom(...PROTOCOL_NAMES, undefined);
  const entry = fc.oneof(
    { weight: 3, arbitrary: fc.record({ protocol, port: fc.constantFrom(...PORT_NUMBERS) }) },
    { weight: 2, arbitrary: fc.record({ protocol, port: fc.constantFrom(...PORT_NAMES) }) },
    { weight: 1, arbitrary: fc.record({ protocol }) },
    { weight: 1, arbitrary: fc.record({ protocol, port: fc.constant(80), endPort: fc.constantFrom(80, 81, 9000) }) },
  );
  return fc.tuple(entry, rarely(doubts)).map(([{ protocol: name, ...rest }, incomplete]) => ({
    ...rest,
    ...(name === undefined ? {} : { protocol: name }),
    ...(incomplete ? { incomplete } : {}),
  }));
}

function rule(doubts: Doubts): fc.Arbitrary<PolicyRule> {
  return fc.record(
    { peers: fc.array(peer(doubts), { maxLength: 3 }), ports: fc.array(port(doubts), { maxLength: 3 }) },
    { requiredKeys: [] },
  );
}

export function policy(doubts: Doubts): fc.Arbitrary<NetworkPolicy> {
  return fc
    .record(
      {
        namespace: fc.constantFrom(...NAMESPACES),
        name: fc.constantFrom('p0', 'p1', 'p2', 'p3'),
        podSelector: selector(doubts),
        policyTypes: fc.subarray(['Ingress', 'Egress'] as const, { minLength: 0 }),
        ingress: fc.array(rule(doubts), { maxLength: 2 }),
        egress: fc.array(rule(doubts), { maxLength: 2 }),
        incomplete: rarely(doubts),
      },
      { requiredKeys: ['namespace', 'name', 'podSelector', 'incomplete'] },
    )
    .map(({ incomplete, ...rest }) => (incomplete ? { ...rest, policyTypesIncomplete: true as const } : rest));
}

const containerPorts: fc.Arbitrary<readonly ContainerPort[]> = fc.array(
  fc
    .tuple(
      fc.constantFrom(...PORT_NAMES, undefined),
      fc.constantFrom(...PORT_NUMBERS),
      fc.constantFrom(...PROTOCOL_NAMES),
    )
    .map(([name, number, protocol]) => ({ port: number, protocol, ...(name === undefined ? {} : { name }) })),
  { maxLength: 3 },
);

export function pod(doubts: Doubts): fc.Arbitrary<Pod> {
  return fc
    .record({
      namespace: fc.constantFrom(...NAMESPACES),
      workload: fc.constantFrom('w0', 'w1', 'w2'),
      name: fc.constantFrom('one', 'two', 'three'),
      labels,
      ports: containerPorts,
      ips: fc.constantFrom(...POD_ADDRESSES, ...(doubts === 'any' ? [[]] : [])),
      hostNetwork: rarely(doubts),
      count: fc.constantFrom(1, 1, 3),
      portsIncomplete: rarely(doubts),
      unknownLabels: doubts === 'any' ? fc.constantFrom([], [], [], ['app'], ['app', 'tier']) : fc.constant([]),
    })
    .map(({ namespace, workload, hostNetwork, portsIncomplete, unknownLabels, ...rest }) => ({
      ...rest,
      workload: { namespace, name: workload, kind: 'Deployment' },
      hostNetwork: hostNetwork === true,
      ...(portsIncomplete ? { portsIncomplete } : {}),
      ...(unknownLabels.length > 0 ? { unknownLabels } : {}),
    }));
}

export function namespace(doubts: Doubts): fc.Arbitrary<Namespace> {
  return fc
    .record({
      name: fc.constantFrom(...NAMESPACES),
      labels,
      unknownLabels: doubts === 'any' ? fc.constantFrom([], [], ['tier']) : fc.constant([]),
    })
    .map(({ unknownLabels, ...rest }) => (unknownLabels.length > 0 ? { ...rest, unknownLabels } : rest));
}

export function unreadable(doubts: Doubts): fc.Arbitrary<UnreadableScope[]> {
  if (doubts === 'none') return fc.constant([]);
  const scope = fc
    .record({
      namespace: fc.constantFrom(...NAMESPACES, ...NAMESPACES, '*'),
      direction: fc.constantFrom('ingress' as const, 'egress' as const, undefined),
      layer: fc.constantFrom('networkPolicy' as const, 'mesh' as const, undefined),
    })
    .map(({ namespace: where, direction, layer }) => ({
      namespace: where,
      why: `something in ${where} is not evaluated`,
      ...(direction === undefined ? {} : { direction }),
      ...(layer === undefined ? {} : { layer }),
    }));
  return fc.oneof(
    { weight: 5, arbitrary: fc.constant<UnreadableScope[]>([]) },
    { weight: 1, arbitrary: fc.array(scope, { maxLength: 2 }) },
  );
}

export function clusterState(doubts: Doubts): fc.Arbitrary<ClusterState> {
  return fc.record({
    namespaces: fc.uniqueArray(namespace(doubts), { selector: ({ name }) => name, maxLength: 3 }),
    pods: fc.uniqueArray(pod(doubts), { selector: podKey, minLength: 1, maxLength: 5 }),
    policies: fc.uniqueArray(policy(doubts), { selector: (each) => `${each.namespace}/${each.name}`, maxLength: 6 }),
    unreadable: unreadable(doubts),
  });
}

export function podKey({ workload, name }: Pod): string {
  return `${workload.namespace}/${workload.name}/${name}`;
}

/** Only where facts may be unknown at all, and then seldom, so that most of a cluster is decided. */
function rarely(doubts: Doubts): fc.Arbitrary<true | undefined> {
  const never = fc.constant(undefined);
  if (doubts === 'none') return never;
  return fc.oneof({ weight: 9, arbitrary: never }, { weight: 1, arbitrary: fc.constant(true as const) });
}
