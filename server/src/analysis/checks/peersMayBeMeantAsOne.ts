import type { LabelSelector } from '../../model/labels.ts';
import type { Direction } from '../../model/networkPolicy.ts';
import type { Check, CheckResult } from '../check.ts';
import { joinFix } from '../joinItems.ts';
import { pairsMeantAsOne, type PeerPair } from '../peerPairs.ts';
import { selectorText } from '../selectorText.ts';
import { thousands } from '../wording.ts';
import { writtenRules, type WrittenRule } from '../writtenRules.ts';

export const peersMayBeMeantAsOne: Check = {
  code: 'peers-may-be-meant-as-one',
  severity: 'warning',
  title: 'Two peers look like one with a dash too many, and mean many more pods',
  docs: `A dash makes a new peer, and the peers of a rule are alternatives. A \`namespaceSelector\` and a \`podSelector\` in one peer mean pods **in** namespaces; as two peers they mean **either** every pod of those namespaces **or** pods of the policy's own namespace.

\`\`\`yaml
- from:
  - namespaceSelector: { matchLabels: { team: a } }
  - podSelector: { matchLabels: { app: web } }      # without this dash: web in namespaces of team a
\`\`\`

What to do: remove the dash if one peer is meant; the fix does that and says how many pods are left. If two are meant, all is well: pods that the second peer should mean then have to exist in the policy's own namespace.

It speaks where exactly these two peers stand in a rule, all pods concerned are known, and as one peer they would mean somebody. It is a warning where no pod of the policy's own namespace has the labels, or where the own namespace is among those of the first peer, so that the second adds nothing; information where both readings make sense. It is silent for lists of more peers, for \`podSelector: {}\`, and where labels are not known.`,
  *run(context) {
    for (const rule of writtenRules(context)) {
      for (const pair of pairsMeantAsOne(context, rule.written.policy, rule.rule)) yield finding(rule, pair);
    }
  },
};

function finding(rule: WrittenRule, pair: PeerPair): CheckResult {
  const { written, path, peersField, direction } = rule;
  const { asOne, asTwo, index } = pair;
  const effect = `${thousands(asOne)} ${asOne === 1 ? 'pod' : 'pods'} instead of ${thousands(asTwo)}`;
  return {
    policy: written,
    path: [...path, peersField, index + 1, secondKey(rule, pair)],
    part: 'key',
    severity: pair.evidence === 'both' ? 'information' : 'warning',
    message: `These are two peers: ${everyPod(pair.namespaceSelector)}, or pods \`${selectorText(pair.podSelector)}\` of \`${written.policy.namespace}\`${none(pair)}. As one peer: ${effect}`,
    fixes: () =>
      joinFix(written, [...path, peersField, index], `Make them one peer: ${letsThrough(direction)} ${effect}`),
  };
}

function secondKey({ rule }: WrittenRule, { index }: PeerPair): string {
  return rule.peers?.[index + 1]?.podSelector === undefined ? 'namespaceSelector' : 'podSelector';
}

function none({ evidence }: PeerPair): string {
  if (evidence === 'both') return '';
  return evidence === 'noOwnPod' ? ', which has none' : ', all of which the first means already';
}

function everyPod(selector: LabelSelector): string {
  const text = selectorText(selector);
  return text === '' ? 'every pod of every namespace' : `every pod of namespaces \`${text}\``;
}

function letsThrough(direction: Direction): string {
  return direction === 'ingress' ? 'lets in' : 'lets out to';
}
