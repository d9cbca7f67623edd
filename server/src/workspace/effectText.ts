import { count, listSome, shownName } from '../analysis/wording.ts';
import type { CompiledCluster } from '../engine/compiledCluster.ts';
import type { DeltaRectangle, DeltaSide } from '../engine/deltaRectangles.ts';
import { workloadsOfClasses } from '../engine/workloadsOfClasses.ts';
import { classIsolation } from '../engine/workloadIsolation.ts';
import type { Direction } from '../model/networkPolicy.ts';
import type { Connections } from '../model/verdict.ts';
import type { FixEffect } from './fixEffect.ts';

/**
 * What an edit does to traffic, for an action's title: `lets in 3 pods`, `isolates 5 pods`, `cuts off 2 pods`,
 * `changes nothing`, `changes nothing for known pods`. Undefined where it changes only what is not known.
 */
export function effectText(effect: FixEffect): string | undefined {
  if (effect.delta.rectangles.length === 0) {
    return isolationText(effect) ?? (effect.meansTheSame ? 'changes nothing' : 'changes nothing for known pods');
  }
  const isolation = isolationText(effect);
  // That isolated pods lose traffic goes without saying.
  const lost = isolation === undefined ? lostText(effect) : undefined;
  const parts = [isolation, gainedText(effect), lost].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : parts.join(', ');
}

/** What an edit takes, in full, for a person to agree to; undefined where it takes nothing. */
export function takenText(effect: FixEffect): string | undefined {
  const sentences = (['ingress', 'egress'] as const).flatMap((direction) => {
    const lost = changedEnds(effect, direction, isLost);
    if (lost.pods === 0) return [];
    const who = `${listSome(lost.targets, 3)} (${count(lost.pods, 'pod')})`;
    const peers = [
      ...(lost.peers.length === 0 ? [] : [listSome(byRole(lost.peers), 8)]),
      ...(lost.outside ? [OUTSIDE[direction]] : []),
    ].join(' and ');
    const lets = lost.pods === 1 ? 'lets' : 'let';
    return [`${who} ${direction === 'ingress' ? `no longer ${lets} in` : 'can no longer reach'} ${peers}`];
  });
  return sentences.length === 0 ? undefined : sentences.join('; ');
}

/** The API server, its webhooks' callers and most probes are addresses to a policy, not pods. */
const OUTSIDE: Readonly<Record<Direction, string>> = {
  ingress: 'addresses outside (load balancers, and the API server where it calls webhooks of theirs)',
  egress: 'addresses outside (the API server among them, where they call it)',
};

/** What people miss first, by the names that such programs go by. */
const ROLES: readonly (readonly [name: RegExp, role: string])[] = [
  [/(?:kube|core)-?dns|nodelocaldns|dns-default/, 'DNS'],
  [/apiserver/, 'the API server'],
  [/webhook/, 'webhooks'],
  [/prometheus|victoria|vmagent|grafana-agent|alloy|metrics-server/, 'scraping'],
  [/ingress|traefik|haproxy|contour|envoy|gateway|router/, 'the ingress controller'],
];

/** Names with what people know them for; those come first. */
function byRole(names: readonly string[]): readonly string[] {
  const roleOf = (name: string): string | undefined => ROLES.find(([pattern]) => pattern.test(name))?.[1];
  const { known = [], other = [] } = Object.groupBy(names, (name) => (roleOf(name) === undefined ? 'other' : 'known'));
  return [...known.map((name) => `${name} (${roleOf(name)})`), ...other];
}

function isolationText({ before, after }: FixEffect): string | undefined {
  let isolated = 0;
  let freed = 0;
  after.classes.forEach(({ podClass, pods }) => {
    const changes = (['ingress', 'egress'] as const).map((direction) => {
      const old = classIsolation(before, podClass, direction);
      const now = classIsolation(after, podClass, direction);
      return old === now ? 0 : now === true ? 1 : old === true ? -1 : 0;
    });
    if (changes.includes(1)) isolated += pods;
    else if (changes.includes(-1)) freed += pods;
  });
  if (isolated > 0) return `isolates ${count(isolated, 'pod')}`;
  return freed > 0 ? `isolates ${count(freed, 'pod')} no longer` : undefined;
}

