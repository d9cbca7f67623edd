import type { JsonValue } from '../../model/manifest.ts';
import type { Endpoint, EndpointPort, EndpointSlice } from '../../model/exposure.ts';
import { decodeProtocol } from './containerPorts.ts';
import type { JsonMap } from './jsonAccess.ts';
import { asList, asMap, asString } from './jsonAccess.ts';
import { knownLabels } from './labels.ts';
import type { Identity } from './metadata.ts';
import { isPlaceholder } from './placeholder.ts';

/** Who keeps a slice, and the name of the one that makes slices from selectors (k8s.io/api/discovery/v1). */
export const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by';
export const SELECTOR_CONTROLLER = 'endpointslice-controller.k8s.io';

const SERVICE_NAME = 'kubernetes.io/service-name';

/**
 * A discovery.k8s.io/v1 EndpointSlice, or undefined for one that says nothing of its own: made from a selector, of no
 * Service, or with names for addresses, which nothing routes to (API doc of addressType).
 */
export function decodeEndpointSlice(object: JsonMap, { name, namespace }: Identity): EndpointSlice | undefined {
  const labels = knownLabels(asMap(object['metadata'])['labels']);
  const label = (key: string): string => (Object.hasOwn(labels, key) ? (labels[key] ?? '') : '');
  const service = label(SERVICE_NAME);
  if (service === '' || isPlaceholder(service) || label(MANAGED_BY) === SELECTOR_CONTROLLER) return undefined;
  if (asString(object['addressType']) === 'FQDN') return undefined;
  const endpoints = asList(object['endpoints']).map((value): Endpoint => {
    const { addresses, conditions, targetRef } = asMap(value);
    // Not written means ready (API doc of EndpointConditions).
    return endpoint(asList(addresses), asMap(conditions)['ready'] !== false, targetRef);
  });
  return {
    namespace,
    name,
    service,
    ports: decodePorts(object['ports']),
    endpoints: endpoints.filter(({ addresses }) => addresses.length > 0),
  };
}

/** The subsets of a v1 Endpoints object, which is of the Service of its name. */
export function decodeEndpoints(object: JsonMap, { name, namespace }: Identity): readonly EndpointSlice[] {
  return asList(object['subsets']).map((value) => {
    const { addresses, notReadyAddresses, ports } = asMap(value);
    const each = (list: JsonValue | undefined, ready: boolean): readonly Endpoint[] =>
      asList(list).map((item) => endpoint([asMap(item)['ip'] ?? null], ready, asMap(item)['targetRef']));
    const endpoints = [...each(addresses, true), ...each(notReadyAddresses, false)];
    return {
      namespace,
      name,
      service: name,
      ports: decodePorts(ports),
      endpoints: endpoints.filter((entry) => entry.addresses.length > 0),
    };
  });
}

function endpoint(written: readonly JsonValue[], ready: boolean, targetRef: JsonValue | undefined): Endpoint {
  const { kind, namespace, name } = asMap(targetRef);
  const addresses = written.map((item) => asString(item)).filter((text) => text !== '' && !isPlaceholder(text));
  const isPod = kind === 'Pod' && asString(name) !== '';
  return { addresses, ready, ...(isPod && { pod: { namespace: asString(namespace), name: asString(name) } }) };
}

function decodePorts(value: JsonValue | undefined): readonly EndpointPort[] {
  return asList(value).flatMap((item): readonly EndpointPort[] => {
    const { name, protocol, port } = asMap(item);
    const known = decodeProtocol(protocol);
    // A placeholder is no number, and would stand for every port.
    if (known === undefined || (port !== undefined && port !== null && typeof port !== 'number')) return [];
    return [
      {
        ...(asString(name) !== '' && { name: asString(name) }),
        protocol: known,
        ...(typeof port === 'number' && { port }),
      },
    ];
  });
}
