/**
 * A deliberately naive evaluator: a literal reading of the NetworkPolicy API, one traffic at a time, without any of the
 * engine's code. Facts that are not known are enumerated: every question about one is answered in every possible way.
 */
import type { ClusterState, EngineOptions } from '../../server/src/model/cluster.ts';
import type { LabelSelector, Labels } from '../../server/src/model/labels.ts';
import type {
  Direction,
  IpBlock,
  NetworkPolicy,
  Peer,
  PolicyPort,
  PolicyRule,
  Protocol,
} from '../../server/src/model/networkPolicy.ts';
import type { Verdict } from '../../server/src/model/verdict.ts';
import type { Pod } from '../../server/src/model/workload.ts';

export type NaiveEnd = Pod | string;

export interface Traffic {
  readonly from: NaiveEnd;
  readonly to: NaiveEnd;
  readonly protocol: Protocol;
  readonly port: number;
}

export interface NaiveVerdict {
  readonly egress: Verdict;
  readonly ingress: Verdict;
  /** As the command line combines the two: any deny, else any unknown. */
  readonly combined: Verdict;
  /** Both directions resolved together. */
  readonly together: Verdict;
}

/** Addresses among which a pod without a known one may have its own. */
export const POSSIBLE_ADDRESSES = ['10.0.0.9', '10.0.1.9', '10.200.0.1', '172.16.0.5', '192.168.7.7'];

export function naiveVerdict(state: ClusterState, options: EngineOptions, traffic: Traffic): NaiveVerdict {
  const outcomes = { egress: new Set<boolean>(), ingress: new Set<boolean>(), together: new Set<boolean>() };
  forEveryResolution((choose) => {
    const world = new World(state, options, choose);
    const egress = world.passes('egress', traffic.from, traffic.to, traffic);
    const ingress = world.passes('ingress', traffic.to, traffic.from, traffic);
    outcomes.egress.add(egress);
    outcomes.ingress.add(ingress);
    outcomes.together.add(egress && ingress);
  });
  const egress = verdictOf(outcomes.egress);
  const ingress = verdictOf(outcomes.ingress);
  const both = [egress, ingress];
  const combined = both.includes('deny') ? 'deny' : both.includes('unknown') ? 'unknown' : 'allow';
  return { egress, ingress, combined, together: verdictOf(outcomes.together) };
}

function verdictOf(outcomes: ReadonlySet<boolean>): Verdict {
  return outcomes.size === 2 ? 'unknown' : outcomes.has(true) ? 'allow' : 'deny';
}

/** Answers a question about an unknown fact; the same question always has the same answer in one resolution. */
type Choose = <T>(question: string, answers: readonly T[]) => T;

/** Runs once for every combination of answers to the questions that come up. */
function forEveryResolution(run: (choose: Choose) => void): void {
  let path: { question: string; answer: number; of: number }[] = [];
  for (;;) {
    const asked = new Map<string, number>();
    let depth = 0;
    run((question, answers) => {
      let at = asked.get(question);
      if (at === undefined) {
        at = depth++;
        asked.set(question, at);
        if (at === path.length) path.push({ question, answer: 0, of: answers.length });
      }
      return answers[path[at]?.answer as number] as (typeof answers)[number];
    });
    path = path.slice(0, depth);
    while (path.length > 0 && (path.at(-1)?.answer as number) + 1 === path.at(-1)?.of) path.pop();
    const last = path.at(-1);
    if (last === undefined) return;
    last.answer += 1;
  }
}

class World {
  readonly #state: ClusterState;
  readonly #options: EngineOptions;
  readonly #choose: Choose;

  constructor(state: ClusterState, options: EngineOptions, choose: Choose) {
    this.#state = state;
    this.#options = options;
    this.#choose = choose;
  }

