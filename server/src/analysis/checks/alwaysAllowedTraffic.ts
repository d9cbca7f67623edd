import type { Check, CheckResult } from '../check.ts';
import { commentText } from '../commentText.ts';
import { portsAsWritten } from '../portText.ts';
import { writtenPeers, writtenPorts, writtenRules, type WrittenRule } from '../writtenRules.ts';

export const alwaysAllowedTraffic: Check = {
  code: 'always-allowed-traffic',
  severity: 'hint',
  title: 'A rule is about traffic that no policy decides: replies, a pod to itself, its own node',
  docs: `Some traffic passes whatever policies say: replies on a connection that was allowed, a pod's traffic to itself (also over 127.0.0.1), and traffic from the node that a pod runs on, such as the kubelet's probes. A rule for it opens nothing that is needed, and may open something else; an \`except\` for it takes nothing away.

\`\`\`yaml
ingress:
- ports: [{ port: 32768, endPort: 60999 }]    # "for the replies": they pass by themselves, and the ports are open to all
\`\`\`

What to do: remove the rule. Probes may need one with a network plug-in that does not follow the API here; then keep it.

It speaks of loopback addresses in an \`ipBlock\`, of the port range from which Linux opens connections over TCP, of other ranges of such ports where a comment or the policy's name speaks of replies, and of ingress from addresses where it speaks of the kubelet or its probes. It is silent for UDP, where such ports are often listened on, and for ranges without such a word.`,
  *run(context) {
    for (const rule of writtenRules(context)) {
      yield* loopback(rule);
      yield* replies(rule);
      yield* probes(rule);
    }
  },
};

function* loopback(rule: WrittenRule): Generator<CheckResult> {
  for (const { peer, path } of writtenPeers(rule)) {
    const { ipBlock } = peer;
    if (ipBlock === undefined) continue;
    if (isLoopback(ipBlock.cidr)) {
      const message = `This peer opens nothing: a pod always reaches itself, and nobody else has an address of ${ipBlock.cidr}`;
      yield { policy: rule.written, path: [...path, 'ipBlock', 'cidr'], part: 'value', message };
    }
    for (const [index, except] of ipBlock.except.entries()) {
      if (!isLoopback(except) || isLoopback(ipBlock.cidr)) continue;
      const message = `This exception takes nothing away: a pod always reaches itself, and nobody else has an address of ${except}`;
      yield { policy: rule.written, path: [...path, 'ipBlock', 'except', index], part: 'value', message };
    }
  }
}

function isLoopback(cidr: string): boolean {
  return /^127\.\d+\.\d+\.\d+\/(?:[89]|[12]\d|3[0-2])$/.test(cidr) || cidr === '::1/128';
}

const REPLIES = /\b(?:repl(?:y|ies)|responses?|return(?:ing)?[ -](?:traffic|packets?)|ephemeral|established)\b/i;

function* replies(rule: WrittenRule): Generator<CheckResult> {
  for (const { entry, path } of writtenPorts(rule)) {
    const { port, endPort = 0, protocol = 'TCP' } = entry;
    if (protocol !== 'TCP' || (port !== 32768 && port !== 49152) || endPort < 60999) continue;
    const isLinux = port === 32768 && endPort <= 61000;
    if (!isLinux && !REPLIES.test(commentText(rule.written, rule.path))) continue;
    yield {
      policy: rule.written,
      path: path,
      part: 'key',
      message: `This entry opens ${portsAsWritten([entry])} to whoever connects: replies on connections that are allowed pass without a rule`,
    };
  }
}

const PROBES = /\bkubelet\b|\b(?:liveness|readiness|startup)(?:[ -]?probes?)?\b/i;

function* probes(rule: WrittenRule): Generator<CheckResult> {
  const { peers = [] } = rule.rule;
  if (rule.direction !== 'ingress' || peers.length === 0) return;
  if (!peers.every(({ ipBlock }) => ipBlock !== undefined && !isLoopback(ipBlock.cidr))) return;
  if (!PROBES.test(commentText(rule.written, rule.path))) return;
  yield {
    policy: rule.written,
    path: [...rule.path, 'from'],
    part: 'key',
    message: `This rule is not needed for probes and opens ${portsAsWritten(rule.rule.ports)} to others: the kubelet probes from the pod's own node, whose traffic always passes`,
  };
}
