import type { Check, CheckContext, CheckResult } from '../check.ts';
import { destinationText, podsOfPeer, selectedPods, type Destination } from '../destinations.ts';
import { isEmptySelector } from '../targetText.ts';
import { writtenPeers, writtenRules } from '../writtenRules.ts';

export const hostNetworkPods: Check = {
  code: 'host-network-pods',
  severity: 'information',
  title: "A selector means pods on their node's network, which most network plug-ins do not see as pods",
  docs: `Pods with \`hostNetwork: true\` have their node's address and share it with everything else there. What policies do about them is left to the network plug-in. Most do not limit them at all, and see their traffic as the node's, which no \`podSelector\` matches.

\`\`\`yaml
# node-exporter has hostNetwork: true
podSelector: { matchLabels: { app: node-exporter } }
\`\`\`

What to do: limit such pods by the node's own firewall, or by what your plug-in has for nodes; let their traffic in by the addresses of the nodes.

It speaks where all pods that a selector means are such pods; where only some are, it is a hint. It is silent for selectors of every pod, which are about the others.`,
  *run(context) {
    for (const written of context.policies) {
      if (isEmptySelector(written.policy.podSelector)) continue;
      const pods = selectedPods(context, written.policy) ?? [];
      yield* finding(pods, (some) => ({
        policy: written,
        path: ['spec', 'podSelector'],
        part: 'key',
        message: `Most network plug-ins do not limit ${some} by this policy: such pods are on their node's network`,
      }));
    }
    yield* inPeers(context);
  },
};

function* inPeers(context: CheckContext): Generator<CheckResult> {
  for (const rule of writtenRules(context)) {
    for (const { peer, path } of writtenPeers(rule)) {
      if (peer.podSelector === undefined || isEmptySelector(peer.podSelector)) continue;
      const pods = podsOfPeer(context, rule.written.policy.namespace, peer) ?? [];
      const effect = rule.direction === 'ingress' ? 'lets in no traffic from' : 'lets out no traffic to';
      yield* finding(pods, (some) => ({
        policy: rule.written,
        path: [...path, 'podSelector'],
        part: 'key',
        message: `On most network plug-ins this peer ${effect} ${some}: such pods have their node's address, which no selector matches`,
      }));
    }
  }
}

function* finding(
  pods: readonly Destination[],
  say: (some: string) => Omit<CheckResult, 'severity'>,
): Generator<CheckResult> {
  const onNodes = pods.filter(({ hostNetwork }) => hostNetwork);
  if (onNodes.length === 0) return;
  yield { ...say(destinationText(onNodes)), severity: onNodes.length === pods.length ? 'information' : 'hint' };
}
