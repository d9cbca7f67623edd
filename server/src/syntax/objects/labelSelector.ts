import type { LabelRequirement, LabelSelector, SelectorOperator } from '../../model/labels.ts';
import type { JsonValue } from '../../model/manifest.ts';
import type { Decoding } from './decoding.ts';
import { asList, asMap, asString, isJsonMap } from './jsonAccess.ts';
import { decodeLabels } from './labels.ts';
import { isPlaceholder } from './placeholder.ts';

/**
 * A meta/v1 LabelSelector that the API server's decoder accepts. Absent and null mean the empty selector. What holds
 * a placeholder is left out and the selector marked incomplete.
 */
export function decodeLabelSelector(
  value: JsonValue | undefined,
  decoding: Decoding,
  at: readonly (string | number)[],
): LabelSelector {
  if (value === undefined || value === null) return EMPTY_SELECTOR;
  const before = decoding.placeholders.length;
  if (!isJsonMap(value)) decoding.placeholder(at);
  const selector = asMap(value);
  const { labels } = decodeLabels(selector['matchLabels'], decoding, [...at, 'matchLabels']);
  if (typeof selector['matchExpressions'] === 'string') decoding.placeholder([...at, 'matchExpressions']);
  const requirements: LabelRequirement[] = [];
  for (const [index, item] of asList(selector['matchExpressions']).entries()) {
    const requirement = decodeRequirement(item, decoding, [...at, 'matchExpressions', index]);
    if (requirement !== undefined) requirements.push(requirement);
  }
  const complete = { matchLabels: labels, matchExpressions: requirements };
  return decoding.placeholders.length === before ? complete : { ...complete, incomplete: true };
}

const EMPTY_SELECTOR: LabelSelector = { matchLabels: {}, matchExpressions: [] };

function decodeRequirement(
  value: JsonValue,
  decoding: Decoding,
  at: readonly (string | number)[],
): LabelRequirement | undefined {
  const { key, operator, values } = asMap(value);
  const texts = asList(values).map((item) => asString(item));
  const parts = [value, key, operator, values, ...texts];
  if (parts.some((part) => typeof part === 'string' && isPlaceholder(part))) {
    decoding.placeholder(at);
    return undefined;
  }
  return { key: asString(key), operator: asString(operator) as SelectorOperator, values: texts };
}
