import { matchPeer } from '../../engine/matchPods.ts';
import type { Peer } from '../../model/networkPolicy.ts';
import type { Check, CheckContext } from '../check.ts';
import { selectorText } from '../selectorText.ts';
import { isEmptySelector, targetsOf } from '../targetText.ts';
import { count, listSome } from '../wording.ts';
import { writtenPeers, writtenRules } from '../writtenRules.ts';

export const labelOfAnyNamespace: Check = {
  code: 'label-of-any-namespace',
  severity: 'hint',
  title: 'Pods of any namespace are let in by a label that anybody can set',
  docs: `With \`namespaceSelector: {}\` and pod labels a rule lets in pods with these labels from **every** namespace. Whoever may create pods in any namespace can give them these labels. Where the cluster has tenants, that is everyone.

\`\`\`yaml
- from:
  - namespaceSelector: {}
    podSelector: { matchLabels: { app: prometheus } }   # also a tenant's pod that calls itself prometheus
\`\`\`

What to do: name the namespaces (\`kubernetes.io/metadata.name\` holds a namespace's name and cannot be forged). Where all pods with these labels are in one namespace today, the finding names it.

A hint, because a cluster without tenants may well mean it. It looks at ingress only, and is silent for \`namespaceSelector: {}\` alone, which opens a port to the cluster and says so.`,
  *run(context) {
    for (const rule of writtenRules(context)) {
      if (rule.direction !== 'ingress') continue;
      for (const { peer, path } of writtenPeers(rule)) {
        const { namespaceSelector, podSelector } = peer;
        if (namespaceSelector === undefined || podSelector === undefined) continue;
        if (!isEmptySelector(namespaceSelector) || isOpenEnded(podSelector)) continue;
        const { policy } = rule.written;
        yield {
          policy: rule.written,
          path: [...path, 'namespaceSelector'],
          part: 'key',
          message: `Whoever may create pods in any namespace can reach ${targetsOf(context, policy).text} by giving them \`${selectorText(podSelector)}\`${today(context, policy.namespace, peer)}`,
        };
      }
    }
  },
};

/** Selects whatever there is, or what is not known. */
function isOpenEnded(selector: NonNullable<Peer['podSelector']>): boolean {
  return selector.incomplete === true || isEmptySelector(selector);
}

function today({ cluster }: CheckContext, namespace: string, peer: Peer): string {
  const { certain } = matchPeer(cluster, namespace, peer);
  if (certain.length === 0) return '';
  const pods = certain.reduce((sum, workload) => sum + workload.pods, 0);
  const names = [...new Set(certain.map(({ workload }) => `\`${workload.namespace}\``))];
  const where = names.length === 1 ? `all in ${names[0]}` : `in ${listSome(names, 3)}`;
  return `. Today ${count(pods, 'pod')} ${pods === 1 ? 'has' : 'have'} it, ${pods === 1 ? where.replace('all ', '') : where}`;
}
