import { CompletionItemKind } from 'vscode-languageserver-types';
import type { JsonValue } from '../../model/manifest.ts';
import { jsonOf, type LooseEntry } from './looseTree.ts';
import { valueOf, writtenBy, type Asked, type Proposal } from './proposal.ts';
import type { Field, OpenSchema, Schema, StructSchema } from './schema.ts';
import type { Slot } from './slot.ts';
import { mapOf, type TemplateMap } from './template.ts';

/** What a schema offers for a slot. */
export function proposalsFor(slot: Slot, schema: Schema | undefined, asked: Asked): readonly Proposal[] {
  if (schema === undefined) return [];
  if (slot.kind === 'key') {
    if (schema.kind === 'struct') {
      const offered = fields(schema, asked, replacedEntry(slot));
      const isNew = !slot.bare && Object.keys(asked.siblings).length === 0;
      return isNew ? [...offered, ...(schema.whole?.(asked) ?? []).filter(isMapped).map(asWhole)] : offered;
    }
    if (schema.kind === 'open') return openKeys(schema, asked);
    return schema.kind === 'scalar' && schema.orStruct !== undefined
      ? fields(schema.orStruct, asked, replacedEntry(slot))
      : [];
  }
  const offered = valueProposals(schema, { ...asked, siblings: {} });
  // Nobody writes a `{}` on a line of its own.
  return slot.place === 'line' ? offered.filter((proposal) => proposal.label !== '{}') : offered;
}

/** What may stand as a value of its own. */
function valueProposals(schema: Schema, asked: Asked): readonly Proposal[] {
  switch (schema.kind) {
    case 'scalar':
      return schema.values?.(asked) ?? [];
    case 'struct':
      return [...fields(schema, asked, undefined), ...(schema.whole?.(asked) ?? []).map(asWhole)];
    case 'open':
      return openKeys(schema, asked);
    case 'list': {
      const inItem = { ...asked, path: [...asked.path, 0] };
      return valueProposals(schema.item, inItem).map((proposal) => ({
        ...proposal,
        write: () => ({ value: [valueOf(writtenBy(proposal))] }),
      }));
    }
  }
}

/** Only entries can be written into a map that is there. */
function isMapped(proposal: Proposal): boolean {
  const value = valueOf(writtenBy(proposal));
  return value instanceof Map && value.size > 0;
}

function asWhole(proposal: Proposal): Proposal {
  return { ...proposal, whole: true };
}

function openKeys(schema: OpenSchema, asked: Asked): readonly Proposal[] {
  return (schema.keys?.(asked) ?? []).filter(({ label }) => !Object.hasOwn(asked.siblings, label));
}

/** Fields that are not there yet and that what is there allows; in place of a key, those that its value suits. */
function fields(schema: StructSchema, asked: Asked, replaced: LooseEntry | undefined): readonly Proposal[] {
  const { siblings } = asked;
  return schema.fields
    .filter(({ name, fits }) => !Object.hasOwn(siblings, name) && fits?.(asked) !== false)
    .filter((field) => replaced === undefined || canReplace(schema.fields, replaced, field))
    .map((field, index): Proposal => {
      const entries = entriesOf(field, asked);
      return {
        label: field.label ?? field.name,
        detail: field.detail,
        kind: CompletionItemKind.Property,
        write: { entries },
        rank: index,
        doc: [...asked.path, field.name],
      };
    });
}

function entriesOf({ name, write }: Field, asked: Asked): TemplateMap {
  return typeof write === 'function' ? write(asked) : mapOf({ [name]: write });
}

/** The key that is replaced, whose value stays. */
function replacedEntry({ map, bare, range }: Slot): LooseEntry | undefined {
  return bare ? map?.entries.find(({ start }) => start === range.start) : undefined;
}

/** In place of a key that is none, whatever its value suits; in place of another field only what is of the same kind. */
function canReplace(fields: readonly Field[], { key, value }: LooseEntry, { name, label, schema }: Field): boolean {
  if (label !== undefined) return false;
  const known = fields.find((field) => field.name === key);
  return name === key || (known === undefined ? suits(schema, jsonOf(value)) : known.schema === schema);
}

/** Whether a value could stand where a schema is, as far as its form and its keys tell. */
function suits(schema: Schema, value: JsonValue): boolean {
  if (value === null) return true;
  if (Array.isArray(value)) return schema.kind === 'list' && value.every((item) => suits(schema.item, item));
  if (typeof value !== 'object') {
    return schema.kind === 'scalar' && (schema.accepts?.(value) ?? typeof value === 'string');
  }
  if (schema.kind === 'open') return Object.values(value).every((inner) => suits(schema.value, inner));
  const struct = schema.kind === 'scalar' ? schema.orStruct : schema;
  if (struct?.kind !== 'struct') return false;
  return Object.entries(value).every(([key, inner]) => {
    const field = struct.fields.find(({ name }) => name === key);
    return field !== undefined && suits(field.schema, inner);
  });
}
