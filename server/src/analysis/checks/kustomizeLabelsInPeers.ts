import { matchPeer } from '../../engine/matchPods.ts';
import type { LabelSelector } from '../../model/labels.ts';
import { setField } from '../../syntax/yamlEdit.ts';
import type { Check, CheckContext, CheckResult, WrittenPolicy } from '../check.ts';
import { fieldPath, fixOf } from '../fixEdits.ts';
import { labelledPeers, type LabelledPeer } from '../kustomizeLabels.ts';
import { selectorText } from '../selectorText.ts';
import { count, nameSome } from '../wording.ts';

const NAME = 'kubernetes.io/metadata.name';

export const kustomizeLabelsInPeers: Check = {
  code: 'kustomize-labels-in-peers',
  severity: 'warning',
  title: 'A kustomization adds its labels to a peer, so that pods from elsewhere no longer match it',
  docs: `\`commonLabels\` (and \`labels\` with \`includeSelectors: true\`) add labels to every selector that has \`matchLabels\`: to a policy's \`podSelector\`, and also to those of its peers. Pods that the kustomization builds have the labels; those of other namespaces and applications have not, and the peer no longer means them (kubernetes-sigs/kustomize#157, #5912).

\`\`\`yaml
# kustomization.yaml: commonLabels: { app.kubernetes.io/part-of: shop }
from:
- namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: monitoring } }
  podSelector: { matchLabels: { app: prometheus } }     # is built as part-of=shop, too
\`\`\`

What to do: add labels without selectors (\`labels\` with \`includeSelectors: false\`, \`includeTemplates: true\`); or write the peer's labels as \`matchExpressions\`, which Kustomize leaves alone.

It is a warning where pods are known that match as the peer is written and not as it is built, and for namespaces of the platform, which no kustomization of yours labels. It is information for peers in other namespaces of which no such pod is known, and silent where the pods that match have the labels.`,
  *run(context) {
    for (const written of context.policies) {
      for (const peer of labelledPeers(written)) {
        const lost = lostPods(context, written, peer);
        if (lost !== undefined) yield result(written, peer, lost);
      }
    }
  },
};

interface Lost {
  /** Who is not meant any more. */
  readonly who: string;
  readonly verb: 'is' | 'are';
  readonly certain: boolean;
}

/** The pods that the added labels take from a peer; undefined where they take none, as far as is known. */
export function lostPods(
  { cluster, isSystemNamespace }: CheckContext,
  { policy }: WrittenPolicy,
  { written, built }: LabelledPeer,
): Lost | undefined {
  const before = matchPeer(cluster, policy.namespace, written);
  const after = matchPeer(cluster, policy.namespace, built);
  const kept = new Set([...after.certain, ...after.possible].map(({ id }) => id));
  const lost = before.certain.filter(({ id }) => !kept.has(id));
  if (lost.length > 0) {
    const names = [...new Set(lost.map(({ workload }) => workload.name))];
    const pods = lost.reduce((sum, match) => sum + match.pods, 0);
    return {
      who: `${nameSome(names, 'workload')} (${count(pods, 'pod')})`,
      verb: names.length === 1 ? 'is' : 'are',
      certain: true,
    };
  }
  if (before.certain.length > 0 || before.possible.length > 0 || written.namespaceSelector === undefined)
    return undefined;
  const name = written.namespaceSelector.matchLabels[NAME];
  return {
    who: `pods \`${selectorText(written.podSelector)}\` of ${name === undefined ? 'other namespaces' : `\`${name}\``}`,
    verb: 'are',
    certain: name !== undefined && isSystemNamespace(name),
  };
}

function result(policy: WrittenPolicy, { direction, path, written, added }: LabelledPeer, lost: Lost): CheckResult {
  const labels = selectorText({ matchLabels: added, matchExpressions: [] });
  const effect = direction === 'ingress' ? 'not let in' : 'not reached';
  const unless = lost.certain ? '' : ' unless they have it';
  return {
    policy,
    path: [...path, 'podSelector'],
    part: 'key',
    ...(lost.certain ? {} : { severity: 'information' }),
    message: `${lost.who} ${lost.verb} ${effect}${unless}: the kustomization adds \`${labels}\` to this peer`,
    fixes: () =>
      fixOf(
        policy,
        'Write the labels as matchExpressions, which Kustomize leaves alone',
        setField(
          policy.placed.document,
          fieldPath(policy, [...path, 'podSelector']),
          asExpressions(written.podSelector),
        ),
      ),
  };
}

function asExpressions({ matchLabels, matchExpressions }: LabelSelector) {
  return {
    matchExpressions: [
      ...Object.entries(matchLabels).map(([key, value]) => ({ key, operator: 'In', values: [value] })),
      ...matchExpressions.map(({ key, operator, values }) =>
        values.length === 0 ? { key, operator } : { key, operator, values: [...values] },
      ),
    ],
  };
}
