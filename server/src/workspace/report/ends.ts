import type { ReachEnd } from '../../engine/reachability.ts';
import type { UnknownEntry } from '../../engine/unknownEntries.ts';
import { printable } from '../../analysis/wording.ts';

/** An end for people: a workload's name, or the address ranges outside. */
export function endText(end: ReachEnd): string {
  if (typeof end === 'string') return end;
  if (end.cidrs.length === 1 && end.cidrs[0] === '0.0.0.0/0') return '* outside';
  if (end.cidrs.length === 2 && end.cidrs[0] === '0.0.0.0/0' && end.cidrs[1] === '::/0') return '* outside';
  return end.cidrs.join(', ');
}

/** RFC 4180; a leading `=`, `+`, `-` or `@` would be a formula to a spreadsheet. */
export function csvRow(cells: readonly string[]): string {
  const cell = (text: string): string => {
    const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return `${cells.map(cell).join(',')}\r\n`;
}

export function markdownCell(text: string): string {
  return printable(text).replace(/[\\|`*_<>[\]]/g, '\\$&');
}

export function dotLabel(text: string): string {
  return `"${printable(text.replaceAll('\n', ' ')).replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

export function mermaidLabel(text: string): string {
  return printable(text).replace(/["<>&#;|]/g, (character) => `#${character.charCodeAt(0)};`);
}

/** Short node names for a diagram, in the order in which the ends appear. */
export function nodeNames(): (text: string) => { readonly name: string; readonly isNew: boolean } {
  const names = new Map<string, string>();
  return (text) => {
    const known = names.get(text);
    if (known !== undefined) return { name: known, isNew: false };
    const name = `n${names.size}`;
    names.set(text, name);
    return { name, isNew: true };
  };
}

/** What is not decided, in one line. */
export function unknownText({ subject, direction, from, to, why }: UnknownEntry): string {
  if (from !== undefined && to !== undefined) return `${endText(from)} → ${endText(to)}: ${why}`;
  const whole = subject === '*' ? 'everything' : subject;
  const way = direction === undefined ? '' : direction === 'ingress' ? ', what reaches it' : ', what it reaches';
  return `${whole}${way}: ${why}`;
}

/** The ends that an entry covers; `*`: any. */
export function unknownEnds({ subject, direction, from, to }: UnknownEntry): readonly [from: string, to: string] {
  if (from !== undefined && to !== undefined) return [endText(from), endText(to)];
  return direction === 'ingress' ? ['*', subject] : [subject, '*'];
}
