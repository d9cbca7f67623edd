import { connectionsText, count, printable, thousands } from '../analysis/wording.ts';
import { diffClusters, type ClusterChange } from '../engine/diffClusters.ts';
import { NO_PORTS, type PortSetId, type PortSets } from '../engine/portSets.ts';
import type { ReachEnd } from '../engine/reachability.ts';
import type { Connections } from '../model/verdict.ts';
import type { EffectText } from '../protocol/apply.ts';
import type { ApplyEffect } from '../workspace/apply/applyEffect.ts';
import { effectText, takenText } from '../workspace/effectText.ts';
import { breakLines, breakSentence } from '../workspace/needs/breakText.ts';
import type { BrokenNeed } from '../workspace/needs/brokenNeeds.ts';

/** Rows beyond this are counted, not listed: nobody reads more before a change. */
const MOST_ROWS = 200;

/**
 * What changes of a cluster do to traffic, for the person who is about to make them. Compares workload by workload and
 * yields after each, because a large cluster has thousands.
 *
 * @param where the context and how it is known, for Markdown
 * @param unseen clauses of what was not read: the effect on it is not known
 * @param broken needs that the changes take away
 */
export function* applyEffectText(
  effect: ApplyEffect,
  where: string,
  unseen: readonly string[] = [],
  broken: readonly BrokenNeed[] = [],
): Generator<void, EffectText, void> {
  const { before, after, delta, meansTheSame, unreadable } = effect;
  const rows = new Rows(after.facts.ports);
  let whys = meansTheSame ? [] : unseen;
  if (before !== after) {
    const answer = diffClusters(before, after);
    for (const changes of answer.changes()) {
      for (const change of changes) rows.add(change);
      yield;
    }
    whys = [...whys, ...answer.unknown().map(({ why }) => why)];
  }
  let undecided = undecidedText(whys);
  if (unreadable.length > 0) {
    const names = unreadable.map(({ namespace, name }) => printable(`${namespace}/${name}`)).join(', ');
    undecided = [`What ${names} does is not known: it cannot be decoded`, undecided].filter(Boolean).join('. ');
  }
  const fixed = delta === undefined ? undefined : { delta, before, after, meansTheSame };
  // What is taken begins with a workload's name, which stays as it is.
  const taken = fixed && takenText(fixed);
  const said = taken ?? capital((fixed && effectText(fixed)) ?? rows.said());
  const isUnknown = rows.count === 0 && (unreadable.length > 0 || (unseen.length > 0 && !meansTheSame));
  const summary = isUnknown ? 'What it changes is not known' : said;
  const breaks = breakSentence(broken);
  return {
    summary,
    ...(breaks !== undefined && { breaks: capital(breaks) }),
    lost: rows.lost(),
    gained: rows.gained(),
    undecided,
    markdown: markdown(rows, where, undecided, broken),
  };
}

/** What of a pair is lost or gained. */
interface Row {
  readonly change: ClusterChange;
  readonly connections: Connections;
}

class Rows {
  readonly #ports: PortSets;
  readonly #lost: Row[] = [];
  readonly #gained: Row[] = [];

  constructor(ports: PortSets) {
    this.#ports = ports;
  }

  get count(): number {
    return this.#lost.length + this.#gained.length;
  }

  add(change: ClusterChange): void {
    const ports = this.#ports;
    const [before, after] = [ports.fromConnections(change.before), ports.fromConnections(change.after)];
    const put = (rows: Row[], set: PortSetId): void => {
      if (set !== NO_PORTS) rows.push({ change, connections: ports.connections(set) });
    };
    put(this.#lost, ports.subtract(before, after));
    put(this.#gained, ports.subtract(after, before));
  }

  lost(): readonly string[] {
    return listed(this.#lost);
  }

  gained(): readonly string[] {
    return listed(this.#gained);
  }

  said(): string {
    if (this.count === 0) return 'changes nothing for known pods';
    const parts = [
      ...(this.#lost.length === 0 ? [] : [`${count(this.#lost.length, 'pair')} of workloads lose access`]),
      ...(this.#gained.length === 0 ? [] : [`${count(this.#gained.length, 'pair')} gain access`]),
    ];
    return parts.join(', ');
  }
}

function listed(rows: readonly Row[]): readonly string[] {
  const shown = rows.slice(0, MOST_ROWS).map(({ change: { from, to }, connections }) => {
    return `${endText(from)} → ${endText(to)}  ${connectionsText(connections)}`;
  });
  const more = rows.length - shown.length;
  return more === 0 ? shown : [...shown, `… and ${thousands(more)} more`];
}

function endText(end: ReachEnd): string {
  return printable(typeof end === 'string' ? end.replace(/\[[^\]]*\]$/, '') : `addresses ${end.cidrs.join(', ')}`);
}

function undecidedText(whys: readonly string[]): string {
  const [first, ...more] = [...new Set(whys)];
  if (first === undefined) return '';
  return more.length === 0 ? first : `${first}; and ${count(more.length, 'other reason')}`;
}

function markdown(rows: Rows, where: string, undecided: string, broken: readonly BrokenNeed[]): string {
  const list = (title: string, texts: readonly string[]): readonly string[] =>
    texts.length === 0 ? [] : [`**${title}**`, '', ...texts.map((text) => `- \`${text.replaceAll('`', "'")}\``), ''];
  const lines = breakLines(broken);
  const breaks = (wanted: boolean): readonly string[] =>
    lines
      .filter(({ certain }) => certain === wanted)
      .map(({ clause, first }) => `${clause} (${first.need.evidence.what})`);
  return [
    where,
    '',
    ...(rows.count === 0 ? ['Nothing changes for known pods.', ''] : []),
    ...list('Would break', breaks(true)),
    ...list('May break', breaks(false)),
    ...list('Lost', rows.lost()),
    ...list('Gained', rows.gained()),
    ...(undecided === '' ? [] : [`Not decidable: ${undecided}.`, '']),
  ].join('\n');
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
