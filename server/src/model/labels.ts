/**
 * Labels of a pod or a namespace. Build with `Object.fromEntries` (a key such as `__proto__` then stays an own
 * property) and read with `Object.hasOwn`, because cluster data is hostile text.
 */
export type Labels = Readonly<Record<string, string>>;

export type SelectorOperator = 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';

/** One `matchExpressions` item. NotIn and DoesNotExist also match where the key is missing (apimachinery labels). */
export interface LabelRequirement {
  readonly key: string;
  readonly operator: SelectorOperator;
  /** Empty for Exists and DoesNotExist. */
  readonly values: readonly string[];
}

/**
 * meta/v1 LabelSelector: all of `matchLabels` and all of `matchExpressions`. Empty matches everything.
 * `incomplete` says that part of the text could not be evaluated (a placeholder): what the known requirements
 * refuse is refused, everything else is not known.
 */
export interface LabelSelector {
  readonly matchLabels: Labels;
  readonly matchExpressions: readonly LabelRequirement[];
  readonly incomplete?: true;
}
