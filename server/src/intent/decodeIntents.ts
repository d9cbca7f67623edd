import type { FieldPath, JsonValue } from '../model/manifest.ts';
import type { OffsetRange } from '../model/sourceRange.ts';
import { asList, isJsonMap, type JsonMap } from '../syntax/objects/jsonAccess.ts';
import type { ParsedText } from '../syntax/manifestDocument.ts';
import { decodeEnd, given, knownKeys, type Fault } from './decodeEnd.ts';
import { decodePorts } from './decodePorts.ts';
import type { Intent, IntentEnd, IntentFault, IntentFile, WrittenIntent } from './intentFile.ts';
import { EXPECTATIONS, FILE_FIELDS, TEST_FIELDS } from './intentFields.ts';

/** A text never changes, and lenses, hovers and runs ask for the same ones. */
const known = new WeakMap<ParsedText, IntentFile>();

/** Reads a file of intent tests. Never throws: what is wrong is a fault with its place, and the other tests count. */
export function decodeIntents(parsed: ParsedText): IntentFile {
  let file = known.get(parsed);
  if (file === undefined) known.set(parsed, (file = decode(parsed)));
  return file;
}

function decode({ documents, template }: ParsedText): IntentFile {
  const [placed, second] = documents.filter(
    ({ document }) => document.value !== undefined || document.problems.length > 0,
  );
  if (placed === undefined) return { intents: [], faults: template ? [templated()] : [] };
  const { document, start } = placed;
  const faults: IntentFault[] = [];
  const shifted = (range: OffsetRange): OffsetRange => ({ start: start + range.start, end: start + range.end });
  const fault: Fault = (path, message, part = 'value') => {
    const { sourceMap } = document;
    const range = (part === 'key' ? sourceMap.key(path) : sourceMap.value(path)) ?? sourceMap.nearest(path);
    const index = path[0] === 'tests' && typeof path[1] === 'number' ? path[1] : undefined;
    faults.push({ message, range: shifted(narrowed(range, document.text)), ...(index === undefined ? {} : { index }) });
  };
  for (const { message, range, severity } of document.problems) {
    if (severity === 'error') faults.push({ message: `${message}.`, range: shifted(range) });
  }
  for (const { key, path, range } of document.duplicateKeys) {
    const index = path[0] === 'tests' && typeof path[1] === 'number' ? path[1] : undefined;
    const message = `${key} stands here twice: keep one of them.`;
    faults.push({ message, range: shifted(range), ...(index === undefined ? {} : { index }) });
  }
  if (second !== undefined) {
    const range = { start: second.start, end: second.start };
    faults.push({ message: 'A file of tests is one document: move these tests into the list above.', range });
  }
  const { value = null } = document;
  const root = mapAt(value, [], `Expected keys and values here: ${Object.keys(FILE_FIELDS).join(', ')}.`, fault);
  if (root === undefined) return { intents: [], faults };
  knownKeys(root, [], Object.keys(FILE_FIELDS), fault);
  checkVersion(root, fault);
  const tests = given(root, 'tests');
  if (tests !== undefined && !Array.isArray(tests)) fault(['tests'], 'tests is a list: begin each test with a dash.');
  const names = new Map<string, number>();
  const decoded = asList(tests).map((test, index) => decodeTest(test, index, names, fault));
  const faulty = new Set(faults.map(({ index }) => index));
  const intents = decoded.map(({ name, intent }, index): WrittenIntent => {
    const at: FieldPath = ['tests', index];
    const { sourceMap } = document;
    const range = sourceMap.value([...at, 'name']) ?? sourceMap.nearest(at);
    const isSound = intent !== undefined && !faulty.has(index);
    return { index, name, range: shifted(narrowed(range, document.text)), ...(isSound ? { intent } : {}) };
  });
  return { intents, faults };
}

function checkVersion(root: JsonMap, fault: Fault): void {
  const version = given(root, 'version');
  if (version === 1) return;
  if (version === undefined) fault([], 'Say which format this is: version: 1.', 'key');
  else fault(['version'], 'This version of Bulkhead reads version 1 of this format.');
}

function decodeTest(
  value: JsonValue,
  index: number,
  names: Map<string, number>,
  fault: Fault,
): { readonly name: string; readonly intent?: Intent } {
  const at: FieldPath = ['tests', index];
  const fallback = `test ${index + 1}`;
  const fields = Object.keys(TEST_FIELDS).join(', ');
  const test = mapAt(value, at, `Expected a test with keys and values here: ${fields}.`, fault);
  if (test === undefined) return { name: fallback };
  // A key that is mistyped is told as that, and not as one that is missing as well.
  const missing = knownKeys(test, at, Object.keys(TEST_FIELDS), fault) ? fault : (): void => undefined;
  const written = given(test, 'name');
  const name = typeof written === 'string' && written.trim() !== '' ? written : fallback;
  if (written === undefined) missing(at, 'This test has no name: say what is meant, such as name: web may reach db.');
  else if (name !== written) fault([...at, 'name'], 'A name is a text; put it in quotes.');
  const twin = names.get(name);
  if (twin !== undefined) {
    const message = `Test ${twin + 1} is called so, too: results are told by name, so give each its own.`;
    fault([...at, 'name'], message);
  }
  names.set(name, index);
  const intent = decodeIntent(test, at, fault, missing);
  return intent === undefined ? { name } : { name, intent };
}

/** @param missing told of what is not there */
function decodeIntent(test: JsonMap, at: FieldPath, fault: Fault, missing: Fault): Intent | undefined {
  const from = endAt(test, at, 'from', 'Say who begins the connection, such as from: shop/web.', fault, missing);
  const to = endAt(test, at, 'to', 'Say whom it is to reach, such as to: shop/db.', fault, missing);
  const written = given(test, 'expect');
  const expect = EXPECTATIONS.find((word) => word === written);
  if (written === undefined) missing(at, 'Say what is meant: expect: allow, or expect: deny.');
  else if (expect === undefined) fault([...at, 'expect'], 'Expected allow or deny.');
  const listed = given(test, 'ports');
  const ports = listed === undefined ? 'all' : decodePorts(listed, [...at, 'ports'], fault);
  const isServices = to?.parts.every(({ who }) => who.every(({ kind }) => kind === 'service')) === true;
  if (listed === undefined && expect === 'allow' && to !== undefined && !isServices) {
    missing(at, 'Say which ports have to be open, such as ports: [5432/TCP], or ports: all.');
    return undefined;
  }
  if (from === undefined || to === undefined || expect === undefined || ports === undefined) return undefined;
  return { from, to, ports, expect };
}

function endAt(
  test: JsonMap,
  at: FieldPath,
  key: 'from' | 'to',
  sentence: string,
  fault: Fault,
  missing: Fault,
): IntentEnd | undefined {
  const value = given(test, key);
  if (value !== undefined) return decodeEnd(value, [...at, key], fault);
  missing(at, sentence);
  return undefined;
}

function mapAt(value: JsonValue, path: FieldPath, message: string, fault: Fault): JsonMap | undefined {
  if (isJsonMap(value)) return value;
  fault(path, message);
  return undefined;
}

/** Of what goes over several lines the first one is underlined. */
function narrowed({ start, end }: OffsetRange, text: string): OffsetRange {
  const line = text.indexOf('\n', start);
  return { start, end: line < 0 || line >= end ? end : Math.max(start, line) };
}

function templated(): IntentFault {
  const message = 'A file of tests is read as it is, without a template engine: write it out.';
  return { message, range: { start: 0, end: 0 } };
}
