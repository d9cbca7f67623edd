import type { ClusterObject, EndpointsObject, FieldPath, JsonValue } from '../../model/manifest.ts';
import { NETWORK_POLICY } from '../apiServer/apiTypes.ts';
import { goDecode } from '../apiServer/goDecode.ts';
import { Decoding } from './decoding.ts';
import { decodeEndpoints, decodeEndpointSlice } from './endpoints.ts';
import { decodeForeignPolicy } from './foreignPolicy.ts';
import { decodeIngress } from './ingress.ts';
import type { JsonMap } from './jsonAccess.ts';
import { isJsonMap } from './jsonAccess.ts';
import type { Interner } from './interner.ts';
import type { Identity } from './metadata.ts';
import { identify } from './metadata.ts';
import { decodeNamespace } from './namespace.ts';
import { decodeNetworkPolicy } from './networkPolicy.ts';
import { isPlaceholder } from './placeholder.ts';
import { decodeService } from './service.ts';
import { decodeWorkload, workloadKind } from './workload.ts';

/** A Kubernetes object, without the place where it is written (see ManifestObject for its fields). */
export interface DecodedObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  readonly object?: ClusterObject;
  readonly undecodable?: string;
  /** Where placeholders stand that an answer would need, as paths in the object. */
  readonly placeholders: readonly FieldPath[];
}

/**
 * Decodes one object from JSON, whatever its source: a manifest, a snapshot, a live list or watch. Never throws.
 * Undefined for what is no Kubernetes object at all.
 *
 * @param interner shares equal labels and ports between the objects of one source.
 */
export function decodeObject(value: JsonValue, interner?: Interner): DecodedObject | undefined {
  if (!isJsonMap(value)) return undefined;
  const identity = identify(value);
  if (identity === undefined) return undefined;
  const { apiVersion, kind, name, namespace } = identity;
  const decoding = new Decoding(interner);
  const decoded = decodeKnown(value, identity, decoding);
  return { apiVersion, kind, name, namespace, ...decoded, placeholders: decoding.placeholders };
}

type Decoded = Pick<DecodedObject, 'object' | 'undecodable'>;

function decodeKnown(object: JsonMap, identity: Identity, decoding: Decoding): Decoded {
  const { group, kind, apiVersion } = identity;
  const foreign = decodeForeignPolicy(identity);
  if (foreign !== undefined) return { object: { type: 'foreignPolicy', policy: foreign } };
  if (kind === 'NetworkPolicy' && apiVersion === 'networking.k8s.io/v1')
    return decodePolicy(object, identity, decoding);
  if (kind === 'Namespace' && group === '') {
    if (isUnknownPlace(identity.name, ['metadata', 'name'], decoding)) return {};
    const namespace = decodeNamespace(object, identity.name, decoding);
    return namespace ? { object: { type: 'namespace', namespace } } : {};
  }
  const workload = workloadKind(identity);
  const decodeOther = workload === undefined ? OTHERS.get(`${apiVersion}/${kind}`) : undefined;
  if (workload === undefined && decodeOther === undefined) return {};
  if (isUnknownPlace(identity.namespace, ['metadata', 'namespace'], decoding)) return {};
  if (workload !== undefined) {
    const decoded = decodeWorkload(object, workload, identity, decoding);
    return decoded ? { object: { type: 'workload', workload: decoded } } : {};
  }
  const other = decodeOther?.(object, identity, decoding);
  return other === undefined ? {} : { object: other };
}

/** What leads to pods. */
const OTHERS: ReadonlyMap<
  string,
  (object: JsonMap, identity: Identity, decoding: Decoding) => ClusterObject | undefined
> = new Map([
  [
    'v1/Service',
    (object, identity, decoding): ClusterObject | undefined => {
      const service = decodeService(object, identity, decoding);
      return service && { type: 'service', service };
    },
  ],
  [
    'networking.k8s.io/v1/Ingress',
    (object, identity, decoding): ClusterObject => ({
      type: 'ingress',
      ingress: decodeIngress(object, identity, decoding),
    }),
  ],
  [
    'discovery.k8s.io/v1/EndpointSlice',
    (object, identity): ClusterObject | undefined => {
      const slice = decodeEndpointSlice(object, identity);
      return slice && endpointsObject('EndpointSlice', identity, [slice]);
    },
  ],
  [
    'v1/Endpoints',
    (object, identity): ClusterObject => endpointsObject('Endpoints', identity, decodeEndpoints(object, identity)),
  ],
]);

function endpointsObject(
  kind: EndpointsObject['kind'],
  { namespace, name }: Identity,
  slices: EndpointsObject['slices'],
): ClusterObject {
  return { type: 'endpoints', endpoints: { kind, namespace, name, slices } };
}

function decodePolicy(object: JsonMap, identity: Identity, decoding: Decoding): Decoded {
  const fault = goDecode(object, NETWORK_POLICY).faults[0];
  if (fault !== undefined) return { undecodable: fault.message };
  if (isUnknownPlace(identity.namespace, ['metadata', 'namespace'], decoding)) {
    // It could govern any namespace, as a policy of another API could that we do not evaluate.
    const { group, kind, name } = identity;
    return { object: { type: 'foreignPolicy', policy: { group, kind, name } } };
  }
  return { object: { type: 'networkPolicy', policy: decodeNetworkPolicy(object, identity, decoding) } };
}

/** Where an object lives is a placeholder: what it does, and to whom, cannot be said. */
function isUnknownPlace(text: string, path: FieldPath, decoding: Decoding): boolean {
  if (!isPlaceholder(text)) return false;
  decoding.placeholder(path);
  return true;
}
