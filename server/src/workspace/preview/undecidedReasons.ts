import { getOrMake } from '../../engine/changedTargets.ts';
import { decidingRow, type CompiledCluster } from '../../engine/compiledCluster.ts';
import { explainExternal, explainPair } from '../../engine/explainDoubt.ts';
import type { Row } from '../../engine/policyRow.ts';
import { reasonText, type UnknownReason } from '../../engine/unknownReason.ts';
import type { Direction } from '../../model/networkPolicy.ts';
import type { Coverage } from '../clusterSource.ts';
import { countWithout, hasPlace, type PreviewedWorkload } from './comparisonRows.ts';
import type { ReachComparison } from './reachComparison.ts';

/** Why pairs are not decided, with how many. */
export interface FoldedReason {
  readonly key: string;
  /** One clause. */
  readonly why: string;
  readonly pairs: number;
  /** The right that would mend it. */
  readonly right?: string;
}

export interface Undecided {
  readonly pairs: number;
  /** The most pairs first; a pair counts under the first of its reasons. */
  readonly reasons: readonly FoldedReason[];
}

/** So many pairs are asked one by one; beyond them, only what holds for many at once is told apart. */
const MOST_ASKED = 2000;

/** Folds what is not decided by reason, so that a reason that holds for many pairs is looked for once. */
export function foldUndecided(comparison: ReachComparison, coverage: readonly Coverage[]): Undecided {
  const { workloads, undecided } = comparison;
  const folded = new Map<string, { why: string; pairs: number }>();
  const asked = new Asked(comparison);
  let pairs = 0;
  const add = (reason: UnknownReason | undefined, count: number): void => {
    const { key, why } = reason === undefined ? OTHER : told(reason);
    getOrMake(folded, key, () => ({ why, pairs: 0 })).pairs += count;
    pairs += count;
  };
  for (const { direction, subjects, others } of undecided) {
    const [first] = subjects;
    const subject = workloads[first as number] as PreviewedWorkload;
    if (others.kind === 'external') {
      add(asked.external(subject, direction), subjects.length);
      continue;
    }
    for (const group of asked.groups(others.places, subject, direction)) {
      const reasonOf = (place: number): UnknownReason | undefined => {
        const other = workloads[place] as PreviewedWorkload;
        return direction === 'ingress' ? asked.pair(other, subject) : asked.pair(subject, other);
      };
      const isWhole = group.isWhole || asked.isWhole(subject, direction);
      if (isWhole) {
        const own = subjects.filter((place) => hasPlace(group.places, place)).length;
        const count = group.places.length * subjects.length - own;
        if (count > 0) add(reasonOf(group.places[0] as number), count);
      } else for (const place of group.places) add(reasonOf(place), countWithout(subjects, place));
    }
  }
  const reasons = [...folded].map(([key, { why, pairs }]): FoldedReason => {
    const right = rightFor(why, coverage);
    return right === undefined ? { key, why, pairs } : { key, why, pairs, right };
  });
  return { pairs, reasons: reasons.sort((a, b) => b.pairs - a.pairs || (a.key < b.key ? -1 : 1)) };
}

/** The key under which something with these reasons is folded. */
export function foldedKey(reasons: readonly UnknownReason[]): string {
  const reason = firstOf(reasons);
  return reason === undefined ? OTHER.key : told(reason).key;
}

/** What is not evaluated at all says more than what is not known of one pod. */
function firstOf(reasons: readonly UnknownReason[]): UnknownReason | undefined {
  return reasons.find(({ kind }) => kind === 'notEvaluated') ?? reasons[0];
}

const OTHER = { key: 'other', why: 'labels, ports or addresses of pods are not known' };

/** Reasons that differ by their pods alone are one. */
function told(reason: UnknownReason): { readonly key: string; readonly why: string } {
  switch (reason.kind) {
    case 'hostNetwork':
      return { key: 'hostNetwork', why: "pods use their node's network, and network plug-ins differ on such pods" };
    case 'labels':
      return { key: 'labels', why: 'labels of pods or of their namespaces are not known' };
    case 'containerPorts':
      return { key: 'containerPorts', why: 'container ports of pods are not known' };
    case 'podAddress': {
      const { policy } = reason.at;
      return {
        key: `podAddress ${policy.namespace}/${policy.name}`,
        why: `addresses of pods are not known, and ${policy.kind} ${policy.namespace}/${policy.name} names addresses`,
      };
    }
    case 'placeholder': {
      const { policy } = reason.at;
      return {
        key: `placeholder ${policy.namespace}/${policy.name}`,
        why: `${policy.kind} ${policy.namespace}/${policy.name} has a placeholder`,
      };
    }
    case 'notEvaluated':
      return { key: `notEvaluated ${reason.why}`, why: reason.why };
    case 'sharedAddress':
    case 'noSuchPod':
    case 'noAddress':
      return { key: reasonText(reason), why: reasonText(reason) };
  }
}

/** The right that is missing, where the source's refusal is the reason. */
export function rightFor(why: string, coverage: readonly Coverage[]): string | undefined {
  for (const { status } of coverage) {
    if (status.state === 'forbidden' && why.includes(status.why.replace(/\.$/, ''))) return status.mend;
  }
  return undefined;
}

/** Of both states; `isWhole`: what is not read leaves everything open, whoever is at the other end. */
interface Rows {
  readonly key: string;
  readonly isWhole: boolean;
  /** What the later state says of any peer: `open`, or why nothing is known; undefined where it depends on the peer. */
  readonly now: string | undefined;
}

