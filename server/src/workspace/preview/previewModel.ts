import { comparedCauses, pairChange } from '../../engine/comparedPair.ts';
import type { ChangeCause } from '../../engine/changeCauses.ts';
import { addressChangeOf } from './addressChange.ts';
import { CausePlaces } from './causeDetails.ts';
import type { ChangeType, ComparisonRow, PreviewedWorkload } from './comparisonRows.ts';
import { deniedRows, type DeniedRow } from './deniedRows.ts';
import { nothingChanges, type NothingChanges } from './nothingChanges.ts';
import type { PreviewedStates } from './previewStates.ts';
import type { ReachComparison } from './reachComparison.ts';
import { otherPlaces } from './rowFilter.ts';
import { foldUndecided, type Undecided } from './undecidedReasons.ts';

export interface ChangeCounts {
  readonly pairs: number;
  /** Of the workloads whose policies made the change, each once. */
  readonly pods: number;
}

/** A comparison with everything that is worked out of it when it is first asked for. */
export class PreviewModel {
  readonly states: PreviewedStates;
  readonly comparison: ReachComparison;
  readonly places: CausePlaces;
  #counts: Readonly<Record<ChangeType, ChangeCounts>> | undefined;
  #undecided: Undecided | undefined;
  #denied: readonly DeniedRow[] | undefined;
  #byKey: ReadonlyMap<string, ComparisonRow> | undefined;
  #nothing: NothingChanges | undefined;

  constructor(states: PreviewedStates, comparison: ReachComparison) {
    this.states = states;
    this.comparison = comparison;
    this.places = new CausePlaces(states.manifests, states.document?.uri);
  }

  get counts(): Readonly<Record<ChangeType, ChangeCounts>> {
    return (this.#counts ??= countChanges(this.comparison));
  }

  get undecided(): Undecided {
    return (this.#undecided ??= foldUndecided(this.comparison, this.states.coverage));
  }

  get denied(): readonly DeniedRow[] {
    return (this.#denied ??= deniedRows(this.comparison));
  }

  /** Why no row is there; undefined where one is. */
  get nothing(): NothingChanges | undefined {
    const { rows, added, removed } = this.comparison;
    if (rows.length + added.length + removed.length > 0) return undefined;
    const { pairs, reasons } = this.undecided;
    const [first] = reasons;
    return (this.#nothing ??= nothingChanges(this.states, {
      undecidedPairs: pairs,
      ...(first !== undefined && { undecidedWhy: first.why }),
      deniedPairs: this.denied.reduce((sum, { pairs }) => sum + pairs, 0),
      deniedBy: [...new Set(this.denied.flatMap(({ deniedBy }) => deniedBy.map(policyName)))],
    }));
  }

  row(key: string): ComparisonRow | undefined {
    this.#byKey ??= new Map(this.comparison.rows.map((row) => [row.key, row]));
    return this.#byKey.get(key);
  }

  /** Why a row's pair changed; absent: its first one. */
  causes(row: ComparisonRow, other?: number): readonly ChangeCause[] {
    const { states, workloads } = this.comparison;
    const subject = workloads[row.subject] as PreviewedWorkload;
    if (row.addresses !== undefined) {
      const change = addressChangeOf(states, subject, row.direction, row.addresses);
      const [from, to] = row.direction === 'egress' ? [subject, row.addresses] : [row.addresses, subject];
      return comparedCauses(states, from, to, change);
    }
    const place = other ?? otherPlaces({ row, others: row.others, pairs: row.pairs })[0];
    const end = workloads[place as number] as PreviewedWorkload;
    const [from, to] = row.direction === 'egress' ? [subject, end] : [end, subject];
    return comparedCauses(states, from, to, pairChange(states, from, to));
  }
}

export function policyName({ namespace, name }: { readonly namespace?: string; readonly name: string }): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

function countChanges({ rows, workloads }: ReachComparison): Readonly<Record<ChangeType, ChangeCounts>> {
  const of = (type: ChangeType): ChangeCounts => {
    let pairs = 0;
    const subjects = new Set<number>();
    for (const row of rows) {
      if (row.type !== type) continue;
      pairs += row.pairs;
      subjects.add(row.subject);
    }
    let pods = 0;
    for (const place of subjects) pods += workloads[place]?.pods ?? 0;
    return { pairs, pods };
  };
  return { lost: of('lost'), gained: of('gained'), changed: of('changed') };
}
