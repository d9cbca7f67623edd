import { isWholeFamily } from '../addressUse.ts';
import type { Check, CheckContext } from '../check.ts';
import { selectedPods } from '../destinations.ts';
import { portsAsWritten } from '../portText.ts';
import { isWritten } from '../policyRules.ts';
import { rulesOfPairs } from '../rulePairs.ts';
import { servicesSelecting } from '../serviceIndex.ts';
import { isEmptySelector, targetsOf } from '../targetText.ts';
import { writtenPeers, writtenRules, type WrittenRule } from '../writtenRules.ts';
import { sensitivePort } from './sensitivePortOpen.ts';

export const ingressFromAnywhere: Check = {
  code: 'ingress-from-anywhere',
  severity: 'hint',
  title: 'A rule lets in everyone, and nothing says that the pods serve the world',
  docs: `A rule without peers lets in every pod of every namespace and every address outside; a block \`0.0.0.0/0\` lets in every IPv4 address, those of pods included. That is right for what serves the public, and rarely meant for anything else.

\`\`\`yaml
ingress:
- ports: [{ port: 8080 }]       # no from: everyone
\`\`\`

What to do: name the peers: the ingress controller's pods, where the traffic comes through one.

It is silent where a Service of type \`LoadBalancer\` or \`NodePort\` leads to the pods, where \`sensitive-port-open\` says more, and for policies that select every pod of a namespace: those are allow-all on purpose.`,
  *run(context) {
    const pairs = rulesOfPairs(context);
    for (const rule of writtenRules(context)) {
      const { rule: written, direction } = rule;
      if (direction !== 'ingress' || (written.ports ?? []).some((entry) => sensitivePort(entry) !== undefined))
        continue;
      if (isEmptySelector(rule.written.policy.podSelector) || servesTheWorld(context, rule)) continue;
      const whole = writtenPeers(rule).find(({ peer }) => isWholeFamily(peer) && peer.ipBlock?.except.length === 0);
      if (whole === undefined && (written.peers ?? []).length > 0) continue;
      // An empty list, and a dash too many, are findings of their own that say whom they let in.
      if (whole === undefined && (isWritten(rule.written, [...rule.path, 'from']) || pairs.has(written))) continue;
      const who = whole === undefined ? 'every pod and every address outside' : 'every address inside and outside';
      yield {
        policy: rule.written,
        path: whole === undefined ? rule.path : [...whole.path, 'ipBlock', 'cidr'],
        part: 'value',
        message: `Lets ${who} reach ${targetsOf(context, rule.written.policy).text} on ${portsAsWritten(written.ports)}`,
      };
    }
  },
};

function servesTheWorld(context: CheckContext, { written }: WrittenRule): boolean {
  return (selectedPods(context, written.policy) ?? []).some(({ workload, labels }) =>
    servicesSelecting(context.contentsOf(workload.namespace), labels).some(
      ({ type }) => type === 'LoadBalancer' || type === 'NodePort',
    ),
  );
}
