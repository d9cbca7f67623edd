import type { JsonValue } from '../../model/manifest.ts';
import type { ServiceReference } from '../../model/workload.ts';
import { asList, asMap, asString } from './jsonAccess.ts';

/** Kinds that make the API server call a Service. */
export const REFERRING_KINDS: ReadonlySet<string> = new Set([
  'ValidatingWebhookConfiguration',
  'MutatingWebhookConfiguration',
  'APIService',
  'CustomResourceDefinition',
]);

/** What the API server uses where no port is written. */
const DEFAULT_PORT = 443;

/**
 * The Services that a webhook configuration, an APIService or the conversion webhook of a CustomResourceDefinition has the
 * API server call; none where it calls an address (`clientConfig.url`) or answers itself.
 */
export function decodeServiceReferences(object: JsonValue): readonly ServiceReference[] {
  const { kind, metadata, spec, webhooks } = asMap(object);
  const by = `${asString(kind)} ${asString(asMap(metadata)['name'])}`;
  const services = calledServices(asString(kind), spec, webhooks);
  const found = new Map<string, ServiceReference>();
  for (const service of services) {
    const { namespace, name, port } = asMap(service);
    if (asString(name) === '') continue;
    const number = typeof port === 'number' ? port : DEFAULT_PORT;
    const reference = { by, namespace: asString(namespace), name: asString(name), port: number };
    found.set(`${reference.namespace}/${reference.name}:${number}`, reference);
  }
  return [...found.values()];
}

function calledServices(
  kind: string,
  spec: JsonValue | undefined,
  webhooks: JsonValue | undefined,
): readonly (JsonValue | undefined)[] {
  const ofClient = (client: JsonValue | undefined): JsonValue | undefined => asMap(client)['service'];
  if (kind === 'APIService') return [asMap(spec)['service']];
  if (kind === 'CustomResourceDefinition') {
    const { webhook } = asMap(asMap(spec)['conversion']);
    return [ofClient(asMap(webhook)['clientConfig'])];
  }
  return asList(webhooks).map((each) => ofClient(asMap(each)['clientConfig']));
}
