import { asMap, type JsonMap } from '../../syntax/objects/jsonAccess.ts';
import { YamlText } from '../../syntax/yamlText.ts';

/**
 * An object as YAML, to be laid beside another state of it: without its status and the server's bookkeeping of who
 * wrote which field, and without what kubectl keeps of the document, which says the same once more in one line.
 */
export function shownObject(object: JsonMap | undefined): string {
  if (object === undefined) return '';
  const { status: _status, metadata, apiVersion, kind, ...rest } = object;
  const { managedFields: _managed, annotations, ...others } = asMap(metadata);
  const shown = Object.entries(asMap(annotations)).filter(([key]) => key !== LAST_APPLIED);
  const yaml = new YamlText();
  yaml.document({
    apiVersion,
    kind,
    metadata: { ...others, ...(shown.length > 0 && { annotations: Object.fromEntries(shown) }) },
    ...rest,
  });
  return yaml.text;
}

/** Two states of one object as texts whose differences are those of what they say. */
export function shownChange(before: JsonMap | undefined, after: JsonMap | undefined): ShownChange {
  return { before: shownObject(before && comparable(before)), after: shownObject(after && comparable(after)) };
}

export interface ShownChange {
  /** Empty where the object is not there. */
  readonly before: string;
  readonly after: string;
}

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** Without what every write changes, or what a dry run makes up for an object that is not there yet. */
function comparable(object: JsonMap): JsonMap {
  const {
    resourceVersion: _version,
    generation: _generation,
    uid: _uid,
    creationTimestamp: _created,
    ...metadata
  } = asMap(object['metadata']);
  return { ...object, metadata };
}
