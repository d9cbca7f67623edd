import type { FieldPath } from '../../model/manifest.ts';
import type { LabelSelector } from '../../model/labels.ts';
import { setField } from '../../syntax/yamlEdit.ts';
import type { Check, CheckResult } from '../check.ts';
import { dnsPeer, dnsPortEntries, dnsPortsText, dnsServers, dnsServersText, isForDns } from '../dnsServers.ts';
import { changesOf, fieldPath, fixOf } from '../fixEdits.ts';
import { misdirectedDns, type MisdirectedDns } from '../misdirectedDns.ts';
import { selectorText } from '../selectorText.ts';
import { targetsOf } from '../targetText.ts';
import { listSome } from '../wording.ts';
import { writtenRules, type WrittenRule } from '../writtenRules.ts';

const OPENSHIFT = 'openshift-dns';
const OPENSHIFT_PORT = 5353;

export const dnsRuleMissesResolver: Check = {
  code: 'dns-rule-misses-resolver',
  severity: 'warning',
  title: "A rule for DNS does not reach this cluster's DNS servers: other pods, or another port than theirs",
  docs: `DNS pods are called differently from cluster to cluster: \`k8s-app: kube-dns\` in \`kube-system\` upstream (whatever the Deployment's own name), \`dns.operator.openshift.io/daemonset-dns: default\` in \`openshift-dns\` on OpenShift. And a policy sees the port that they listen on, which behind the Service's 53 may be 5353 (OpenShift) or 8053. A rule with labels or ports from another cluster lets no lookup out.

\`\`\`yaml
# OpenShift: the DNS pods listen on 5353
egress:
- to: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: openshift-dns } } }]
  ports: [{ protocol: UDP, port: 53 }]
\`\`\`

What to do: select the DNS pods by the labels that their Service selects, with the port that it leads to.

It looks at egress rules whose ports are DNS ports and nothing else. The servers are those that the source shows; without them it knows only that OpenShift's listen on ${OPENSHIFT_PORT}. It is silent for rules with address blocks, without peers, and for selectors that mean many workloads.`,
  *run(context) {
    const isKnown = dnsServers(context).length > 0;
    for (const rule of writtenRules(context)) {
      const missed = misdirectedDns(context, rule);
      if (missed !== undefined) yield result(rule, targetsOf(context, rule.written.policy).text, missed);
      else if (!isKnown && meansServicePort(rule)) yield openShift(rule, targetsOf(context, rule.written.policy).text);
    }
  },
};

function result(rule: WrittenRule, who: string, missed: MisdirectedDns): CheckResult {
  const { servers, wrong, instead } = missed;
  const { written, path, peersField } = rule;
  const { namespace } = written.policy;
  const dns = `${dnsServersText(servers)} on ${dnsPortsText(servers)}`;
  const why =
    wrong === 'ports'
      ? 'this rule opens other ports of it'
      : instead.length === 0
        ? 'this rule means no pod'
        : `this rule means ${listSome(instead, 2)}`;
  const peers: FieldPath = [...path, peersField];
  const labels: LabelSelector = { matchLabels: servers.selector, matchExpressions: [] };
  return {
    policy: written,
    path: wrong === 'ports' ? [...path, 'ports'] : peers,
    part: 'key',
    message: `Lets no lookup of names out of ${who}: names are resolved by ${dns}, and ${why}`,
    fixes: () =>
      fixOf(
        written,
        `Let it reach pods ${selectorText(labels)} of ${servers.namespace} on ${dnsPortsText(servers)}`,
        changesOf(written, [
          (document) =>
            wrong === 'ports' ? [] : setField(document, fieldPath(written, peers), [dnsPeer(namespace, servers)]),
          (document) => setField(document, fieldPath(written, [...path, 'ports']), dnsPortEntries(servers)),
        ]),
        { preferred: true },
      ),
  };
}

/** A rule for the pods of \`openshift-dns\` that opens 53 alone. */
function meansServicePort({ direction, rule }: WrittenRule): boolean {
  const { peers = [], ports = [] } = rule;
  if (direction !== 'egress' || peers.length === 0 || !isForDns(ports)) return false;
  if (ports.some(({ port }) => port === OPENSHIFT_PORT)) return false;
  return peers.every(
    ({ namespaceSelector }) => namespaceSelector?.matchLabels['kubernetes.io/metadata.name'] === OPENSHIFT,
  );
}

function openShift({ written, path }: WrittenRule, who: string): CheckResult {
  const ports = [...path, 'ports'];
  return {
    policy: written,
    path: ports,
    part: 'key',
    message: `Lets no lookup of names out of ${who}: OpenShift's DNS pods listen on ${OPENSHIFT_PORT}, behind port 53 of their Service`,
    fixes: () => {
      const entries = (['UDP', 'TCP'] as const).map((protocol) => ({ protocol, port: OPENSHIFT_PORT }));
      const change = setField(written.placed.document, fieldPath(written, ports), entries);
      return fixOf(written, `Open ${OPENSHIFT_PORT}/UDP and ${OPENSHIFT_PORT}/TCP`, change, { preferred: true });
    },
  };
}
