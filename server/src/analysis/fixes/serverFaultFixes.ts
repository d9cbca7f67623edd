import type { Problem } from '../../model/finding.ts';
import type { FieldPath } from '../../model/manifest.ts';
import { valueAt } from '../../syntax/jsonEdit.ts';
import type { ManifestDocument, ManifestObject } from '../../syntax/manifestDocument.ts';
import { isJsonMap } from '../../syntax/objects/jsonAccess.ts';
import { POLICY_SHAPE, type Shape } from '../../syntax/policyNesting.ts';
import { readDocument } from '../../syntax/readDocument.ts';
import { applyChanges, type TextChange } from '../../syntax/textChange.ts';
import { renameKey, setField } from '../../syntax/yamlEdit.ts';
import type { WrittenManifest } from '../check.ts';
import type { Fix } from '../finding.ts';
import { fixOf } from '../fixEdits.ts';
import { isGenerated } from '../generated.ts';
import { nearestWord } from './nearestWord.ts';

type ProblemsOf = (document: ManifestDocument, object: ManifestObject) => readonly Problem[];

/**
 * The edit that mends what the API server refuses of a NetworkPolicy, where exactly one is right: a quoted number, a
 * word in the wrong case, a field's name with a slip in it. It is offered only where the server would then have one
 * fault less.
 *
 * @param head how the file begins, where a generated one says so
 */
export function serverFaultFixes(
  written: WrittenManifest,
  head: string,
  problem: Problem,
  problemsOf: ProblemsOf,
): readonly Fix[] {
  const { document } = written.placed;
  if (!['NetworkPolicy', ''].includes(written.manifest.kind) || isGenerated(written, head)) return [];
  const at = document.sourceMap.pathAt(problem.range.start);
  if (at === undefined || !isBelow(at.path, written.manifest.path)) return [];
  const fix =
    problem.layer === 'strict'
      ? fieldName(written, at.path, problem)
      : (typeFix(written, problem) ?? valueFix(document, at.path));
  if (fix === undefined || !mends(written, fix.changes, problemsOf)) return [];
  return fixOf(written, fix.title, fix.changes, { preferred: true });
}

interface Mended {
  readonly title: string;
  readonly changes: readonly TextChange[];
}

/** A policy that does not say that it is one, or names a version that no server has any more. */
function typeFix({ placed, manifest }: WrittenManifest, { message }: Problem): Mended | undefined {
  const { document } = placed;
  const write = (field: string, value: string, title: string): Mended | undefined => {
    const changes = setField(document, [...manifest.path, field], value);
    return changes && { title, changes };
  };
  if (message === 'apiVersion not set') return write('apiVersion', API_VERSION, `Add apiVersion: ${API_VERSION}`);
  if (message === 'kind not set') return write('kind', 'NetworkPolicy', 'Add kind: NetworkPolicy');
  const isOurs = /^(?:extensions\/.*|networking(?:\.k8s\.io)?(?:\/.*)?|v1)$/.test(manifest.apiVersion);
  if (!message.startsWith('no matches for kind') || !isOurs) return undefined;
  return write('apiVersion', API_VERSION, `Change to ${API_VERSION}`);
}

const API_VERSION = 'networking.k8s.io/v1';

function valueFix(document: ManifestDocument, path: FieldPath): Mended | undefined {
  const value = valueAt(document.value, path);
  if (typeof value !== 'string') return undefined;
  const right = rightValue(path, value);
  if (LISTS.has(path.at(-1))) {
    const changes = setField(document, path, [right ?? value]);
    return changes && { title: `Make it a list of ${right ?? value}`, changes };
  }
  const changes = right === undefined ? undefined : setField(document, path, right);
  return changes && { title: `Change to ${right}`, changes };
}

function rightValue(path: FieldPath, value: string): string | number | undefined {
  const field = path.findLast((step) => typeof step === 'string');
  if (field === 'port' || field === 'endPort') {
    const port = /^ *[0-9]{1,5} *$/.test(value) ? Number(value) : 0;
    return port >= 1 && port <= 65535 ? port : undefined;
  }
  const words = WORDS[field ?? ''];
  return words?.find((word) => word.toLowerCase() === value.trim().toLowerCase()) ?? nearestWord(value, words ?? []);
}

/** Fields of texts that are lists also where there is only one. */
const LISTS: ReadonlySet<unknown> = new Set(['policyTypes', 'values', 'except']);

/** Fields whose values are words of the API. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  protocol: ['TCP', 'UDP', 'SCTP'],
  policyTypes: ['Ingress', 'Egress'],
  operator: ['In', 'NotIn', 'Exists', 'DoesNotExist'],
};

/** A field that the API does not have, and the one that it was meant to be. */
function fieldName({ placed, manifest }: WrittenManifest, path: FieldPath, { message }: Problem): Mended | undefined {
  if (!message.startsWith('unknown field')) return undefined;
  const { document } = placed;
  const written = path.at(-1);
  const parent = path.slice(0, -1);
  const shape = shapeAt(path.slice(manifest.path.length, -1));
  const siblings = valueAt(document.value, parent);
  if (typeof written !== 'string' || shape?.kind !== 'map' || !isJsonMap(siblings)) return undefined;
  const free = Object.keys(shape.fields).filter((field) => !Object.hasOwn(siblings, field));
  const right = nearestWord(written, free);
  const changes = right === undefined ? undefined : renameKey(document, path, right);
  return changes && { title: `Change ${written} to ${right}`, changes };
}

function shapeAt(path: FieldPath): Shape | undefined {
  let shape: Shape | undefined = POLICY_SHAPE;
  for (const step of path) {
    if (shape?.kind === 'list' && typeof step === 'number') shape = shape.item;
    else if (shape?.kind === 'map' && typeof step === 'string' && Object.hasOwn(shape.fields, step)) {
      shape = shape.fields[step];
    } else return undefined;
  }
  return shape;
}

/** Whether the server has fewer faults afterwards: what is right in one place must not be wrong in another. */
function mends({ placed, manifest }: WrittenManifest, changes: readonly TextChange[], problemsOf: ProblemsOf): boolean {
  const after = readDocument(applyChanges(placed.document.text, changes));
  const object = after.objects.find(({ path }) => path.length === manifest.path.length && isBelow(path, manifest.path));
  if (object === undefined || after.problems.length > placed.document.problems.length) return false;
  return faults(problemsOf(after, object)) < faults(problemsOf(placed.document, manifest));
}

function faults(problems: readonly Problem[]): number {
  return problems.filter(({ severity }) => severity === 'error').length;
}

function isBelow(path: FieldPath, above: FieldPath): boolean {
  return above.every((step, index) => path[index] === step);
}