function gainedText(effect: FixEffect): string | undefined {
  const ingress = changedEnds(effect, 'ingress', isGained);
  if (ingress.pods > 0) return `lets in ${endsText(ingress)}`;
  const egress = changedEnds(effect, 'egress', isGained);
  return egress.pods > 0 ? `lets ${count(egress.pods, 'pod')} reach ${endsText(egress)}` : undefined;
}

function lostText(effect: FixEffect): string | undefined {
  const ingress = changedEnds(effect, 'ingress', isLost);
  if (ingress.pods > 0) return `cuts off ${endsText(ingress)}`;
  const egress = changedEnds(effect, 'egress', isLost);
  return egress.pods > 0 ? `takes ${endsText(egress)} from ${count(egress.pods, 'pod')}` : undefined;
}

function endsText({ peerPods, outside }: ChangedEnds): string {
  if (peerPods === 0) return 'addresses outside';
  return outside ? `${count(peerPods, 'pod')} and addresses outside` : count(peerPods, 'pod');
}

interface ChangedEnds {
  /** Names of workloads whose policies the edit changed, and how many pods they have. */
  readonly targets: readonly string[];
  readonly pods: number;
  readonly peers: readonly string[];
  readonly peerPods: number;
  readonly outside: boolean;
}

function changedEnds(
  { delta }: FixEffect,
  direction: Direction,
  isMeant: (rectangle: DeltaRectangle) => boolean,
): ChangedEnds {
  const own = delta.rectangles.filter(
    (rectangle) => rectangle.causes.some((cause) => cause.direction === direction) && isMeant(rectangle),
  );
  const [end, otherEnd] = direction === 'ingress' ? (['to', 'from'] as const) : (['from', 'to'] as const);
  const targets = classesAt(delta.cluster, own, end, otherEnd);
  const peers = classesAt(delta.cluster, own, otherEnd, end);
  return {
    targets: namesOf(delta.cluster, targets),
    pods: podsOf(delta.cluster, targets),
    peers: namesOf(delta.cluster, peers),
    peerPods: podsOf(delta.cluster, peers),
    outside: own.some((rectangle) => side(rectangle, direction).kind === 'external'),
  };
}

function side(rectangle: DeltaRectangle, direction: Direction): DeltaSide {
  return direction === 'ingress' ? rectangle.from : rectangle.to;
}

/** A pod always reaches itself: a class of one pod changes nothing towards itself. */
function classesAt(
  { classes }: CompiledCluster,
  rectangles: readonly DeltaRectangle[],
  end: 'from' | 'to',
  otherEnd: 'from' | 'to',
): ReadonlySet<number> {
  const found = new Set<number>();
  for (const rectangle of rectangles) {
    const [at, other] = [rectangle[end], rectangle[otherEnd]];
    if (at.kind !== 'pods') continue;
    const isAlone = (id: number): boolean =>
      other.kind === 'pods' && other.classes.every((each) => each === id) && (classes.get(id)?.pods ?? 0) < 2;
    for (const id of at.classes) if (!isAlone(id)) found.add(id);
  }
  return found;
}

function podsOf({ classes }: CompiledCluster, of: ReadonlySet<number>): number {
  let pods = 0;
  for (const id of of) pods += classes.get(id)?.pods ?? 0;
  return pods;
}

function namesOf(cluster: CompiledCluster, of: ReadonlySet<number>): readonly string[] {
  return [...new Set(workloadsOfClasses(cluster, [...of]).map(({ workload }) => shownName(workload.name)))].sort();
}

/** Certainly passes after and not before. What only may pass is not counted. */
function isGained({ before, after }: DeltaRectangle): boolean {
  return !holds(before.certain, after.certain);
}

function isLost({ before, after }: DeltaRectangle): boolean {
  return !holds(after.possible ?? after.certain, before.certain);
}

/** Whether all ports of `part` are among those of `whole`. */
function holds(whole: Connections, part: Connections): boolean {
  return part.every(({ protocol, ranges }) => {
    const own = whole.find((other) => other.protocol === protocol)?.ranges ?? [];
    return ranges.every(({ from, to }) => own.some((range) => range.from <= from && to <= range.to));
  });
}
