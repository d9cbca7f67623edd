import type { JsonMap } from './jsonAccess.ts';
import { asList, asMap, asString } from './jsonAccess.ts';

/** What every object is known by. `namespace` is `''` where the text names none. */
export interface Identity {
  readonly apiVersion: string;
  readonly group: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
}

/** Undefined for what is no Kubernetes object: apiVersion and kind are strings and not empty. */
export function identify(object: JsonMap): Identity | undefined {
  const { apiVersion, kind } = object;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string' || apiVersion === '' || kind === '') return undefined;
  const metadata = asMap(object['metadata']);
  const slash = apiVersion.indexOf('/');
  return {
    apiVersion: commonName(apiVersion),
    group: slash < 0 ? '' : apiVersion.slice(0, slash),
    kind: commonName(kind),
    name: asString(metadata['name']) || asString(metadata['generateName']),
    namespace: asString(metadata['namespace']),
  };
}

/** One string for each name that is compared with at every keystroke, object by object: then no unit is looked at. */
const COMMON = new Map(
  ['networking.k8s.io/v1', 'v1', 'apps/v1', 'NetworkPolicy', 'Deployment', 'Service', 'Namespace', 'Pod'].map(
    (name) => [name, name],
  ),
);

function commonName(name: string): string {
  return COMMON.get(name) ?? name;
}

/** metadata.ownerReferences' controller; at most one reference is. */
export function controllerOf(object: JsonMap): { readonly kind: string; readonly name: string } | undefined {
  for (const reference of asList(asMap(object['metadata'])['ownerReferences'])) {
    const { controller, kind, name } = asMap(reference);
    if (controller === true) return { kind: asString(kind), name: asString(name) };
  }
  return undefined;
}
