import type { JsonValue } from '../model/manifest.ts';
import type { JsonMap } from '../syntax/objects/jsonAccess.ts';
import { asList, asMap, asString } from '../syntax/objects/jsonAccess.ts';

/** Cuts an object down to the fields that answers need, so that a snapshot holds nothing else of a cluster. */
export type FieldCutter = (object: JsonMap) => JsonMap;

/** metadata: who it is, its labels, its controller. Annotations only where they are ours. */
function identity(object: JsonMap): JsonMap {
  const metadata = asMap(object['metadata']);
  const controller = asList(metadata['ownerReferences']).find((owner) => asMap(owner)['controller'] === true);
  const annotations = Object.entries(asMap(metadata['annotations'])).filter(([key]) => key.startsWith('bulkhead/'));
  return {
    apiVersion: object['apiVersion'] ?? '',
    kind: object['kind'] ?? '',
    metadata: {
      ...pick(metadata, ['name', 'namespace', 'labels']),
      ...(annotations.length > 0 && { annotations: Object.fromEntries(annotations) }),
      ...(controller !== undefined && {
        ownerReferences: [pick(asMap(controller), ['apiVersion', 'kind', 'name', 'controller'])],
      }),
    },
  };
}

/** Policies of other APIs, owners, Namespaces: that they are there. */
export const metadataOnly: FieldCutter = identity;

/** A policy is read whole: its spec is what decides. */
export const policyFields: FieldCutter = (object) => ({ ...identity(object), ...pick(object, ['spec']) });

export const podFields: FieldCutter = (object) => {
  const spec = asMap(object['spec']);
  const sidecars = asList(spec['initContainers']).filter((item) => asMap(item)['restartPolicy'] === 'Always');
  return {
    ...identity(object),
    spec: {
      ...pick(spec, ['hostNetwork', 'nodeName']),
      containers: containers(asList(spec['containers'])),
      ...(sidecars.length > 0 && { initContainers: containers(sidecars) }),
    },
    status: pick(asMap(object['status']), ['phase', 'podIP', 'podIPs', 'hostIP']),
  };
};

export const serviceFields: FieldCutter = (object) => {
  const spec = asMap(object['spec']);
  return {
    ...identity(object),
    spec: {
      ...pick(spec, ['type', 'selector', 'clusterIP', 'clusterIPs', 'externalTrafficPolicy']),
      ports: picks(spec['ports'], ['name', 'protocol', 'port', 'targetPort', 'nodePort']),
    },
  };
};

export const endpointSliceFields: FieldCutter = (object) => ({
  ...identity(object),
  ...pick(object, ['addressType']),
  endpoints: asList(object['endpoints']).map((entry) => ({
    ...pick(asMap(entry), ['addresses', 'nodeName']),
    conditions: pick(asMap(asMap(entry)['conditions']), ['ready']),
    targetRef: pick(asMap(asMap(entry)['targetRef']), ['kind', 'namespace', 'name']),
  })),
  ports: picks(object['ports'], ['name', 'protocol', 'port']),
});

export const nodeFields: FieldCutter = (object) => {
  const status = asMap(object['status']);
  return {
    ...identity(object),
    spec: pick(asMap(object['spec']), ['podCIDRs']),
    status: {
      addresses: picks(status['addresses'], ['type', 'address']),
      nodeInfo: pick(asMap(status['nodeInfo']), ['kubeletVersion', 'operatingSystem']),
    },
  };
};

export const ingressFields: FieldCutter = (object) => {
  const spec = asMap(object['spec']);
  const service = (backend: JsonValue | undefined): JsonMap => {
    const named = asMap(asMap(backend)['service']);
    return { service: { ...pick(named, ['name']), port: pick(asMap(named['port']), ['number', 'name']) } };
  };
  // Annotations are not kept, and this one says what the field says: the server refuses both at once.
  const annotated = asString(asMap(asMap(object['metadata'])['annotations'])['kubernetes.io/ingress.class']);
  return {
    ...identity(object),
    spec: {
      ...(annotated !== '' && { ingressClassName: annotated }),
      ...pick(spec, ['ingressClassName']),
      ...(spec['defaultBackend'] !== undefined && { defaultBackend: service(spec['defaultBackend']) }),
      rules: asList(spec['rules']).map((rule) => ({
        ...pick(asMap(rule), ['host']),
        http: {
          paths: asList(asMap(asMap(rule)['http'])['paths']).map((path) => ({
            backend: service(asMap(path)['backend']),
          })),
        },
      })),
    },
  };
};

/** Webhook configurations: only which Services the API server must reach. */
export const webhookFields: FieldCutter = (object) => ({
  ...identity(object),
  webhooks: asList(object['webhooks']).map((webhook) => ({
    name: asString(asMap(webhook)['name']),
    clientConfig: { service: serviceReference(asMap(asMap(webhook)['clientConfig'])['service']) },
  })),
});

export const apiServiceFields: FieldCutter = (object) => ({
  ...identity(object),
  spec: { service: serviceReference(asMap(object['spec'])['service']) },
});

/** Null where it is none: a webhook behind a URL, an API that the server answers itself. */
function serviceReference(value: JsonValue | undefined): JsonValue {
  return value === undefined || value === null ? null : pick(asMap(value), ['namespace', 'name', 'port']);
}

function containers(list: readonly JsonValue[]): { [key: string]: JsonValue }[] {
  return list.map((item) => ({
    ...pick(asMap(item), ['name', 'restartPolicy']),
    ports: picks(asMap(item)['ports'], ['name', 'containerPort', 'protocol']),
  }));
}

function picks(value: JsonValue | undefined, names: readonly string[]): { [key: string]: JsonValue }[] {
  return asList(value).map((item) => pick(asMap(item), names));
}

function pick(map: JsonMap, names: readonly string[]): { [key: string]: JsonValue } {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = Object.hasOwn(map, name) ? map[name] : undefined;
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}