  passes(direction: Direction, target: NaiveEnd, peer: NaiveEnd, { protocol, port }: Traffic): boolean {
    if (typeof target === 'string') return true;
    if (target === peer && target.count === 1) return true;
    if (target.hostNetwork && this.#ignoresHostNetwork()) return true;
    const { namespace } = target.workload;
    const unread = this.#state.unreadable
      .filter((scope) => scope.namespace === '*' || scope.namespace === namespace)
      .filter((scope) => scope.direction === undefined || scope.direction === direction);
    const asked = `unread ${direction} ${podId(target)}`;
    if (unread.some(({ layer }) => layer === undefined)) return this.#choose(asked, [true, false]);
    const behind = unread.some(({ layer }) => layer === 'mesh');
    if (behind && !this.#choose(`${asked} behind`, [true, false])) return false;
    const destination = direction === 'ingress' ? target : peer;
    const isHidden = unread.some(({ layer }) => layer === 'networkPolicy');
    let isolated = isHidden && this.#choose(`${asked} isolates`, [true, false]);
    let allowed = isolated && this.#choose(`${asked} allows`, [true, false]);
    this.#state.policies.forEach((policy, index) => {
      if (policy.namespace !== namespace) return;
      if (!this.#hasType(policy, index, direction)) return;
      if (!this.#selects(policy.podSelector, target.labels, target.unknownLabels, `${index} target`, podId(target)))
        return;
      isolated = true;
      const rules = (direction === 'ingress' ? policy.ingress : policy.egress) ?? [];
      rules.forEach((rule, at) => {
        const place = `${index} ${direction} ${at}`;
        if (this.#peersMatch(policy, rule, peer, place) && this.#portsMatch(rule, destination, protocol, port, place)) {
          allowed = true;
        }
      });
    });
    return !isolated || allowed;
  }

  #ignoresHostNetwork(): boolean {
    return this.#options.hostNetwork === 'unknown' && this.#choose('hostNetwork', [true, false]);
  }

  #hasType(policy: NetworkPolicy, index: number, direction: Direction): boolean {
    const name = direction === 'ingress' ? 'Ingress' : 'Egress';
    const types = policy.policyTypes ?? [];
    if (types.includes(name)) return true;
    if (policy.policyTypesIncomplete) return this.#choose(`types ${index} ${direction}`, [true, false]);
    if (types.length > 0) return false;
    return direction === 'ingress' || (policy.egress !== undefined && policy.egress.length > 0);
  }

  #peersMatch(policy: NetworkPolicy, rule: PolicyRule, peer: NaiveEnd, place: string): boolean {
    if (rule.peers === undefined || rule.peers.length === 0) return true;
    return rule.peers.some((each, index) => this.#peerMatches(policy, each, peer, `${place} ${index}`));
  }