/** Where nothing is known of one side now, and the other lets everybody through or is not known, that is the reason. */
function nowKey(egress: Rows, ingress: Rows): string | undefined {
  if (egress.now === undefined || ingress.now === undefined) return undefined;
  return egress.now === OPEN && ingress.now === OPEN ? undefined : `${egress.now} > ${ingress.now}`;
}

const OPEN = 'open';

/** Places, ascending, about whom the same rows decide. */
interface AlikeOthers {
  readonly places: readonly number[];
  readonly isWhole: boolean;
}

/** Remembers the reason for everybody whom the same rows decide about. */
class Asked {
  readonly #comparison: ReachComparison;
  readonly #known = new Map<string, UnknownReason | undefined>();
  readonly #numbers = new Map<Row, number>();
  readonly #rowsOf = new Map<string, Rows>();
  readonly #groups = new Map<readonly number[], Map<string, readonly AlikeOthers[]>>();
  #asked = 0;

  constructor(comparison: ReachComparison) {
    this.#comparison = comparison;
  }

  pair(from: PreviewedWorkload, to: PreviewedWorkload): UnknownReason | undefined {
    const [egress, ingress] = [this.#rows(from, 'egress'), this.#rows(to, 'ingress')];
    const isWhole = egress.isWhole || ingress.isWhole;
    if (!isWhole && this.#asked >= MOST_ASKED) return undefined;
    const own = isWhole ? `${isOnNode(from)} ${isOnNode(to)}` : `${from.id} ${to.id}`;
    const key = nowKey(egress, ingress) ?? `${egress.key} > ${ingress.key} ${own}`;
    if (this.#known.has(key)) return this.#known.get(key);
    if (!isWhole) this.#asked += 1;
    const { before, after } = this.#comparison.states;
    const reasons = [
      ...(from.after && to.after ? explainPair(after.cluster, from.after, to.after) : []),
      ...(from.before && to.before ? explainPair(before.cluster, from.before, to.before) : []),
    ];
    return this.#keep(key, reasons);
  }

  external(workload: PreviewedWorkload, direction: Direction): UnknownReason | undefined {
    const { before, after } = this.#comparison.states;
    const reasons = [
      ...(workload.after ? explainExternal(after.cluster, workload.after, direction) : []),
      ...(workload.before ? explainExternal(before.cluster, workload.before, direction) : []),
    ];
    return this.#keep(`${workload.id} ${direction}`, reasons);
  }

  #keep(key: string, reasons: readonly UnknownReason[]): UnknownReason | undefined {
    const reason = firstOf(reasons);
    this.#known.set(key, reason);
    return reason;
  }

  isWhole(workload: PreviewedWorkload, direction: Direction): boolean {
    return this.#rows(workload, direction).isWhole;
  }

  /** The others of a block by what decides about them and its subject; many blocks share one list. */
  groups(places: readonly number[], subject: PreviewedWorkload, direction: Direction): readonly AlikeOthers[] {
    const own = this.#rows(subject, direction);
    const other = direction === 'ingress' ? 'egress' : 'ingress';
    const known = getOrMake(this.#groups, places, () => new Map<string, readonly AlikeOthers[]>());
    return getOrMake(known, `${direction} ${own.now ?? ''}`, () =>
      [
        ...Map.groupBy(places, (place) => {
          const workload = this.#comparison.workloads[place] as PreviewedWorkload;
          const rows = this.#rows(workload, other);
          return nowKey(own, rows) ?? `${rows.key} ${rows.isWhole} ${isOnNode(workload)}`;
        }).values(),
      ].map((same): AlikeOthers => {
        const first = this.#comparison.workloads[same[0] as number] as PreviewedWorkload;
        return { places: same, isWhole: this.isWhole(first, other) };
      }),
    );
  }

  #rows(workload: PreviewedWorkload, direction: Direction): Rows {
    return getOrMake(this.#rowsOf, `${direction} ${workload.id}`, () => this.#findRows(workload, direction));
  }

  #findRows(workload: PreviewedWorkload, direction: Direction): Rows {
    const { before, after } = this.#comparison.states;
    let isWhole = false;
    let now: string | undefined;
    const texts: string[] = [];
    const add = (cluster: CompiledCluster, ids: readonly number[]): void => {
      for (const id of ids) {
        const state = cluster.classes.get(id);
        if (state === undefined) continue;
        const row = decidingRow(cluster, state, direction);
        isWhole ||= row.kind === 'unknown' || (row.kind === 'isolated' && (row.unread ?? row.mayRefuse) !== undefined);
        texts.push(String(getOrMake(this.#numbers, row, () => this.#numbers.size)));
        const isAlone = ids.length === 1 && state.podClass.kind === 'pod';
        now = isAlone && row.kind === 'unknown' ? row.why.join() : isAlone && row.kind === 'open' ? OPEN : undefined;
      }
    };
    add(before.cluster, workload.before?.classes.map(({ id }) => id) ?? []);
    add(after.cluster, workload.after?.classes.map(({ id }) => id) ?? []);
    // Told of the state that was looked at last.
    return { key: texts.join(), isWhole, now: workload.after === undefined ? undefined : now };
  }
}

function isOnNode({ before, after }: PreviewedWorkload): boolean {
  return [before, after].some((side) => side?.classes.some(({ kind }) => kind === 'hostNetwork') === true);
}
