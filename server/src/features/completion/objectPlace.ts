import type { FieldPath, JsonValue } from '../../model/manifest.ts';
import type { NetworkPolicy } from '../../model/networkPolicy.ts';
import { Decoding } from '../../syntax/objects/decoding.ts';
import { asMap, asString, isJsonMap } from '../../syntax/objects/jsonAccess.ts';
import { decodeNetworkPolicy } from '../../syntax/objects/networkPolicy.ts';
import type { JsonMap } from '../../syntax/objects/jsonAccess.ts';

/** The object of a document that a place belongs to. */
export interface ObjectPlace {
  readonly object: JsonMap;
  /** Of the object in the document: empty, or `['items', 3]`. */
  readonly path: FieldPath;
}

/** The NetworkPolicy, or what may become one, that a place stands in; undefined where it is something else. */
export function policyPlace(root: JsonValue, path: FieldPath): ObjectPlace | undefined {
  if (root !== null && !isJsonMap(root)) return undefined;
  const document = asMap(root);
  const [list, index] = path;
  const kind = asString(document['kind']);
  const isList = (kind === 'List' || kind === 'NetworkPolicyList') && list === 'items';
  const isTemplate = kind === 'Template' && list === 'objects';
  if ((isList || isTemplate) && typeof index === 'number') {
    const items = document[list as string];
    const object = asMap(Array.isArray(items) ? items[index] : undefined);
    return isPolicy(object) ? { object, path: [list, index] } : undefined;
  }
  return isPolicy(document) ? { object: document, path: [] } : undefined;
}

/** Half typed objects count as long as nothing says that they are of another kind. */
function isPolicy(object: JsonMap): boolean {
  const { kind, apiVersion } = object;
  if (kind === 'NetworkPolicy') return typeof apiVersion !== 'string' || GROUPS.test(apiVersion);
  if (typeof apiVersion === 'string' && apiVersion !== '' && !'networking.k8s.io/v1'.startsWith(apiVersion))
    return false;
  if (typeof kind === 'string' && kind !== '' && !'NetworkPolicy'.startsWith(kind)) return false;
  return Object.keys(object).every((key) => FIELDS.has(key));
}

const GROUPS = /^(?:networking\.k8s\.io\/|extensions\/|$)/;
const FIELDS: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata', 'spec', 'status']);

/** What the object would be as a policy, whatever it lacks; `namespace` where it names none. */
export function looseDecoded(object: JsonMap, namespace: string): NetworkPolicy {
  const metadata = asMap(object['metadata']);
  const identity = {
    apiVersion: '',
    group: '',
    kind: 'NetworkPolicy',
    name: asString(metadata['name']),
    namespace: asString(metadata['namespace']) || namespace,
  };
  const spec = isJsonMap(object['spec']) ? object['spec'] : {};
  return decodeNetworkPolicy({ ...object, spec }, identity, new Decoding());
}
