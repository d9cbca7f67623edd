import type { FieldPath } from '../model/manifest.ts';
import type { Direction } from '../model/networkPolicy.ts';
import type { OffsetRange } from '../model/sourceRange.ts';
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
  | { readonly kind: 'targets' }
  | { readonly kind: 'policyTypes' }
  | { readonly kind: 'direction'; readonly direction: Direction }
  | { readonly kind: 'rule'; readonly direction: Direction; readonly rule: number }
  | {
      readonly kind: 'peer';
      readonly direction: Direction;
      readonly rule: number;
      readonly peer: number;
      readonly part: 'whole' | 'podSelector' | 'namespaceSelector' | 'ipBlock';
    }
  | { readonly kind: 'port'; readonly direction: Direction; readonly rule: number; readonly port: number };

/** Undefined where nothing can be said: between the lines, in a comment, in a field without a meaning for traffic. */
export function hoverTarget(snapshot: WorkspaceSnapshot, uri: string, offset: number): HoverTarget | undefined {
  for (const view of policyViews(snapshot, uri)) {
    const { placed, manifest } = view;
    const at = offset - placed.start;
    if (at < 0 || at > placed.document.text.length) continue;
    const { sourceMap, text } = placed.document;
    const found = sourceMap.pathAt(at);
    if (found === undefined || !startsWith(found.path, manifest.path) || !onText(text, at)) continue;
    const path = found.path.slice(manifest.path.length);
    const subject = subjectOf(path);
    if (subject === undefined) return undefined;
    const range = sourceMap.key(found.path) ?? sourceMap.nearest(found.path);
    const onIt = found.part === 'key' || (range.start <= at && at <= range.end);
    const shown = onIt ? range : { start: at, end: at };
    return { view, subject, path, range: { start: placed.start + shown.start, end: placed.start + shown.end } };
  }
  return undefined;
}

function subjectOf(path: FieldPath): HoverSubject | undefined {
  const [top, field, rule, list, item, part] = path;
  if (top === 'metadata' && field === 'namespace') return { kind: 'namespace' };
  if (top === undefined || top === 'apiVersion' || top === 'kind') return { kind: 'policy' };
  if (top === 'metadata') return field === 'name' ? { kind: 'policy' } : undefined;
  if (top !== 'spec') return undefined;
  if (field === undefined) return { kind: 'policy' };
  if (field === 'podSelector') return { kind: 'targets' };
  if (field === 'policyTypes') return { kind: 'policyTypes' };
  if (field !== 'ingress' && field !== 'egress') return undefined;
  if (typeof rule !== 'number') return { kind: 'direction', direction: field };
  const at = { direction: field, rule } as const;
  if (typeof item !== 'number') return { kind: 'rule', ...at };
  if (list === 'ports') return { kind: 'port', ...at, port: item };
  if (list !== (field === 'ingress' ? 'from' : 'to')) return undefined;
  const known = part === 'podSelector' || part === 'namespaceSelector' || part === 'ipBlock';
  return { kind: 'peer', ...at, peer: item, part: known ? part : 'whole' };
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
