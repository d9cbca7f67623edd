import { portsAsWritten } from '../../analysis/portText.ts';
import { selectorText } from '../../analysis/selectorText.ts';
import { listSome } from '../../analysis/wording.ts';
import type { PeerMiss, PeerWalk, PortMiss, RuleWalk } from '../../engine/walkDirection.ts';
import type { LabelRequirement } from '../../model/labels.ts';
import type { Protocol } from '../../model/networkPolicy.ts';

/** Whom a sentence about a rule is about. */
export interface WalkNames {
  /** The other end, as the rule's peers look at it. */
  readonly peer: string;
  readonly destination: string;
  readonly protocol: Protocol;
  readonly port: number;
}

/** Why a rule does not let the traffic through, a clause; undefined where it does. The nearest peer speaks for all. */
export function ruleMissText(rule: RuleWalk, names: WalkNames): string | undefined {
  if (rule.outcome === 'yes') return undefined;
  const ports = rule.portMisses.map((miss) => portMissText(miss, names));
  const peer = nearestPeer(rule.peers);
  const others = rule.peers.length - 1;
  const peers =
    peer === undefined || rule.everyone || rule.peers.some(({ outcome }) => outcome !== 'no')
      ? []
      : [`${peerMissText(peer, names)}${others > 0 ? ` (the nearest of ${rule.peers.length} peers)` : ''}`];
  const clauses = [...peers, ...ports];
  if (clauses.length > 0) return clauses.join('; ');
  return rule.outcome === 'unknown' ? 'not known' : undefined;
}

/** The peer that the fewest things keep from meaning the other end. */
export function nearestPeer(peers: readonly PeerWalk[]): PeerWalk | undefined {
  const refusing = peers.filter(({ outcome }) => outcome === 'no');
  return refusing.toSorted((a, b) => distance(a) - distance(b))[0];
}

function distance({ misses }: PeerWalk): number {
  const far = misses.some(({ kind }) => kind === 'noPod' || kind === 'block' || kind === 'except');
  return misses.length + (far ? 10 : 0);
}

function peerMissText({ misses }: PeerWalk, names: WalkNames): string {
  return misses.length === 0
    ? `it does not mean ${names.peer}`
    : misses.map((miss) => missText(miss, names)).join(' and ');
}

function missText(miss: PeerMiss, { peer }: WalkNames): string {
  switch (miss.kind) {
    case 'label': {
      const { wanted, on, found } = miss;
      const who = on === 'pod' ? peer : `the namespace of ${peer}`;
      const has = found === undefined ? `has no label ${wanted.key}` : `has ${wanted.key}=${found}`;
      return `${who} ${has}, and the rule asks for ${requirementText(wanted)}`;
    }
    case 'namespace':
      return `${peer} is in namespace ${miss.found}, and a podSelector alone looks at ${miss.wanted}`;
    case 'nobody':
      return 'the peer is empty and means nobody';
    case 'noPod':
      return `the rule means pods, and ${peer} is none`;
    case 'blockMeansNoPods':
      return `the network plug-in does not match pods by an ipBlock such as ${miss.cidr}`;
    case 'block':
      return miss.addresses.length === 0
        ? `the rule means addresses of ${miss.cidr}`
        : `${listSome(miss.addresses, 2)} is not in ${miss.cidr}`;
    case 'except':
      return `${listSome(miss.addresses, 2)} is in ${miss.except}, which the rule leaves out of ${miss.cidr}`;
  }
}

function requirementText(wanted: LabelRequirement): string {
  const [only] = wanted.values;
  if (wanted.operator === 'In' && only !== undefined && wanted.values.length === 1) return `${wanted.key}=${only}`;
  return selectorText({ matchLabels: {}, matchExpressions: [wanted] });
}

function portMissText(miss: PortMiss, { destination, protocol, port }: WalkNames): string {
  switch (miss.kind) {
    case 'protocol':
      return `it opens ${listSome(miss.wanted, 3)}, not ${protocol}`;
    case 'number':
      return `it opens ${portsAsWritten(miss.wanted)}, not ${port}/${protocol}`;
    case 'name':
      return miss.found === undefined
        ? `${destination} has no ${miss.protocol} port called ${miss.name}`
        : `${miss.name} is ${miss.found} on ${destination}, not ${port}`;
  }
}
