import { effectiveProtocol } from '../../engine/defaulting.ts';
import { editDistance } from '../../engine/editDistance.ts';
import type { Protocol } from '../../model/networkPolicy.ts';
import type { ContainerPort } from '../../model/workload.ts';
import type { Check, CheckContext, WrittenManifest } from '../check.ts';
import { destinationsOf, type Destination } from '../destinations.ts';
import { declaredNames } from '../containerPorts.ts';
import { servicesSelecting, targetNumber } from '../serviceIndex.ts';
import { nameSome } from '../wording.ts';
import { setField } from '../../syntax/yamlEdit.ts';
import type { FieldPath } from '../../model/manifest.ts';
import type { Fix } from '../finding.ts';
import { fieldPath, fixOf } from '../fixEdits.ts';
import { writtenPorts, writtenRules } from '../writtenRules.ts';

/** Ports of containers that a mesh adds to pods: manifests do not show them. */
const OF_A_MESH = /envoy|istio|linkerd|consul|kuma/;

export const namedPortUnknown: Check = {
  code: 'named-port-unknown',
  severity: 'warning',
  title: 'No container of the pods concerned has a port of this name, so the rule opens nothing',
  docs: `A port's name stands for the number that a container of the destination gives it, for the same protocol: on the pods that the policy selects for ingress, on the peers' pods for egress. A pod without a container port of that name has nothing opened. The name of a Service's port counts for nothing.

\`\`\`yaml
# container of web: ports: [{ name: http, containerPort: 8080 }]
ingress:
- ports: [{ port: htttp }]      # opens nothing
\`\`\`

What to do: use the container's name for the port, or its number.

It speaks only where none of the pods has the name; that some of them lack it is normal where a selector is wide. It is silent where pods or their ports are not known, and for ports of mesh sidecars, which manifests do not show.`,
  *run(context) {
    for (const rule of writtenRules(context)) {
      for (const { entry, path } of writtenPorts(rule)) {
        const { port: name } = entry;
        if (typeof name !== 'string' || entry.incomplete === true || OF_A_MESH.test(name)) continue;
        const destinations = destinationsOf(context, rule);
        if (destinations === undefined || !isUnknown(context, destinations, name, effectiveProtocol(entry))) continue;
        const only = (rule.rule.ports ?? []).length === 1;
        const meant = meantPort(context, destinations, name);
        yield {
          policy: rule.written,
          path: [...path, 'port'],
          part: 'value',
          message: `${problem(destinations, name, effectiveProtocol(entry), meant)}. This ${only ? 'rule' : 'entry'} opens nothing`,
          fixes: () => (meant === undefined ? [] : fixesFor(rule.written, path, meant)),
        };
      }
    }
  },
};

function isUnknown(
  { knowledge }: CheckContext,
  destinations: readonly Destination[],
  name: string,
  protocol: Protocol,
): boolean {
  return (
    destinations.length > 0 &&
    destinations.every(
      ({ ports, portsUnknown, workload }) =>
        !portsUnknown &&
        knowledge.podsKnown(workload.namespace) &&
        !ports.some((port) => port.name === name && port.protocol === protocol),
    )
  );
}

/** What the author means in all likelihood: the name under another protocol, a Service's port, a slip of the pen. */
type Meant =
  | { readonly kind: 'protocol'; readonly port: ContainerPort }
  | { readonly kind: 'service'; readonly service: string; readonly target: number }
  | { readonly kind: 'name'; readonly port: ContainerPort };

function meantPort(context: CheckContext, destinations: readonly Destination[], name: string): Meant | undefined {
  const ports = destinations.flatMap((destination) => destination.ports);
  const other = ports.find((port) => port.name === name);
  if (other !== undefined) return { kind: 'protocol', port: other };
  for (const { workload, labels, ports: own } of destinations) {
    for (const service of servicesSelecting(context.contentsOf(workload.namespace), labels)) {
      const port = service.ports.find((candidate) => candidate.name === name);
      const target = port && targetNumber(port, own);
      if (target !== undefined) return { kind: 'service', service: service.name, target };
    }
  }
  let best: ContainerPort | undefined;
  let least = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const port of ports) {
    const distance = port.name === undefined ? least : editDistance(name, port.name, least);
    if (distance < least) [best, least] = [port, distance];
  }
  return best && { kind: 'name', port: best };
}

function fixesFor(written: WrittenManifest, entry: FieldPath, meant: Meant): readonly Fix[] {
  const { document } = written.placed;
  const change = (title: string, field: string, value: string | number): readonly Fix[] =>
    fixOf(written, title, setField(document, fieldPath(written, [...entry, field]), value), { preferred: true });
  switch (meant.kind) {
    case 'protocol':
      return change(`Change the protocol to ${meant.port.protocol}`, 'protocol', meant.port.protocol);
    case 'service':
      return change(
        `Change to ${meant.target}, where the pods of Service ${meant.service} listen`,
        'port',
        meant.target,
      );
    case 'name':
      return change(`Change to ${meant.port.name} (${meant.port.port})`, 'port', meant.port.name ?? meant.port.port);
  }
}

function problem(
  destinations: readonly Destination[],
  name: string,
  protocol: Protocol,
  meant: Meant | undefined,
): string {
  const names = [...new Set(destinations.map(({ workload }) => workload.name))];
  const who = nameSome(names, 'workload');
  if (meant?.kind === 'protocol') {
    return `\`${name}\` of ${who} is ${meant.port.port}/${meant.port.protocol}, and this entry means ${protocol}`;
  }
  const has = names.length === 1 ? 'it has' : 'they have';
  const declared = declaredNames(destinations.flatMap(({ ports }) => ports));
  const known = declared === '' ? `${has} no named port` : `${has} ${declared}`;
  if (meant?.kind === 'service') {
    return `\`${name}\` is a port of Service ${meant.service}, and no container port of ${who}; the pods listen on ${meant.target}`;
  }
  return `\`${name}\` is no port of ${who}; ${known}`;
}
