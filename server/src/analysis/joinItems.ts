import type { FieldPath } from '../model/manifest.ts';
import type { OffsetRange } from '../model/sourceRange.ts';
import type { WrittenManifest } from './check.ts';
import type { FileEdit, Fix } from './finding.ts';

/** A fix that makes one item of a list's item and the next, as `joinItems` does; none where that cannot be done. */
export function joinFix(written: WrittenManifest, first: FieldPath, title: string): readonly Fix[] {
  const edit = joinItems(written, first);
  return edit === undefined ? [] : [{ title, preferred: true, edits: [edit] }];
}

/**
 * Two neighbouring items of a list become one: in block style the second dash goes, in flow style the braces between
 * them. Everything else keeps its bytes. Undefined where the two are not written alike.
 *
 * @param first - the path of the first item
 */
export function joinItems(written: WrittenManifest, first: FieldPath): FileEdit | undefined {
  const index = first.at(-1) as number;
  const a = valueRange(written, first);
  const b = valueRange(written, [...first.slice(0, -1), index + 1]);
  if (a === undefined || b === undefined) return undefined;
  const { text } = written.placed.document;
  const flow = text.charAt(a.start) === '{';
  if (flow !== (text.charAt(b.start) === '{')) return undefined;
  if (flow) {
    if (!/^\s*,\s*$/.test(text.slice(a.end, b.start))) return undefined;
    const end = text.slice(0, a.end - 1).trimEnd().length;
    const start = b.start + 1 + (/^\s*/.exec(text.slice(b.start + 1))?.[0].length ?? 0);
    return edit(written, { start: end, end: start }, ', ');
  }
  const dash = dashBefore(text, b.start);
  if (dash === undefined || columnOf(text, a.start) !== columnOf(text, b.start)) return undefined;
  return edit(written, { start: dash, end: dash + 1 }, ' ');
}

/** A map in a list becomes two items, the second from one of its keys on; undefined where that is not one edit. */
export function splitItem(written: WrittenManifest, item: FieldPath, secondKey: string): FileEdit | undefined {
  const { text, sourceMap } = written.placed.document;
  const map = valueRange(written, item);
  const key = sourceMap.key([...written.manifest.path, ...item, secondKey]);
  if (map === undefined || key === undefined || key.start <= map.start) return undefined;
  if (text.charAt(map.start) === '{') {
    const before = text.slice(0, key.start).trimEnd();
    if (!before.endsWith(',')) return undefined;
    const padding = text.charAt(map.start + 1) === ' ' ? ' ' : '';
    return edit(written, { start: before.length - 1, end: key.start }, `${padding}}, {${padding}`);
  }
  const dash = dashBefore(text, map.start);
  if (dash === undefined || columnOf(text, key.start) !== columnOf(text, map.start)) return undefined;
  const lineStart = text.lastIndexOf('\n', key.start - 1) + 1;
  if (text.slice(lineStart, key.start).trim() !== '') return undefined;
  const at = lineStart + columnOf(text, dash);
  return edit(written, { start: at, end: at + 1 }, '-');
}

function valueRange({ manifest, placed }: WrittenManifest, path: FieldPath): OffsetRange | undefined {
  return placed.document.sourceMap.value([...manifest.path, ...path]);
}

/** The dash of a list item whose value starts on the dash's line. */
function dashBefore(text: string, start: number): number | undefined {
  const before = text.slice(0, start).trimEnd();
  const dash = before.length - 1;
  return before.endsWith('-') && !text.slice(dash, start).includes('\n') ? dash : undefined;
}

function columnOf(text: string, offset: number): number {
  return offset - (text.lastIndexOf('\n', offset - 1) + 1);
}

function edit({ file, placed }: WrittenManifest, { start, end }: OffsetRange, newText: string): FileEdit {
  return { file, range: { start: placed.start + start, end: placed.start + end }, newText };
}
