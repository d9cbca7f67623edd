import type { JsonValue } from '../../model/manifest.ts';
import { fixedValues, type FixedWords } from './fixedValues.ts';
import type { Asked, Proposal } from './proposal.ts';
import type { Template, TemplateMap } from './template.ts';

/** What may be written where: fields with what belongs to them, and where values come from. */
export type Schema = StructSchema | ListSchema | OpenSchema | ScalarSchema;

export interface StructSchema {
  readonly kind: 'struct';
  readonly fields: readonly Field[];
  /** Whole values, for a place where none of the fields is written yet. */
  readonly whole?: Proposals;
}

export interface ListSchema {
  readonly kind: 'list';
  readonly item: Schema;
}

/** A map with keys that nobody can list beforehand: labels. */
export interface OpenSchema {
  readonly kind: 'open';
  readonly keys?: Proposals;
  readonly value: Schema;
}

export interface ScalarSchema {
  readonly kind: 'scalar';
  readonly values?: Proposals;
  /** Whether a scalar that is written already could stand here; absent: any string could. */
  readonly accepts?: (value: JsonValue) => boolean;
  /** A map in its place says more. */
  readonly orStruct?: StructSchema;
  /** A list of these may stand in its place. */
  readonly orList?: Schema;
}

export type Proposals = (asked: Asked) => readonly Proposal[];

export interface Field {
  readonly name: string;
  /** Where the same field is offered in another way too. */
  readonly label?: string;
  readonly schema: Schema;
  /** One clause beside the name. */
  readonly detail: string;
  /** What is written behind the key, and fields that have to come with it. */
  readonly write: Template | ((asked: Asked) => TemplateMap);
  /** False where what is written beside it forbids it. */
  readonly fits?: (asked: Asked) => boolean;
}

export function struct(fields: readonly Field[], whole?: Proposals): StructSchema {
  return { kind: 'struct', fields, ...(whole === undefined ? {} : { whole }) };
}

export function list(item: Schema): ListSchema {
  return { kind: 'list', item };
}

export function scalar(values?: Proposals, accepts?: ScalarSchema['accepts']): ScalarSchema {
  return {
    kind: 'scalar',
    ...(values === undefined ? {} : { values }),
    ...(accepts === undefined ? {} : { accepts }),
  };
}

/** One of these words and nothing else. */
export function oneOf(words: FixedWords): ScalarSchema {
  return scalar(fixedValues(words), (value) => words.some(([word]) => word === value));
}

export const TEXT: ScalarSchema = scalar();

/** The schema of what stands at a path. */
export function schemaAt(schema: Schema | undefined, path: readonly (string | number)[]): Schema | undefined {
  let found = schema;
  for (const step of path) {
    if (typeof step === 'number' && found?.kind === 'scalar') {
      found = found.orList;
      continue;
    }
    if (found?.kind === 'scalar') found = found.orStruct;
    if (found?.kind === 'list') found = typeof step === 'number' ? found.item : undefined;
    else if (found?.kind === 'open') found = found.value;
    else found = found?.fields.find(({ name }) => name === step)?.schema;
  }
  return found;
}
