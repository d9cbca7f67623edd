import type { LabelSelector } from '../../model/labels.ts';
import type { FieldPath, JsonValue } from '../../model/manifest.ts';
import { Decoding } from './decoding.ts';
import type { JsonMap } from './jsonAccess.ts';
import { asList, asMap, asString } from './jsonAccess.ts';
import { decodeLabelSelector } from './labelSelector.ts';

/**
 * What a ServiceMonitor or PodMonitor (monitoring.coreos.com/v1, Prometheus Operator) has Prometheus read.
 */
export interface Monitor {
  readonly kind: 'ServiceMonitor' | 'PodMonitor';
  /** Of Services, or of pods. */
  readonly selector: LabelSelector;
  /** `own`: the monitor's own namespace, which is the default. */
  readonly namespaces: 'own' | 'any' | readonly string[];
  readonly ports: readonly MonitorPort[];
}

export interface MonitorPort {
  /** Of the Service for `port`; of the container for `targetPort` and for a PodMonitor. */
  readonly of: 'service' | 'container';
  readonly port: number | string;
  /** In the object. */
  readonly path: FieldPath;
}

/** Undefined for what is none, or where a placeholder hides what it selects. */
export function decodeMonitor(object: JsonMap, kind: string): Monitor | undefined {
  if (kind !== 'ServiceMonitor' && kind !== 'PodMonitor') return undefined;
  const spec = asMap(object['spec']);
  const decoding = new Decoding();
  const selector = decodeLabelSelector(spec['selector'], decoding, ['spec', 'selector']);
  if (selector.incomplete === true || decoding.placeholders.length > 0) return undefined;
  const list = kind === 'ServiceMonitor' ? 'endpoints' : 'podMetricsEndpoints';
  return {
    kind,
    selector,
    namespaces: namespacesOf(spec['namespaceSelector']),
    ports: asList(spec[list]).flatMap((endpoint, index) => {
      const found = portOf(kind, asMap(endpoint));
      return found === undefined ? [] : [{ ...found, path: ['spec', list, index] }];
    }),
  };
}

function namespacesOf(selector: JsonValue | undefined): Monitor['namespaces'] {
  const { any, matchNames } = asMap(selector);
  if (any === true) return 'any';
  const names = asList(matchNames).map((name) => asString(name));
  return names.length === 0 ? 'own' : names;
}

function portOf(
  kind: Monitor['kind'],
  { port, targetPort, portNumber }: JsonMap,
): Omit<MonitorPort, 'path'> | undefined {
  const name = asString(port);
  if (name !== '') return { of: kind === 'ServiceMonitor' ? 'service' : 'container', port: name };
  for (const target of [portNumber, targetPort]) {
    if (typeof target === 'number' || (typeof target === 'string' && target !== '')) {
      return { of: 'container', port: target };
    }
  }
  return undefined;
}
