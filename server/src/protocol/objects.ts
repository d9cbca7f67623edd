/** Names an object as a source knows it, for a read-only view of it. */
export interface ObjectName {
  /** The document that led to it: its folder's source and scope hold the object. */
  readonly document: string;
  readonly kind: string;
  /** `''` for a Namespace. */
  readonly namespace: string;
  readonly name: string;
}

/** The scheme of documents that show such an object. */
export const OBJECT_SCHEME = 'bulkhead-object';

/**
 * The URI of such a document. Names come from clusters, so they are hostile text: the path, which becomes a title, holds
 * letters, digits and dashes alone, and what is meant stands in the query as JSON.
 */
export function objectUri(object: ObjectName): string {
  const { document, kind, namespace, name } = object;
  const path = [namespace, name].filter((part) => part !== '').map(pathSegment);
  return `${OBJECT_SCHEME}:/${path.join('/')}.${pathSegment(kind)}.yaml?${encodeURIComponent(JSON.stringify([document, kind, namespace, name]))}`;
}

/** What a URI's query, decoded, names; undefined for anything else than `objectUri` makes. */
export function objectOfQuery(query: string): ObjectName | undefined {
  try {
    const parts: unknown = JSON.parse(query);
    if (!Array.isArray(parts) || parts.length !== 4 || !parts.every((part): part is string => typeof part === 'string'))
      return undefined;
    const [document = '', kind = '', namespace = '', name = ''] = parts;
    return { document, kind, namespace, name };
  } catch {
    return undefined;
  }
}

const LONGEST = 63;

function pathSegment(text: string): string {
  const safe = text.slice(0, LONGEST).replace(/[^A-Za-z0-9.-]/g, '_');
  return /^\.*$/.test(safe) ? '_' : safe;
}
