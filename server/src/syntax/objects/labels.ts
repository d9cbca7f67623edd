import type { JsonValue } from '../../model/manifest.ts';
import type { Labels } from '../../model/labels.ts';
import type { ContainerPort } from '../../model/workload.ts';
import { asMap } from './jsonAccess.ts';
import { isPlaceholder } from './placeholder.ts';

/** Labels as far as their text says them. */
export interface DecodedLabels {
  readonly labels: Labels;
  /** Keys whose values are placeholders. */
  readonly unknown: readonly string[];
  /** A key itself is a placeholder: which labels there are is not known. */
  readonly unknownKeys: readonly string[];
}

/** A null value is the empty string, as the API server reads it; a value that is no string is left out. */
export function decodeLabels(value: JsonValue | undefined): DecodedLabels {
  const entries: [string, string][] = [];
  const unknown: string[] = [];
  const unknownKeys: string[] = [];
  for (const [key, text] of Object.entries(asMap(value))) {
    if (isPlaceholder(key)) unknownKeys.push(key);
    else if (text === null) entries.push([key, '']);
    else if (typeof text === 'string' && isPlaceholder(text)) unknown.push(key);
    else if (typeof text === 'string') entries.push([key, text]);
  }
  return { labels: Object.fromEntries(entries), unknown, unknownKeys };
}

/** Shares equal label maps and port lists, which keeps 150,000 pods small. One for each source. */
export class Interner {
  readonly #labels = new Map<string, Labels>();
  readonly #ports = new Map<string, readonly ContainerPort[]>();

  labels(labels: Labels): Labels {
    const key = JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
    return shared(this.#labels, key, labels);
  }

  ports(ports: readonly ContainerPort[]): readonly ContainerPort[] {
    return shared(this.#ports, JSON.stringify(ports), ports);
  }
}

function shared<T>(known: Map<string, T>, key: string, value: T): T {
  const first = known.get(key);
  if (first !== undefined) return first;
  known.set(key, value);
  return value;
}