  #peerMatches(policy: NetworkPolicy, peer: Peer, end: NaiveEnd, place: string): boolean {
    const asked = `${place} ${typeof end === 'string' ? end : podId(end)}`;
    if (peer.ipBlock !== undefined) {
      if (!this.#blockHolds(peer.ipBlock, end)) return false;
      return peer.incomplete ? this.#choose(`peer ${asked}`, [true, false]) : true;
    }
    if (peer.incomplete) return this.#choose(`peer ${asked}`, [true, false]);
    if (typeof end === 'string') return false;
    if (end.hostNetwork && this.#ignoresHostNetwork()) return false;
    if (peer.podSelector === undefined && peer.namespaceSelector === undefined) return false;
    const { namespace } = end.workload;
    if (peer.namespaceSelector === undefined) {
      if (namespace !== policy.namespace) return false;
    } else {
      const found = this.#state.namespaces.find(({ name }) => name === namespace);
      const labels = { ...found?.labels, 'kubernetes.io/metadata.name': namespace };
      const unknown = found?.unknownLabels;
      if (!this.#selects(peer.namespaceSelector, labels, unknown, `${place} namespace`, `namespace ${namespace}`)) {
        return false;
      }
    }
    const { podSelector } = peer;
    if (podSelector === undefined) return true;
    return this.#selects(podSelector, end.labels, end.unknownLabels, `${place} pod`, podId(end));
  }

  #blockHolds(block: IpBlock, end: NaiveEnd): boolean {
    if (typeof end === 'string') return inBlock(block, end);
    const { ipBlockPods } = this.#options;
    if (ipBlockPods === 'never') return false;
    if (ipBlockPods === 'unknown' && !this.#choose('ipBlocks match pods', [true, false])) return false;
    const ips = end.ips.length > 0 ? end.ips : [this.#choose(`address ${podId(end)}`, POSSIBLE_ADDRESSES)];
    return ips.some((ip) => inBlock(block, ip));
  }

  #portsMatch(rule: PolicyRule, destination: NaiveEnd, protocol: Protocol, port: number, place: string): boolean {
    if (rule.ports === undefined || rule.ports.length === 0) return true;
    return rule.ports.some((entry, index) =>
      this.#portMatches(entry, destination, protocol, port, `${place} ${index}`),
    );
  }

  #portMatches(entry: PolicyPort, destination: NaiveEnd, protocol: Protocol, port: number, place: string): boolean {
    if (entry.incomplete) {
      if (entry.protocol !== undefined && entry.protocol !== protocol) return false;
      return this.#choose(`entry ${place} ${protocol} ${port}`, [true, false]);
    }
    if ((entry.protocol ?? 'TCP') !== protocol) return false;
    if (entry.port === undefined) return true;
    if (typeof entry.port === 'number') return port >= entry.port && port <= this.#endOf(entry, entry.port);
    if (typeof destination === 'string') return false;
    if (destination.hostNetwork && this.#ignoresHostNetwork()) return false;
    if (destination.portsIncomplete) {
      return this.#choose(`named ${podId(destination)} ${protocol} ${entry.port} ${port}`, [true, false]);
    }
    const named = destination.ports.find((each) => each.name === entry.port && each.protocol === protocol);
    return named?.port === port;
  }

  #endOf({ endPort }: PolicyPort, port: number): number {
    return this.#options.endPort === 'ignored' ? port : (endPort ?? port);
  }

  #selects(
    selector: LabelSelector,
    labels: Labels,
    unknown: readonly string[] | undefined,
    place: string,
    subject: string,
  ): boolean {
    const mentioned = new Set([
      ...Object.keys(selector.matchLabels),
      ...selector.matchExpressions.map(({ key }) => key),
    ]);
    const known = new Map(Object.entries(labels));
    for (const key of mentioned) {
      if (!unknown?.includes(key)) continue;
      const value = this.#choose(`label ${subject} ${key}`, [undefined, 'x', 'y', 'z', 'something else']);
      if (value === undefined) known.delete(key);
      else known.set(key, value);
    }
    for (const [key, value] of Object.entries(selector.matchLabels)) if (known.get(key) !== value) return false;
    for (const { key, operator, values } of selector.matchExpressions) {
      const value = known.get(key);
      const listed = value !== undefined && values.includes(value);
      if (operator === 'In' && !listed) return false;
      if (operator === 'NotIn' && listed) return false;
      if (operator === 'Exists' && value === undefined) return false;
      if (operator === 'DoesNotExist' && value !== undefined) return false;
    }
    return selector.incomplete ? this.#choose(`selector ${place} ${subject}`, [true, false]) : true;
  }
}

function podId({ workload, name }: Pod): string {
  return `${workload.namespace}/${workload.name}/${name}`;
}

export function inBlock({ cidr, except }: IpBlock, ip: string): boolean {
  return inCidr(cidr, ip) && !except.some((each) => inCidr(each, ip));
}

/** Compares bit by bit, on the addresses written out in binary. */
function inCidr(cidr: string, ip: string): boolean {
  const [network, length] = cidr.split('/') as [string, string];
  const a = binary(network);
  const b = binary(ip);
  return a.length === b.length && a.slice(0, Number(length)) === b.slice(0, Number(length));
}

function binary(ip: string): string {
  if (!ip.includes(':')) {
    return ip
      .split('.')
      .map((part) => Number(part).toString(2).padStart(8, '0'))
      .join('');
  }
  const [head, tail] = ip.split('::') as [string, string | undefined];
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const middle = tail === undefined ? [] : Array.from({ length: 8 - left.length - right.length }, () => '0');
  return [...left, ...middle, ...right].map((part) => Number.parseInt(part, 16).toString(2).padStart(16, '0')).join('');
}
