import { effectiveProtocol } from '../../engine/defaulting.ts';
import { isEmptySelector } from '../targetText.ts';
import type { Check } from '../check.ts';
import { destinationsOf, type Destination } from '../destinations.ts';
import { listSome } from '../wording.ts';
import { writtenPorts, writtenRules, type WrittenRule } from '../writtenRules.ts';

export const namedPortDiffers: Check = {
  code: 'named-port-differs',
  severity: 'hint',
  title: 'A named port stands for different numbers on the pods concerned, which some network plug-ins get wrong',
  docs: `A named port is resolved on every destination pod for itself, so one entry may open 8080 on one workload and 8081 on another. That is what the API says; some network plug-ins took one number for all of them (cilium/cilium#30003, #24779).

\`\`\`yaml
# http is 8080 in web and 8081 in web-canary
ports: [{ port: http }]
\`\`\`

What to do: nothing, if your plug-in resolves names per pod; else give the port one number everywhere, or write the numbers.

It looks at selectors that ask for labels; a rule for all pods of a namespace is meant to find different numbers.`,
  *run(context) {
    for (const rule of writtenRules(context)) {
      if (!asksForLabels(rule)) continue;
      for (const { entry, path } of writtenPorts(rule)) {
        if (typeof entry.port !== 'string' || entry.incomplete === true) continue;
        const numbers = numbersOf(destinationsOf(context, rule) ?? [], entry.port, effectiveProtocol(entry));
        if (numbers.size < 2) continue;
        const texts = [...numbers]
          .sort(([a], [b]) => a - b)
          .map(([number, names]) => `${number} on ${listSome([...names], 2)}`);
        yield {
          policy: rule.written,
          path: [...path, 'port'],
          part: 'value',
          message: `\`${entry.port}\` is ${listSome(texts, 3)}: some network plug-ins open one number for all of them`,
        };
      }
    }
  },
};

function asksForLabels({ written, direction, rule }: WrittenRule): boolean {
  if (direction === 'ingress') return !isEmptySelector(written.policy.podSelector);
  return (rule.peers ?? []).every(({ podSelector }) => podSelector !== undefined && !isEmptySelector(podSelector));
}

function numbersOf(
  destinations: readonly Destination[],
  name: string,
  protocol: string,
): ReadonlyMap<number, ReadonlySet<string>> {
  const numbers = new Map<number, Set<string>>();
  for (const { ports, workload } of destinations) {
    const port = ports.find((own) => own.name === name && own.protocol === protocol);
    if (port === undefined) continue;
    let names = numbers.get(port.port);
    if (names === undefined) numbers.set(port.port, (names = new Set()));
    names.add(workload.name);
  }
  return numbers;
}
