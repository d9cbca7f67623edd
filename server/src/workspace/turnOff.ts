import type { Fix } from '../analysis/finding.ts';
import { parseManifests } from '../syntax/parseManifests.ts';

/** The `bulkhead.yaml` that a fix writes to; without a text the file does not exist yet. */
export interface ConfigurationFile {
  readonly uri: string;
  readonly text: string | undefined;
}

/**
 * A fix that turns a check off in a folder's `bulkhead.yaml`, with a reason for the person to fill in. Undefined where
 * the file already says something of the check, or cannot be read.
 */
export function turnOffFix({ uri, text }: ConfigurationFile, code: string): Fix | undefined {
  const title = `Turn ${code} off in bulkhead.yaml`;
  const setting = `${code}: { severity: off, reason: "why it is no goal here" }`;
  if (text === undefined) {
    const newText = `checks:\n  ${setting}\n`;
    return { title, quiet: true, edits: [{ file: uri, range: { start: 0, end: 0 }, newText, create: true }] };
  }
  const edit = insertion(text, code, setting);
  if (edit === undefined) return undefined;
  const { at, newText } = edit;
  return { title, quiet: true, edits: [{ file: uri, range: { start: at, end: at }, newText }] };
}

function insertion(text: string, code: string, setting: string): { at: number; newText: string } | undefined {
  const { documents } = parseManifests(text);
  const [placed] = documents;
  if (placed === undefined) return atEnd(text, setting);
  const { sourceMap, value, problems } = placed.document;
  if (problems.length > 0 || documents.length > 1) return undefined;
  if (sourceMap.key(['checks', code]) !== undefined) return undefined;
  const key = sourceMap.key(['checks']);
  if (key === undefined) return value === undefined || isMap(value) ? atEnd(text, setting) : undefined;
  const checks = isMap(value) ? value['checks'] : undefined;
  const range = sourceMap.value(['checks']);
  if (range === undefined) return undefined;
  if (text.charAt(placed.start + range.start) === '{') {
    const at = placed.start + range.start + 1;
    return { at, newText: isMap(checks) && Object.keys(checks).length > 0 ? ` ${setting},` : ` ${setting} ` };
  }
  if (checks !== null && !isMap(checks)) return undefined;
  const firstKey = isMap(checks) ? Object.keys(checks)[0] : undefined;
  const first = firstKey === undefined ? undefined : sourceMap.key(['checks', firstKey]);
  const indent = first === undefined ? '  ' : ' '.repeat(columnOf(placed.document.text, first.start));
  return { at: placed.start + key.end + 1, newText: `\n${indent}${setting}` };
}

function atEnd(text: string, setting: string): { at: number; newText: string } {
  const gap = text === '' || text.endsWith('\n') ? '' : '\n';
  return { at: text.length, newText: `${gap}checks:\n  ${setting}\n` };
}

function columnOf(text: string, offset: number): number {
  return offset - (text.lastIndexOf('\n', offset - 1) + 1);
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
