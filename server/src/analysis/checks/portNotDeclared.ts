import { effectiveProtocol } from '../../engine/defaulting.ts';
import type { PolicyPort } from '../../model/networkPolicy.ts';
import type { Check, CheckContext } from '../check.ts';
import { destinationsOf, destinationText, type Destination } from '../destinations.ts';
import { declaredPorts, opens, singleNumber } from '../containerPorts.ts';
import { servicesSelecting, targetNumber } from '../serviceIndex.ts';
import { misdirectedDns } from '../misdirectedDns.ts';
import { writtenPorts, writtenRules } from '../writtenRules.ts';

/** Ports of containers that a mesh adds to pods (Istio, Linkerd, Consul): manifests do not show them. */
const OF_A_MESH: readonly (readonly [from: number, to: number])[] = [
  [4143, 4143],
  [4191, 4191],
  [15000, 15099],
  [20000, 20200],
];

export const portNotDeclared: Check = {
  code: 'port-not-declared',
  severity: 'hint',
  title: 'No container of the pods concerned declares a port that a rule opens',
  docs: `Containers need not declare the ports that they listen on, so this is no fault by itself: the rule opens the port. But where every container declares its ports and none of them is this one, the number is often another service's, or an old one, and nobody listens on it.

\`\`\`yaml
# web declares containerPort 8080
ingress:
- ports: [{ port: 9090 }]
\`\`\`

What to do: correct the number, declare the port, or leave it if the program listens on it.

It is silent where a Service leads to the port, where \`service-port-used\` says more, where containers declare nothing, for ranges, and for ports of mesh sidecars.`,
  *run(context) {
    for (const rule of writtenRules(context)) {
      // dns-rule-misses-resolver speaks of these.
      if (misdirectedDns(context, rule) !== undefined) continue;
      for (const { entry, path } of writtenPorts(rule)) {
        const number = singleNumber(entry);
        if (number === undefined || OF_A_MESH.some(([from, to]) => from <= number && number <= to)) continue;
        const destinations = destinationsOf(context, rule);
        if (destinations === undefined || destinations.length === 0) continue;
        if (!destinations.every((destination) => lacks(context, destination, entry, number))) continue;
        const declared = declaredPorts(destinations.flatMap(({ ports }) => ports));
        yield {
          policy: rule.written,
          path: [...path, 'port'],
          part: 'value',
          message: `${destinationText(destinations)} may not listen on ${number}/${effectiveProtocol(entry)}: the containers declare ${declared}`,
        };
      }
    }
  },
};

function lacks(
  context: CheckContext,
  { ports, portsUnknown, workload, labels }: Destination,
  entry: PolicyPort,
  number: number,
): boolean {
  if (portsUnknown || ports.length === 0) return false;
  if (ports.some(({ port, protocol }) => opens(entry, protocol, port))) return false;
  return !servicesSelecting(context.contentsOf(workload.namespace), labels).some((service) =>
    service.ports.some(
      (port) => port.port === number || port.nodePort === number || targetNumber(port, ports) === number,
    ),
  );
}
