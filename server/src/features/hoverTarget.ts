import type { FieldPath } from '../model/manifest.ts';
import type { Direction } from '../model/networkPolicy.ts';
import type { OffsetRange } from '../model/sourceRange.ts';
import type { PlacedDocument } from '../syntax/manifestDocument.ts';
import type { WorkspaceSnapshot } from '../workspace/snapshot.ts';
import { policyViews, type PolicyView } from './policyViews.ts';

/** What the cursor stands on, in a policy. */
export interface HoverTarget {
  readonly view: PolicyView;
  readonly subject: HoverSubject;
  /** The field that the cursor stands in, in the object: for its documentation. */
  readonly path: FieldPath;
  /** In the file. */
  readonly range: OffsetRange;
}

export type HoverSubject =
  | { readonly kind: 'policy' }
  | { readonly kind: 'namespace' }
  /** Labels and annotations of the policy itself. */
  | { readonly kind: 'ownLabels' }
  | { readonly kind: 'targets' }
  | { readonly kind: 'policyTypes' }
  | { readonly kind: 'policyType'; readonly index: number }
  | { readonly kind: 'direction'; readonly direction: Direction }
  | { readonly kind: 'rule'; readonly direction: Direction; readonly rule: number }
  | (PeerPlace & { readonly kind: 'peer'; readonly part: 'whole' | 'podSelector' | 'namespaceSelector' })
  | (PeerPlace & {
      readonly kind: 'block';
      /** `except` with the index of the entry that the cursor is in. */
      readonly except?: number;
    })
  | RequirementSubject
  | {
      readonly kind: 'port';
      readonly direction: Direction;
      readonly rule: number;
      readonly port: number;
      readonly part: 'port' | 'protocol';
    };

interface PeerPlace {
  readonly direction: Direction;
  readonly rule: number;
  readonly peer: number;
}

/** A condition of a label selector. */
export interface RequirementSubject {
  readonly kind: 'requirement';
  /** Absent: the policy's own podSelector. */
  readonly peer?: PeerPlace & { readonly part: 'podSelector' | 'namespaceSelector' };
  /** The key in `matchLabels`, or the index in `matchExpressions`. */
  readonly at: string | number;
  readonly part: 'key' | 'operator' | 'value';
  /** Which of the `values` of an expression. */
  readonly value?: number;
}

/** Undefined where nothing can be said: between the lines, in a comment, in a field without a meaning for traffic. */
export function hoverTarget(snapshot: WorkspaceSnapshot, uri: string, offset: number): HoverTarget | undefined {
  for (const view of policyViews(snapshot, uri)) {
    const token = tokenAt(view.placed, view.manifest.path, offset);
    if (token === undefined) continue;
    const subject = subjectOf(token.path, token.part);
    return subject && { view, subject, path: token.path, range: token.range };
  }
  return undefined;
}

/** A word of an object's text. */
export interface Token {
  /** In the object. */
  readonly path: FieldPath;
  readonly part: 'key' | 'value';
  /** In the file. */
  readonly range: OffsetRange;
}

/** The word of an object at an offset of the file; undefined in blanks, in comments and outside the object. */
export function tokenAt({ start, document }: PlacedDocument, object: FieldPath, offset: number): Token | undefined {
  const at = offset - start;
  const { sourceMap, text } = document;
  if (at < 0 || at > text.length) return undefined;
  const found = sourceMap.pathAt(at);
  if (found === undefined || !startsWith(found.path, object) || !onText(text, at)) return undefined;
  const onIt = ({ start, end }: OffsetRange): boolean => start <= at && at <= end;
  const candidates = [found.part === 'key' ? undefined : scalarRange(document, found.path), sourceMap.key(found.path)];
  const range = candidates.find((candidate) => candidate !== undefined && onIt(candidate)) ??
    (found.part === 'key' ? sourceMap.nearest(found.path) : undefined) ?? { start: at, end: at };
  return {
    path: found.path.slice(object.length),
    part: found.part,
    range: { start: start + range.start, end: start + range.end },
  };
}

/** The value where it is a scalar; a collection would light up half of the file. */
function scalarRange({ sourceMap }: PlacedDocument['document'], path: FieldPath): OffsetRange | undefined {
  return sourceMap.scalar(path) === undefined ? undefined : sourceMap.value(path);
}

function subjectOf(path: FieldPath, on: Token['part']): HoverSubject | undefined {
  const [top, field, rule, list, item, part, ...rest] = path;
  if (top === undefined || top === 'apiVersion' || top === 'kind') return { kind: 'policy' };
  if (top === 'metadata') {
    if (field === 'namespace') return { kind: 'namespace' };
    if (field === 'labels' || field === 'annotations') return { kind: 'ownLabels' };
    return field === undefined || field === 'name' ? { kind: 'policy' } : undefined;
  }
  if (top !== 'spec') return undefined;
  if (field === undefined) return { kind: 'policy' };
  if (field === 'podSelector') return requirementOf(path.slice(2), on) ?? { kind: 'targets' };
  if (field === 'policyTypes') {
    return typeof rule === 'number' ? { kind: 'policyType', index: rule } : { kind: 'policyTypes' };
  }
  if (field !== 'ingress' && field !== 'egress') return undefined;
  if (typeof rule !== 'number') return { kind: 'direction', direction: field };
  const at = { direction: field, rule } as const;
  if (typeof item !== 'number') return { kind: 'rule', ...at };
  if (list === 'ports') return { kind: 'port', ...at, port: item, part: part === 'protocol' ? 'protocol' : 'port' };
  if (list !== (field === 'ingress' ? 'from' : 'to')) return undefined;
  const peer = { ...at, peer: item };
  if (part === 'ipBlock') {
    const [name, index] = rest;
    return { kind: 'block', ...peer, ...(name === 'except' && typeof index === 'number' ? { except: index } : {}) };
  }
  if (part !== 'podSelector' && part !== 'namespaceSelector') return { kind: 'peer', ...peer, part: 'whole' };
  const requirement = requirementOf(rest, on);
  return requirement === undefined ? { kind: 'peer', ...peer, part } : { ...requirement, peer: { ...peer, part } };
}

/** @param path in the selector */
function requirementOf([list, at, field, value]: FieldPath, on: Token['part']): RequirementSubject | undefined {
  if (list === 'matchLabels' && typeof at === 'string') return { kind: 'requirement', at, part: on };
  if (list !== 'matchExpressions' || typeof at !== 'number') return undefined;
  if (field === 'key') return { kind: 'requirement', at, part: 'key' };
  if (field === 'values' && typeof value === 'number') return { kind: 'requirement', at, part: 'value', value };
  return { kind: 'requirement', at, part: 'operator' };
}

function startsWith(path: FieldPath, prefix: FieldPath): boolean {
  return prefix.every((step, index) => path[index] === step);
}

/** Whether a character stands at the offset that is neither blank nor part of a comment. */
function onText(text: string, at: number): boolean {
  if (!/\S/.test(text.slice(Math.max(0, at - 1), at + 1))) return false;
  const line = text.slice(text.lastIndexOf('\n', at - 1) + 1, at + 1);
  return !/(?:^|\s)#/.test(line.replace(/"[^"]*"|'[^']*'/g, ''));
}
