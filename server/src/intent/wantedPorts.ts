import type { Facts } from '../engine/facts.ts';
import { ALL_PORTS, NO_PORTS, type PortSetId } from '../engine/portSets.ts';
import type { Protocol } from '../model/networkPolicy.ts';
import type { ContainerPort, Pod, Service, ServicePort } from '../model/workload.ts';
import type { Intent, IntentPort } from './intentFile.ts';

/** The ports that a test asks about on one destination. */
export interface WantedPorts {
  readonly ports: PortSetId;
  /** Clauses: ports that the destination does not have. */
  readonly missing: readonly string[];
  /** A clause: which numbers are meant is not known. */
  readonly unknown?: string;
}

/** On addresses outside, where nothing has a name. */
export function wantedOutside({ ports: sets }: Facts, ports: Intent['ports']): WantedPorts {
  if (ports === 'all') return { ports: ALL_PORTS, missing: [] };
  return joined(
    sets,
    ports.map((port) =>
      'name' in port
        ? { ports: NO_PORTS, missing: [`addresses outside have no port called ${port.name}`] }
        : { ports: sets.range(port.protocol, port.from, port.to), missing: [] },
    ),
  );
}

/** On a pod, by the names of its containers' ports. */
export function wantedOnPod(facts: Facts, ports: Intent['ports'], pod: Pod): WantedPorts {
  if (ports === 'all') return { ports: ALL_PORTS, missing: [] };
  return joined(
    facts.ports,
    ports.map((port) => (isNamed(port) ? namedOnPod(facts, port, pod) : numbered(facts, port))),
  );
}

/** On a pod behind a Service, whose ports stand for those of the pod (core/v1 ServicePort, `targetPort`). */
export function wantedBehind(facts: Facts, ports: Intent['ports'], service: Service, pod: Pod): WantedPorts {
  if (ports === 'all')
    return joined(
      facts.ports,
      service.ports.map((port) => target(facts, port, pod)),
    );
  return joined(
    facts.ports,
    ports.map((port) => {
      const meant = service.ports.filter((own) => isMeant(port, own));
      if (meant.length > 0)
        return joined(
          facts.ports,
          meant.map((own) => target(facts, own, pod)),
        );
      const name = `${service.namespace}/${service.name}`;
      return { ports: NO_PORTS, missing: [`Service ${name} has no port ${portText(port)}`] };
    }),
  );
}

/** As people write it: `5432/TCP`, `8000-8080/TCP`, `http`. */
export function portText(port: IntentPort): string {
  if ('name' in port) return port.protocol === undefined ? port.name : `${port.name}/${port.protocol}`;
  return `${port.from}${port.to === port.from ? '' : `-${port.to}`}/${port.protocol}`;
}

function isMeant(port: IntentPort, own: ServicePort): boolean {
  if (port.protocol !== undefined && port.protocol !== own.protocol) return false;
  return 'name' in port ? own.name === port.name : port.from <= own.port && own.port <= port.to;
}

function target(facts: Facts, { protocol, port, targetPort = port }: ServicePort, pod: Pod): WantedPorts {
  if (typeof targetPort === 'string') return namedOnPod(facts, { protocol, name: targetPort }, pod);
  return { ports: facts.ports.range(protocol, targetPort, targetPort), missing: [] };
}

function numbered({ ports }: Facts, port: Exclude<IntentPort, NamedPort>): WantedPorts {
  return { ports: ports.range(port.protocol, port.from, port.to), missing: [] };
}

type NamedPort = Extract<IntentPort, { readonly name: string }>;

function isNamed(port: IntentPort): port is NamedPort {
  return 'name' in port;
}

function namedOnPod(
  { ports: sets }: Facts,
  { name, protocol }: { readonly name: string; readonly protocol?: Protocol },
  pod: Pod,
): WantedPorts {
  // The first of a name and protocol wins.
  const found = new Map<Protocol, ContainerPort>();
  for (const port of pod.ports) {
    const isOne = port.name === name && (protocol === undefined || port.protocol === protocol);
    if (isOne && !found.has(port.protocol)) found.set(port.protocol, port);
  }
  const ports = [...found.values()].map((port) => sets.range(port.protocol, port.port, port.port));
  if (ports.length > 0) return { ports: ports.reduce((a, b) => sets.union(a, b)), missing: [] };
  const shown = `${pod.workload.namespace}/${pod.workload.name}`;
  if (pod.portsIncomplete === true) {
    return { ports: NO_PORTS, missing: [], unknown: `container ports of ${shown} are not known` };
  }
  return { ports: NO_PORTS, missing: [`${shown} has no port called ${name}`] };
}

function joined(sets: Facts['ports'], parts: readonly WantedPorts[]): WantedPorts {
  const unknown = parts.find((part) => part.unknown !== undefined)?.unknown;
  return {
    ports: parts.reduce((all, { ports }) => sets.union(all, ports), NO_PORTS),
    missing: [...new Set(parts.flatMap(({ missing }) => missing))],
    ...(unknown === undefined ? {} : { unknown }),
  };
}
