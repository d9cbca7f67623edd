import { isLasting } from '../../analysis/volatileLabels.ts';
import type { JsonValue } from '../../model/manifest.ts';
import { labelKeyFaults, labelValueFaults } from '../../syntax/apiServer/names.ts';

/** Whether a selector may ask for a label: it lasts, and the API server takes it. Manifests may hold anything. */
export function isSelectable(key: string, value: string): boolean {
  return isSelectableKey(key) && isLabelValue(value);
}

export function isSelectableKey(key: string): boolean {
  return isLasting(key) && labelKeyFaults(key, WORDING).length === 0;
}

export function isLabelValue(value: JsonValue): boolean {
  return typeof value === 'string' && labelValueFaults(value, WORDING).length === 0;
}

const WORDING = { labels: 'label key' } as const;
