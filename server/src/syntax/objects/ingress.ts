import type { JsonValue } from '../../model/manifest.ts';
import type { Ingress, IngressBackend } from '../../model/exposure.ts';
import type { Decoding } from './decoding.ts';
import type { JsonMap } from './jsonAccess.ts';
import { asList, asMap, asString } from './jsonAccess.ts';
import type { Identity } from './metadata.ts';
import { isPlaceholder } from './placeholder.ts';

/** Kubernetes before 1.18 named the class here; controllers still read it. */
const CLASS_ANNOTATION = 'kubernetes.io/ingress.class';

/** A networking.k8s.io/v1 Ingress. A backend whose Service or port is a placeholder is left out and noted. */
export function decodeIngress(object: JsonMap, { name, namespace }: Identity, decoding: Decoding): Ingress {
  const spec = asMap(object['spec']);
  const annotations = asMap(asMap(object['metadata'])['annotations']);
  const className = asString(spec['ingressClassName']) || asString(annotations[CLASS_ANNOTATION]);
  const backends = new Map<string, IngressBackend>();
  const add = (value: JsonValue | undefined, path: readonly (string | number)[]): void => {
    const backend = decodeBackend(value);
    if (backend === 'placeholder') decoding.placeholder(['spec', ...path]);
    else if (backend !== undefined) backends.set(JSON.stringify([backend.service, backend.port]), backend);
  };
  add(spec['defaultBackend'], ['defaultBackend']);
  const rules = asList(spec['rules']);
  for (const [index, rule] of rules.entries()) {
    for (const [at, path] of asList(asMap(asMap(rule)['http'])['paths']).entries()) {
      add(asMap(path)['backend'], ['rules', index, 'http', 'paths', at, 'backend']);
    }
  }
  const hosts = rules.map((rule) => asString(asMap(rule)['host']));
  return {
    namespace,
    name,
    ...(className !== '' && { className }),
    hosts: hosts.includes('') ? [] : [...new Set(hosts)],
    backends: [...backends.values()],
  };
}

function decodeBackend(value: JsonValue | undefined): IngressBackend | 'placeholder' | undefined {
  const { name, port } = asMap(asMap(value)['service']);
  const service = asString(name);
  const { number, name: portName } = asMap(port);
  if (isPlaceholder(service)) return 'placeholder';
  for (const part of [number, portName]) if (typeof part === 'string' && isPlaceholder(part)) return 'placeholder';
  if (service === '') return undefined;
  if (typeof number === 'number') return { service, port: number };
  return asString(portName) === '' ? undefined : { service, port: asString(portName) };
}
