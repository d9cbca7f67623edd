import type { ChangeCause } from '../../engine/changeCauses.ts';
import { policyKey } from '../../engine/compilePolicy.ts';
import type { ComparedStates } from '../../engine/comparedPair.ts';
import type { Direction, NetworkPolicy, PolicyRule } from '../../model/networkPolicy.ts';
import type { SourceRange } from '../../model/sourceRange.ts';
import { lineIndex, type LineIndex } from '../../syntax/lineIndex.ts';
import type { ObjectTable, PlacedObject } from '../objectTable.ts';
import type { SourceFile } from '../sourceFile.ts';

export type CauseKind =
  | 'removedRule'
  | 'removedPeer'
  | 'removedPort'
  | 'addedRule'
  | 'addedPeer'
  | 'addedPort'
  | 'newIsolation'
  | 'endedIsolation'
  | 'removedPolicy'
  | 'addedPolicy'
  | 'otherTargets'
  | 'changed';

const TEXTS: Readonly<Record<CauseKind, string>> = {
  removedRule: 'removed rule',
  removedPeer: 'removed peer',
  removedPort: 'removed port',
  addedRule: 'added rule',
  addedPeer: 'added peer',
  addedPort: 'added port',
  newIsolation: 'new isolation',
  endedIsolation: 'ended isolation',
  removedPolicy: 'removed policy',
  addedPolicy: 'new policy',
  otherTargets: 'selects other pods',
  changed: 'changed policy',
};

export function causeKindText(kind: CauseKind): string {
  return TEXTS[kind];
}

/** What of a policy's text made the change. */
export function causeKind({ before, after }: ComparedStates, cause: ChangeCause): CauseKind {
  const key = policyKey({ namespace: cause.policy.namespace ?? '', name: cause.policy.name });
  const old = before.cluster.policies.get(key)?.policy;
  const now = after.cluster.policies.get(key)?.policy;
  const { rule, direction, state } = cause;
  if (rule === undefined) {
    if (state === 'before') return now === undefined ? 'removedPolicy' : 'endedIsolation';
    return 'newIsolation';
  }
  if (state === 'before') {
    if (now === undefined) return 'removedPolicy';
    return ruleKind(old?.[direction]?.[rule], now, direction, REMOVED);
  }
  if (old === undefined) return 'addedPolicy';
  return ruleKind(now?.[direction]?.[rule], old, direction, ADDED);
}

interface RuleKinds {
  readonly rule: CauseKind;
  readonly peer: CauseKind;
  readonly port: CauseKind;
}

const REMOVED: RuleKinds = { rule: 'removedRule', peer: 'removedPeer', port: 'removedPort' };
const ADDED: RuleKinds = { rule: 'addedRule', peer: 'addedPeer', port: 'addedPort' };

/** How the other text of the policy differs from one of its rules. */
function ruleKind(
  rule: PolicyRule | undefined,
  other: NetworkPolicy,
  direction: Direction,
  kinds: RuleKinds,
): CauseKind {
  if (rule === undefined) return 'changed';
  const others = other[direction] ?? [];
  const [peers, ports] = [JSON.stringify(rule.peers ?? []), JSON.stringify(rule.ports ?? [])];
  const samePeers = others.some((each) => JSON.stringify(each.peers ?? []) === peers);
  const samePorts = others.some((each) => JSON.stringify(each.ports ?? []) === ports);
  if (samePeers && others.some((each) => JSON.stringify(each) === JSON.stringify(rule))) return 'otherTargets';
  if (samePeers) return kinds.port;
  return samePorts ? kinds.peer : kinds.rule;
}

/** Where something is written. */
export interface WrittenPlace {
  readonly uri: string;
  readonly range: SourceRange;
}

/** Finds causes in the present texts: the cause itself, or where it stood. One is made for each answer. */
export class CausePlaces {
  readonly #table: ObjectTable;
  readonly #followed: string | undefined;
  readonly #lines = new Map<SourceFile, LineIndex>();
  readonly #known = new Map<string, WrittenPlace | undefined>();

  /** @param followed the document that is meant where several files write one policy */
  constructor(table: ObjectTable, followed: string | undefined) {
    this.#table = table;
    this.#followed = followed;
  }

  /** Undefined where no file holds the policy. */
  of(states: ComparedStates, { policy, direction, rule, state }: ChangeCause): WrittenPlace | undefined {
    const { namespace = '', name } = policy;
    const key = policyKey({ namespace, name });
    const now = states.after.cluster.policies.get(key)?.policy;
    const path =
      rule === undefined
        ? ['spec', 'podSelector']
        : state === 'after'
          ? ['spec', direction, rule]
          : ['spec', direction];
    // A rule that changed is found where it stands now, if as many rules are there as before.
    const old = states.before.cluster.policies.get(key)?.policy;
    const stays =
      rule !== undefined && state === 'before' && (now?.[direction]?.length ?? 0) === old?.[direction]?.length;
    return this.#place(namespace, name, stays ? ['spec', direction, rule] : path);
  }

  ofPolicy(namespace: string, name: string): WrittenPlace | undefined {
    return this.#place(namespace, name, ['metadata', 'name']);
  }

  #place(namespace: string, name: string, path: readonly (string | number)[]): WrittenPlace | undefined {
    const text = JSON.stringify([namespace, name, path]);
    if (this.#known.has(text)) return this.#known.get(text);
    const written = this.#written(namespace, name);
    const place = written && this.#rangeOf(written, path);
    this.#known.set(text, place);
    return place;
  }

  #written(namespace: string, name: string): PlacedObject | undefined {
    const all = this.#table.namespaces.get(namespace)?.get(`NetworkPolicy/${namespace}/${name}`) ?? [];
    return all.find(({ origin }) => origin.file.uri === this.#followed) ?? all.at(-1);
  }

  #rangeOf({ origin: { file, placed, manifest } }: PlacedObject, path: readonly (string | number)[]): WrittenPlace {
    const { start, end } = placed.document.sourceMap.nearest([...manifest.path, ...path]);
    let lines = this.#lines.get(file);
    if (lines === undefined) this.#lines.set(file, (lines = lineIndex(file.text)));
    return {
      uri: file.uri,
      range: { start: lines.position(placed.start + start), end: lines.position(placed.start + end) },
    };
  }
}
