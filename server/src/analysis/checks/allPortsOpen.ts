import type { Peer } from '../../model/networkPolicy.ts';
import type { Check } from '../check.ts';
import { destinationsOf, destinationText, peersOf } from '../destinations.ts';
import { declaredPorts } from '../containerPorts.ts';
import { isWritten } from '../policyRules.ts';
import { rulesOfPairs } from '../rulePairs.ts';
import { isEmptySelector } from '../targetText.ts';
import { listSome, thousands } from '../wording.ts';
import { setField } from '../../syntax/yamlEdit.ts';
import type { ContainerPort } from '../../model/workload.ts';
import type { Fix } from '../finding.ts';
import { fieldPath, fixOf } from '../fixEdits.ts';
import { writtenPorts, writtenRules, type WrittenRule } from '../writtenRules.ts';

/** A range of at least so many ports is no longer about one program. */
const WIDE = 1000;
/** Ranges from here on are about replies or node ports. */
const EPHEMERAL = 30000;
/** A rule for more workloads than this is about none of them. */
const FEW = 3;

export const allPortsOpen: Check = {
  code: 'all-ports-open',
  severity: 'hint',
  title: 'A rule for certain peers opens every port, or a very wide range, where the pods serve a few',
  docs: `A rule without \`ports\` opens every port of every protocol: also the debug, metrics and admin ports that a container has today or tomorrow.

\`\`\`yaml
ingress:
- from: [{ podSelector: { matchLabels: { app: frontend } } }]   # every port of web, which declares 8080
\`\`\`

What to do: name the ports that are served.

It speaks where rule and pods are certain ones: the peers ask for labels, the destinations are at most ${FEW} workloads, and their containers declare ports. Ranges are wide from ${thousands(WIDE)} ports on.`,
  *run(context) {
    const pairs = rulesOfPairs(context);
    for (const rule of writtenRules(context)) {
      const { peers = [], ports = [] } = rule.rule;
      for (const { entry, path } of writtenPorts(rule)) {
        const { port, endPort } = entry;
        if (typeof port !== 'number' || endPort === undefined || port >= EPHEMERAL || endPort - port < WIDE) continue;
        yield {
          policy: rule.written,
          path: [...path, 'endPort'],
          part: 'value',
          message: `This entry opens ${thousands(endPort - port + 1)} ports, ${port} to ${endPort}, with whatever listens there`,
        };
      }
      // An empty list, and a dash too many, are findings of their own.
      if (isWritten(rule.written, [...rule.path, 'ports']) || pairs.has(rule.rule)) continue;
      if (ports.length > 0 || peers.length === 0 || !peers.every(isCertain) || !isForSome(rule)) continue;
      const destinations = destinationsOf(context, rule);
      if (destinations === undefined || destinations.length === 0 || destinations.length > FEW) continue;
      // A rule that lets nobody through has another fault.
      if (peersOf(context, rule)?.length === 0) continue;
      if (destinations.some((destination) => destination.portsUnknown || destination.ports.length === 0)) continue;
      const declared = declaredPorts(destinations.flatMap((destination) => destination.ports));
      const them = destinationText(destinations);
      yield {
        policy: rule.written,
        path: rule.path,
        part: 'value',
        message:
          rule.direction === 'ingress'
            ? `Lets its peers reach every port of ${them}; the containers declare ${declared}`
            : `Lets out to every port of ${them}; the containers declare ${declared}`,
        fixes: () =>
          openOnly(
            rule,
            destinations.flatMap((destination) => destination.ports),
          ),
      };
    }
  },
};

function openOnly({ written, path }: WrittenRule, ports: readonly ContainerPort[]): readonly Fix[] {
  const entries = new Map(ports.map(({ protocol, port }) => [`${port}/${protocol}`, { protocol, port }]));
  const change = setField(written.placed.document, fieldPath(written, [...path, 'ports']), [...entries.values()]);
  return fixOf(written, `Open only ${listSome([...entries.keys()], 4)}`, change);
}

/** A peer that asks for labels of pods. */
function isCertain({ podSelector, ipBlock, incomplete }: Peer): boolean {
  return ipBlock === undefined && incomplete !== true && podSelector !== undefined && !isEmptySelector(podSelector);
}

function isForSome({ written, direction }: WrittenRule): boolean {
  return direction === 'egress' || !isEmptySelector(written.policy.podSelector);
}
