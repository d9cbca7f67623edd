import type { ClusterObject, JsonValue } from '../../model/manifest.ts';
import { goDecode } from './goDecode.ts';
import { SERVED_TYPES } from './servedTypes.ts';

/**
 * The first text with which the API server's decoder would refuse a workload, Service or Namespace (400), as far as
 * the fields that we read of it go; undefined where it would take them.
 */
export function decodeFault(value: JsonValue, object: ClusterObject): string | undefined {
  const type = servedType(object);
  return type && goDecode(value, type).faults[0]?.message;
}

function servedType(object: ClusterObject): (typeof SERVED_TYPES)[keyof typeof SERVED_TYPES] | undefined {
  switch (object.type) {
    case 'workload':
      return SERVED_TYPES[object.workload.kind];
    case 'namespace':
      return SERVED_TYPES.Namespace;
    case 'service':
      return SERVED_TYPES.Service;
    case 'networkPolicy':
    case 'foreignPolicy':
    case 'rejectedPolicy':
      return undefined;
  }
}
