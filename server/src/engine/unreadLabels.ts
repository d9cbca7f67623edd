const NAMESPACE_NAME = 'kubernetes.io/metadata.name';

/**
 * The unknown keys of a namespace whose object could not be read: every key but the one that the API server sets to
 * the namespace's name. Iterating gives one text that is no label key, which tells such a namespace from others.
 */
class UnreadLabels extends Set<string> {
  constructor() {
    super(['*']);
  }

  override has(key: string): boolean {
    return key !== NAMESPACE_NAME;
  }
}

export const UNREAD_LABELS: ReadonlySet<string> = new UnreadLabels();
