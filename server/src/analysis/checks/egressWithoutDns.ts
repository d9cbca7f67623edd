import { byNamespace, type Check, type CheckContext } from '../check.ts';
import { mayReachDns } from '../dnsAccess.ts';
import { ASSUMED_DNS, dnsPortsText, dnsServers, dnsServersText } from '../dnsServers.ts';
import { dnsFixes } from '../fixes/dnsRule.ts';
import { misdirectedDns } from '../misdirectedDns.ts';
import { podFacts, selectedBy, workloadsText, podCount } from '../podFacts.ts';
import { relatedPolicies } from '../relatedPolicies.ts';
import { writtenRules } from '../writtenRules.ts';

const CODE = 'egress-without-dns';

export const egressWithoutDns: Check = {
  code: CODE,
  severity: 'warning',
  title: 'Pods whose egress is isolated may not resolve names, because no rule lets them reach DNS',
  docs: `As soon as a policy isolates the egress of a pod, DNS is denied with everything else: name lookups time out, and most programs fail although "their" rules are right. Some rule has to let the pods reach the cluster's DNS servers.

\`\`\`yaml
egress:
- to:
  - namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: kube-system } }
    podSelector: { matchLabels: { k8s-app: kube-dns } }
  ports:
  - { protocol: UDP, port: 53 }
  - { protocol: TCP, port: 53 }   # large answers come over TCP
\`\`\`

Policies see the pod's port, not the Service's: on OpenShift DNS pods listen on 5353. With NodeLocal DNSCache or a cloud resolver the server is an address, and the rule needs an \`ipBlock\`.

Where the cluster's DNS pods are known the rules are evaluated against them. Otherwise any rule that could mean DNS counts, so that nothing is called missing that may be there. It is reported once per file and namespace; it is silent in namespaces of the platform, where pods or policies are not completely known, and where \`bulkhead.yaml\` turns it off.`,
  *run(context) {
    const misdirected = misdirectedPolicies(context);
    for (const [namespace, policies] of byNamespace(context.policies)) {
      const [first] = policies;
      if (first === undefined || context.isSystemNamespace(namespace)) continue;
      if (!context.knowledge.podsKnown(namespace) || !context.knowledge.policiesKnown(namespace, 'egress')) continue;
      const known = new Map(context.intendedPolicies(namespace).map((policy) => [policy.name, policy]));
      const cut = selectedBy(podFacts(context, namespace), policies, ['egress']).filter(({ pod, now, intended }) => {
        if (now.egress.isolated !== true || intended.egress.isolated !== true || pod.hostNetwork) return false;
        const isolating = intended.egress.by.flatMap(({ policy }) => known.get(policy.name) ?? []);
        // dns-rule-misses-resolver says of these what keeps them from it.
        if (isolating.some(({ name }) => misdirected.has(`${namespace}/${name}`))) return false;
        return !mayReachDns(context, pod, isolating);
      });
      if (cut.length === 0) continue;
      const [servers = ASSUMED_DNS] = dnsServers(context);
      const it = podCount(cut) === 1 ? 'it' : 'them';
      yield {
        policy: first,
        path: ['metadata', 'name'],
        part: 'value',
        message: `${workloadsText(cut)} may no longer resolve names: no rule lets ${it} reach ${dnsServersText(servers)} on ${dnsPortsText(servers)}`,
        related: relatedPolicies(context, namespace),
        fixes: () => dnsFixes(context, policies, cut),
      };
    }
  },
};

/** `namespace/name` of the file's policies with a rule for DNS that misses the servers. */
function misdirectedPolicies(context: CheckContext): ReadonlySet<string> {
  const rules = [...writtenRules(context)].filter((rule) => misdirectedDns(context, rule) !== undefined);
  return new Set(rules.map(({ written: { policy } }) => `${policy.namespace}/${policy.name}`));
}
