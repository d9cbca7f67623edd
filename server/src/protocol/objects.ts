/** Names an object as a source knows it, for a read-only view of it. */
export interface ObjectName {
  /** The document that led to it: its folder's source and scope hold the object. */
  readonly document: string;
  readonly kind: string;
  /** `''` for a Namespace. */
  readonly namespace: string;
  readonly name: string;
  /**
   * For a policy that the document holds too: the text of the whole document in which this policy alone says what the
   * source says, to be laid beside the document.
   */
  readonly inDocument?: true;
}

/** What such a view shows. */
export interface ObjectText {
  readonly text: string;
  /** The document cannot be read as it stands: what was shown before stays. */
  readonly held?: true;
}

/** The scheme of documents that show such an object. */
export const OBJECT_SCHEME = 'bulkhead-object';

/**
 * The URI of such a document. Names come from clusters, so they are hostile text: the path, which becomes a title, holds
 * letters, digits and dashes alone, and what is meant stands in the query as JSON.
 */
export function objectUri(object: ObjectName): string {
  const { document, kind, namespace, name, inDocument } = object;
  const named = [document, kind, namespace, name, ...(inDocument === true ? [IN_DOCUMENT] : [])];
  const path = [namespace, name].filter((part) => part !== '').map(pathSegment);
  return `${OBJECT_SCHEME}:/${path.join('/')}.${pathSegment(kind)}.yaml?${encodeURIComponent(JSON.stringify(named))}`;
}

/** What a URI's query, decoded, names; undefined for anything else than `objectUri` makes. */
export function objectOfQuery(query: string): ObjectName | undefined {
  try {
    const parts: unknown = JSON.parse(query);
    if (!Array.isArray(parts) || !parts.every((part): part is string => typeof part === 'string')) return undefined;
    const [document = '', kind = '', namespace = '', name = '', place] = parts;
    if (parts.length < 4 || parts.length > 5 || (place !== undefined && place !== IN_DOCUMENT)) return undefined;
    return { document, kind, namespace, name, ...(place === undefined ? {} : { inDocument: true }) };
  } catch {
    return undefined;
  }
}

const IN_DOCUMENT = 'in document';
const LONGEST = 63;

function pathSegment(text: string): string {
  const safe = text.slice(0, LONGEST).replace(/[^A-Za-z0-9.-]/g, '_');
  return /^\.*$/.test(safe) ? '_' : safe;
}
