import type { JsonValue } from '../../model/manifest.ts';
import { asList, asMap, asString } from '../../syntax/objects/jsonAccess.ts';
import { everything, expressionKeys, expressionValues, labelKeys, labelValues, usualValues } from './labels.ts';
import type { Asked } from './proposal.ts';
import { list, oneOf, scalar, struct, type Field, type StructSchema } from './schema.ts';
import { isLabelValue } from './selectable.ts';
import { valueAt } from './selectorPlace.ts';
import { mapOf, type Blank, type Template, type TemplateMap } from './template.ts';

/** meta/v1 LabelSelector, which every selector of a policy is. */

const LABELS: Blank = { isMap: true };

/** A condition on a label: whichever field is chosen, those that the server requires come with it. */
function conditionField(name: 'key' | 'operator' | 'values', schema: Field['schema'], detail: string): Field {
  return {
    name,
    schema,
    detail,
    fits: ({ siblings }) => name !== 'values' || !takesNone(siblings['operator']),
    write: (asked) => condition(name, asked),
  };
}

/** The chosen field, where the cursor is, and those that are missing. */
function condition(chosen: 'key' | 'operator' | 'values', asked: Asked): TemplateMap {
  const { siblings } = asked;
  const label = expressionKeys(asked).find(({ nothing }) => nothing !== true)?.label ?? 'app';
  const value = usualValues(asked, asString(siblings['key']) || label)[0]?.label ?? 'value';
  const all: readonly (readonly [name: string, value: Template])[] = [
    ['key', { given: label, isText: true }],
    ['operator', { given: 'In', choices: ['In', 'NotIn', 'Exists', 'DoesNotExist'], isText: true }],
    ...(takesNone(siblings['operator']) ? [] : [['values', [{ given: value, isText: true }]] as const]),
  ];
  const missing = all.filter(([name]) => name === chosen || !Object.hasOwn(siblings, name));
  return new Map(missing.toSorted(([a], [b]) => Number(b === chosen) - Number(a === chosen)));
}

function takesNone(operator: JsonValue | undefined): boolean {
  return operator === 'Exists' || operator === 'DoesNotExist';
}

/** The operators that ask for a label alone take no values. */
function hasNoValues({ object, path }: Asked): boolean {
  return asList(asMap(valueAt(object, path.slice(0, -1)))['values']).length === 0;
}

const CONDITION = struct([
  conditionField('key', scalar(expressionKeys), 'the label'),
  conditionField(
    'operator',
    oneOf([
      ['In', 'has one of the values'],
      ['NotIn', 'has none of the values, or lacks the label'],
      ['Exists', 'has the label', hasNoValues],
      ['DoesNotExist', 'lacks the label', hasNoValues],
    ]),
    'how it is compared',
  ),
  conditionField('values', list(scalar(expressionValues)), 'with what'),
]);

export const LABEL_SELECTOR: StructSchema = struct(
  [
    {
      name: 'matchLabels',
      schema: { kind: 'open', keys: labelKeys, value: scalar(labelValues, isLabelValue) },
      detail: 'labels with exactly these values',
      write: LABELS,
    },
    {
      name: 'matchExpressions',
      schema: list(CONDITION),
      detail: 'other conditions on labels',
      write: (asked) => mapOf({ matchExpressions: [condition('key', { ...asked, siblings: {} })] }),
    },
  ],
  everything,
);
