import type { FieldPath, JsonValue } from '../../model/manifest.ts';
import { isPlaceholder } from '../objects/placeholder.ts';
import type { GoType } from './goType.ts';
import { timeError } from './goTime.ts';

export interface DecodeFault {
  readonly path: FieldPath;
  /** The decoder's own text. */
  readonly message: string;
}

export interface DecodeOutcome {
  /** In the order of the decoder; the first one is what the API server answers with. */
  readonly faults: readonly DecodeFault[];
  /** Fields that the type does not have, in the decoder's order. */
  readonly unknownFields: readonly FieldPath[];
}

/**
 * Decodes a value as sigs.k8s.io/json does, case-sensitively, and reports what it would say. It notes the first type
 * error and reads on, but an error of a type that decodes itself (IntOrString, Time) ends it and takes precedence.
 * Maps come in key order, because YAML reaches the decoder as JSON with sorted keys. Placeholders fit every type.
 *
 * @param digits gives a number as written in JSON where a JavaScript number has lost digits.
 */
export function goDecode(
  value: JsonValue,
  type: GoType,
  digits?: (path: FieldPath) => string | undefined,
): DecodeOutcome {
  // The order matters only where there is something to report: sorting every map would cost more than the reading.
  const quick = new Walk(digits, false);
  quick.value(value, type);
  if (quick.faults.length + quick.unknownFields.length === 0) return NOTHING;
  const walk = new Walk(digits, true);
  walk.value(value, type);
  const first = walk.ending ?? walk.faults[0];
  const faults = first === undefined ? [] : [first, ...walk.faults.filter((fault) => fault !== first)];
  return { faults, unknownFields: walk.unknownFields };
}

const NOTHING: DecodeOutcome = { faults: [], unknownFields: [] };

class Walk {
  readonly faults: DecodeFault[] = [];
  readonly unknownFields: FieldPath[] = [];
  /** The first error of a type that decodes itself. */
  ending: DecodeFault | undefined;
  readonly #path: (string | number)[] = [];
  /** Field names from the root, without list indices and map keys, and the struct that holds the last one. */
  readonly #fields: string[] = [];
  #struct = '';
  readonly #digits: ((path: FieldPath) => string | undefined) | undefined;

  readonly #sorted: boolean;

  constructor(digits: ((path: FieldPath) => string | undefined) | undefined, sorted: boolean) {
    this.#digits = digits;
    this.#sorted = sorted;
  }

  value(value: JsonValue, type: GoType): void {
    if (value === null || type.kind === 'anything') return;
    if (Array.isArray(value)) {
      if (type.kind === 'list') this.#items(value, type.item);
      else this.#mismatch('array', type);
    } else if (typeof value === 'object') {
      if (type.kind === 'struct') this.#fieldsOf(value, type.name, type.fields);
      else if (type.kind === 'map') this.#entries(value, type.item);
      else this.#mismatch('object', type);
    } else if (typeof value === 'string') {
      if (type.kind === 'string' || type.kind === 'intOrString' || isPlaceholder(value)) return;
      if (type.kind === 'time') this.#time(value, type);
      else this.#mismatch('string', type);
    } else if (typeof value === 'boolean') {
      if (type.kind !== 'bool') this.#mismatch('bool', type);
    } else {
      this.#number(value, type);
    }
  }

  #keys(map: { readonly [key: string]: JsonValue }): readonly string[] {
    const keys = Object.keys(map);
    return this.#sorted ? keys.sort() : keys;
  }

  #items(items: readonly JsonValue[], type: GoType): void {
    items.forEach((item, index) => {
      this.#path.push(index);
      this.value(item, type);
      this.#path.pop();
    });
  }

  #entries(map: { readonly [key: string]: JsonValue }, type: GoType): void {
    for (const key of this.#keys(map)) {
      const item = map[key];
      if (item === undefined) continue;
      this.#path.push(key);
      this.value(item, type);
      this.#path.pop();
    }
  }

  #fieldsOf(map: { readonly [key: string]: JsonValue }, name: string, fields: ReadonlyMap<string, GoType>): void {
    const outer = this.#struct;
    for (const key of this.#keys(map)) {
      const type = fields.get(key);
      const item = map[key];
      if (type === undefined || item === undefined) {
        if (!isPlaceholder(key)) this.unknownFields.push([...this.#path, key]);
        continue;
      }
      this.#struct = name.slice(name.indexOf('.') + 1);
      this.#fields.push(key);
      this.#path.push(key);
      this.value(item, type);
      this.#path.pop();
      this.#fields.pop();
    }
    this.#struct = outer;
  }

  #number(value: number, type: GoType): void {
    if (type.kind !== 'int32' && type.kind !== 'int64' && type.kind !== 'intOrString') {
      this.#mismatch('number', type);
      return;
    }
    const limit = type.kind === 'int64' ? 2 ** 63 : 2 ** 31;
    const fits = Number.isInteger(value) && value >= -limit && value < limit;
    if (!fits) this.#mismatch(`number ${this.#text(value)}`, type);
  }

  /** Go writes a float into JSON as JavaScript does, an integer with all its digits. */
  #text(value: number): string {
    const exact = Number.isSafeInteger(value) || !Number.isInteger(value);
    return (exact ? undefined : this.#digits?.(this.#path)) ?? String(value);
  }

  #time(value: string, type: GoType): void {
    const error = timeError(value);
    if (error !== undefined) this.#fault(error, type);
  }

  #mismatch(what: string, type: GoType): void {
    const into =
      this.#fields.length === 0
        ? `Go value of type ${type.name}`
        : `Go struct field ${this.#struct}.${this.#fields.join('.')} of type ${type.name}`;
    this.#fault(`json: cannot unmarshal ${what} into ${into}`, type);
  }

  #fault(message: string, type: GoType): void {
    const fault = { path: [...this.#path], message };
    this.faults.push(fault);
    if (type.kind === 'intOrString' || type.kind === 'time') this.ending ??= fault;
  }
}
