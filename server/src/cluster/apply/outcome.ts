import { asMap, type JsonMap } from '../../syntax/objects/jsonAccess.ts';
import type { PlannedStep } from '../../workspace/apply/clusterApply.ts';
import { defaultedSpec, differences } from './sameObject.ts';

/** Labels that the API server itself puts on a Namespace. */
const SERVER_LABELS: ReadonlySet<string> = new Set(['kubernetes.io/metadata.name']);

/**
 * Fields in which an answer is not what was asked for, after the server's defaulting: what admission changed. A
 * server-side apply sends our fields alone, so there only those are compared.
 */
export function mutatedFields({ target, verb, sent = {} }: PlannedStep, answer: JsonMap): readonly string[] {
  const asked = asMap(sent['metadata']);
  const got = asMap(answer['metadata']);
  const maps = (['labels', 'annotations'] as const).flatMap((field) =>
    mapDifferences(asMap(asked[field]), asMap(got[field]), `metadata.${field}`, verb === 'apply'),
  );
  const spec =
    target.kind === 'Namespace' ? [] : differences(defaultedSpec(sent['spec']), defaultedSpec(answer['spec']), 'spec');
  return [...spec, ...maps];
}

function mapDifferences(asked: JsonMap, got: JsonMap, path: string, onlyAsked: boolean): readonly string[] {
  const keys = new Set([...Object.keys(asked), ...(onlyAsked ? [] : Object.keys(got))]);
  const value = (map: JsonMap, key: string): unknown => (Object.hasOwn(map, key) ? (map[key] ?? '') : undefined);
  return [...keys]
    .filter((key) => !SERVER_LABELS.has(key) && value(asked, key) !== value(got, key))
    .map((key) => `${path}.${key}`);
}
