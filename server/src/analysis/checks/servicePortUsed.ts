import { effectiveProtocol } from '../../engine/defaulting.ts';
import type { PolicyPort } from '../../model/networkPolicy.ts';
import type { Service, ServicePort } from '../../model/workload.ts';
import type { Check, CheckContext, CheckResult } from '../check.ts';
import { destinationsOf, destinationText, type Destination } from '../destinations.ts';
import { opens, singleNumber } from '../containerPorts.ts';
import { servicesSelecting, targetNumber } from '../serviceIndex.ts';
import { setField } from '../../syntax/yamlEdit.ts';
import { fieldPath, fixOf } from '../fixEdits.ts';
import { misdirectedDns } from '../misdirectedDns.ts';
import { writtenPorts, writtenRules, type WrittenRule } from '../writtenRules.ts';

export const servicePortUsed: Check = {
  code: 'service-port-used',
  severity: 'warning',
  title: "A rule names a Service's port where its pods listen on another one, so it opens nothing",
  docs: `A connection to a Service is sent on to one of its pods before policies look at it. They see the pod and the port that it listens on (\`targetPort\`), never the Service's own \`port\` or \`nodePort\`. A rule with the Service's number opens a port on which nobody listens, and the connection is lost.

\`\`\`yaml
# Service web: port 80, targetPort 8080
ingress:
- from: [{ podSelector: { matchLabels: { app: frontend } } }]
  ports: [{ port: 80 }]      # the pods of web listen on 8080
\`\`\`

What to do: name the \`targetPort\`, as a number or as the name of the container's port.

It looks at the pods that the rule's ports are ports of: those that the policy selects for ingress, those of the peers for egress. It is silent where one of them declares the port or a Service leads to it, where the rule opens the right port besides, and where container ports are not known.`,
  *run(context) {
    for (const rule of writtenRules(context)) {
      // dns-rule-misses-resolver speaks of these.
      if (misdirectedDns(context, rule) !== undefined) continue;
      for (const { entry, path } of writtenPorts(rule)) {
        const use = serviceUse(context, rule, entry);
        if (use !== undefined) yield result(rule, [...path, 'port'], entry, use);
      }
    }
  },
};

interface ServiceUse {
  readonly service: Service;
  readonly port: ServicePort;
  readonly target: number;
  readonly destination: Destination;
}

/** Where the number is a Service's for pods that listen on others; undefined where any pod may listen on it. */
function serviceUse(
  context: CheckContext,
  rule: WrittenRule,
  entry: PolicyPort,
): readonly [ServiceUse, ...ServiceUse[]] | undefined {
  const number = singleNumber(entry);
  if (number === undefined) return undefined;
  const destinations = destinationsOf(context, rule);
  if (destinations === undefined) return undefined;
  const protocol = effectiveProtocol(entry);
  const uses: ServiceUse[] = [];
  for (const destination of destinations) {
    const { ports, portsUnknown, workload, labels } = destination;
    if (portsUnknown || ports.some((own) => own.port === number && own.protocol === protocol)) return undefined;
    let found: ServiceUse | undefined;
    for (const service of servicesSelecting(context.contentsOf(workload.namespace), labels)) {
      for (const port of service.ports) {
        if (port.protocol !== protocol) continue;
        const target = targetNumber(port, ports);
        if (target === number) return undefined;
        if (target === undefined || (port.port !== number && port.nodePort !== number)) continue;
        found ??= { service, port, target, destination };
      }
    }
    if (found === undefined) {
      if (ports.length === 0) return undefined;
    } else if ((rule.rule.ports ?? []).some((other) => opensTarget(other, found))) return undefined;
    else uses.push(found);
  }
  const [first, ...rest] = uses;
  return first && [first, ...rest];
}

function opensTarget(entry: PolicyPort, { target, port: { protocol }, destination }: ServiceUse): boolean {
  if (opens(entry, protocol, target)) return true;
  return destination.ports.some(
    ({ name, port }) => port === target && name === entry.port && effectiveProtocol(entry) === protocol,
  );
}

function result(
  { written }: WrittenRule,
  path: CheckResult['path'],
  entry: PolicyPort,
  uses: readonly [ServiceUse, ...ServiceUse[]],
): CheckResult {
  const [{ service, port, target }] = uses;
  const kind = port.port === entry.port ? 'port' : 'node port';
  const same = uses.filter((use) => use.target === target);
  const pods = destinationText(same.map(({ destination }) => destination));
  return {
    policy: written,
    path,
    part: 'value',
    message: `${pods} ${same.length === 1 ? 'listens' : 'listen'} on ${target}/${port.protocol}; ${entry.port} is the ${kind} of Service ${service.name}, which policies do not see. This entry opens nothing there`,
    fixes: () => {
      const targets = new Map(uses.map((use) => [use.target, use]));
      return [...targets.values()].flatMap((use) =>
        fixOf(
          written,
          `Change to ${use.target}, where the pods of Service ${use.service.name} listen`,
          setField(written.placed.document, fieldPath(written, path), use.target),
          targets.size === 1 ? { preferred: true } : {},
        ),
      );
    },
  };
}
