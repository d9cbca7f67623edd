import type { JsonValue } from '../../model/manifest.ts';
import { goJson } from '../goText.ts';
import { asList, asMap, asString } from '../objects/jsonAccess.ts';
import { isPlaceholder } from '../objects/placeholder.ts';
import type { FieldError, ServerPath } from './fieldError.ts';
import { child, forbidden, index, invalid, invalidJson, required } from './fieldError.ts';
import type { Wording } from './names.ts';
import { labelKeyFaults, labelValueFaults } from './names.ts';
import { labelErrors } from './validateMeta.ts';

/**
 * meta/v1 ValidateLabelSelector.
 *
 * @param anyValue values of expressions are not checked, as on updates of a policy that already had a bad one.
 */
export function validateSelector(
  value: JsonValue | undefined,
  path: ServerPath,
  wording: Wording,
  anyValue: boolean,
): readonly FieldError[] {
  const { matchLabels, matchExpressions } = asMap(value);
  const errors: FieldError[] = [...labelErrors(matchLabels, child(path, 'matchLabels'), wording)];
  for (const [position, item] of asList(matchExpressions).entries()) {
    if (typeof item === 'string') continue;
    errors.push(...requirementErrors(item, index(child(path, 'matchExpressions'), position), wording, anyValue));
  }
  return errors;
}

function requirementErrors(
  item: JsonValue,
  path: ServerPath,
  wording: Wording,
  anyValue: boolean,
): readonly FieldError[] {
  const { key, operator, values } = asMap(item);
  const errors: FieldError[] = [];
  const list = asList(values);
  switch (asString(operator)) {
    case 'In':
    case 'NotIn':
      if (list.length === 0 && typeof values !== 'string') {
        errors.push(required(child(path, 'values'), "must be specified when `operator` is 'In' or 'NotIn'"));
      }
      break;
    case 'Exists':
    case 'DoesNotExist':
      if (list.length > 0) {
        errors.push(
          forbidden(child(path, 'values'), "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"),
        );
      }
      break;
    default:
      errors.push(...operatorError(operator, path));
  }
  const name = asString(key);
  if (!isPlaceholder(name)) {
    for (const fault of labelKeyFaults(name, wording)) {
      errors.push({ ...invalid(child(path, 'key'), name, fault), ...missingIf(name === '') });
    }
  }
  if (anyValue) return errors;
  for (const [position, value] of list.entries()) {
    const text = asString(value);
    if (text === '' || isPlaceholder(text)) continue;
    for (const fault of labelValueFaults(text, wording)) {
      errors.push(invalid(index(child(path, 'values'), position), text, fault));
    }
  }
  return errors;
}

function operatorError(operator: JsonValue | undefined, path: ServerPath): readonly FieldError[] {
  const text = asString(operator);
  if (isPlaceholder(text)) return [];
  return [
    {
      ...invalidJson(child(path, 'operator'), goJson(text), 'not a valid selector operator'),
      ...missingIf(text === ''),
    },
  ];
}

function missingIf(absent: boolean): { readonly missing?: true } {
  return absent ? { missing: true } : {};
}
