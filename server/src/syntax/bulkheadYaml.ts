import type { Severity } from '../model/finding.ts';
import type { FieldPath, JsonValue } from '../model/manifest.ts';
import type { OffsetRange } from '../model/sourceRange.ts';
import { isJsonMap, type JsonMap } from './objects/jsonAccess.ts';
import { parseManifests } from './parseManifests.ts';

/** What a `bulkhead.yaml` says (cli-contract). Globs are relative to the file's folder. */
export interface BulkheadConfiguration {
  readonly namespace?: string;
  readonly exclude: readonly string[];
  readonly checks: CheckSettings;
  readonly overrides: readonly { readonly files: readonly string[]; readonly checks: CheckSettings }[];
  readonly contexts: readonly {
    readonly files: readonly string[];
    readonly context: string;
    readonly namespace?: string;
  }[];
}

export type CheckSettings = Readonly<Record<string, CheckSetting>>;

export interface CheckSetting {
  readonly severity: Severity | 'off';
  readonly reason?: string;
}

export interface ConfigurationProblem {
  readonly message: string;
  readonly range: OffsetRange;
}

export const CHECK_SEVERITIES = ['error', 'warning', 'information', 'hint', 'off'] as const;
/** Faults that the API server rejects cannot be switched off. */
const REJECTIONS = ['yaml', 'decode', 'strict', 'validation'];

/**
 * Reads a `bulkhead.yaml`. Never throws: an unknown key or value is a problem with its place, the rest counts.
 *
 * @param codes the checks that there are; without them any code is taken for one.
 */
export function decodeBulkheadYaml(
  text: string,
  codes?: readonly string[],
): {
  readonly configuration: BulkheadConfiguration;
  readonly problems: readonly ConfigurationProblem[];
} {
  const [placed, second] = parseManifests(text).documents.filter(
    ({ document }) => document.value !== undefined || document.problems.length > 0,
  );
  const problems: ConfigurationProblem[] = [];
  const start = placed?.start ?? 0;
  const fault = (path: FieldPath, message: string, part: 'key' | 'value' = 'value'): void => {
    const map = placed?.document.sourceMap;
    const range = (part === 'key' ? map?.key(path) : map?.value(path)) ?? map?.nearest(path) ?? { start: 0, end: 0 };
    problems.push({ message, range: { start: start + range.start, end: start + range.end } });
  };
  for (const { message, range } of placed?.document.problems ?? []) {
    problems.push({ message, range: { start: start + range.start, end: start + range.end } });
  }
  if (second !== undefined)
    problems.push({ message: 'bulkhead.yaml is one document.', range: { start: second.start, end: second.start } });
  const reader = new Reader(fault, codes);
  const root = reader.map(
    placed?.document.value ?? null,
    [],
    ['namespace', 'exclude', 'checks', 'overrides', 'contexts'],
  );
  const namespace = reader.text(root, [], 'namespace');
  return {
    configuration: {
      ...(namespace === undefined ? {} : { namespace }),
      exclude: reader.texts(root, [], 'exclude'),
      checks: reader.checks(root, []),
      overrides: reader.items(root, 'overrides', ['files', 'checks'], (item, path) => ({
        files: reader.texts(item, path, 'files'),
        checks: reader.checks(item, path),
      })),
      contexts: reader.items(root, 'contexts', ['files', 'context', 'namespace'], (item, path) => {
        const bound = reader.text(item, path, 'namespace');
        return {
          files: reader.texts(item, path, 'files'),
          context: reader.text(item, path, 'context') ?? '',
          ...(bound === undefined ? {} : { namespace: bound }),
        };
      }),
    },
    problems,
  };
}

/** Reads typed parts of plain values and says where one is not of its type. */
class Reader {
  readonly #fault: (path: FieldPath, message: string, part?: 'key' | 'value') => void;

  readonly #codes: readonly string[] | undefined;

  constructor(
    fault: (path: FieldPath, message: string, part?: 'key' | 'value') => void,
    codes: readonly string[] | undefined,
  ) {
    this.#fault = fault;
    this.#codes = codes;
  }

  map(value: JsonValue, path: FieldPath, keys: readonly string[] | undefined): JsonMap {
    if (value === null) return {};
    if (!isJsonMap(value)) {
      this.#fault(path, `Expected keys and values here${keys === undefined ? '' : `: ${keys.join(', ')}`}.`);
      return {};
    }
    for (const key of Object.keys(value)) {
      if (keys?.includes(key) === false)
        this.#fault([...path, key], `Unknown key ${key}; known are ${keys.join(', ')}.`, 'key');
    }
    return value;
  }

  text(map: JsonMap, path: FieldPath, key: string): string | undefined {
    const value = Object.hasOwn(map, key) ? map[key] : undefined;
    if (value === undefined || value === null) return undefined;
    if (typeof value === 'string') return value;
    this.#fault([...path, key], `${key} is a text; put it in quotes.`);
    return undefined;
  }

  texts(map: JsonMap, path: FieldPath, key: string): readonly string[] {
    const value = Object.hasOwn(map, key) ? map[key] : undefined;
    if (value === undefined || value === null) return [];
    if (Array.isArray(value) && value.every((item): item is string => typeof item === 'string')) return value;
    this.#fault([...path, key], `${key} is a list of texts, such as ["vendor/**"].`);
    return [];
  }

  items<T>(
    map: JsonMap,
    key: string,
    keys: readonly string[],
    read: (item: JsonMap, path: FieldPath) => T,
  ): readonly T[] {
    const value = Object.hasOwn(map, key) ? map[key] : undefined;
    if (value === undefined || value === null) return [];
    if (!Array.isArray(value)) {
      this.#fault([key], `${key} is a list.`);
      return [];
    }
    return value.map((item, index) => read(this.map(item, [key, index], keys), [key, index]));
  }

  checks(map: JsonMap, path: FieldPath): CheckSettings {
    const value = Object.hasOwn(map, 'checks') ? map['checks'] : undefined;
    const all = this.map(value ?? null, [...path, 'checks'], undefined);
    return Object.fromEntries(
      Object.entries(all).flatMap(([code, setting]) => {
        const at = [...path, 'checks', code];
        const read = this.#checkSetting(code, setting, at);
        return read === undefined ? [] : [[code, read]];
      }),
    );
  }

  #checkSetting(code: string, value: JsonValue, path: FieldPath): CheckSetting | undefined {
    if (REJECTIONS.includes(code)) {
      this.#fault(path, `Faults that the API server rejects cannot be switched off (${code}).`, 'key');
      return undefined;
    }
    if (this.#codes?.includes(code) === false) {
      this.#fault(path, `Unknown check ${code}; known are ${this.#codes.join(', ')}.`, 'key');
      return undefined;
    }
    const written = isJsonMap(value) ? this.map(value, path, ['severity', 'reason']) : undefined;
    const at = written === undefined ? path : [...path, 'severity'];
    // YAML 1.1 reads a plain `off` as false; in this file it can only mean the word.
    const given = written === undefined ? value : (written['severity'] ?? null);
    const severity = given === false ? 'off' : CHECK_SEVERITIES.find((known) => known === given);
    if (severity === undefined) {
      this.#fault(at, `Expected one of ${CHECK_SEVERITIES.join(', ')} for ${code}.`);
      return undefined;
    }
    const reason = written === undefined ? undefined : this.text(written, path, 'reason');
    return { severity, ...(reason === undefined ? {} : { reason }) };
  }
}
