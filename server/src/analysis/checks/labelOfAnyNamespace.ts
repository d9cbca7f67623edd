import { matchPeer, type MatchedWorkload } from '../../engine/matchPods.ts';
import type { Peer } from '../../model/networkPolicy.ts';
import type { FieldPath } from '../../model/manifest.ts';
import type { Check, WrittenPolicy } from '../check.ts';
import { setField } from '../../syntax/yamlEdit.ts';
import { fieldPath, fixOf } from '../fixEdits.ts';
import type { Fix } from '../finding.ts';
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
        const matches = matchPeer(context.cluster, policy.namespace, peer).certain;
        yield {
          policy: rule.written,
          path: [...path, 'namespaceSelector'],
          part: 'key',
          message: `Whoever may create pods in any namespace can reach ${targetsOf(context, policy).text} by giving them \`${selectorText(podSelector)}\`${today(matches)}`,
          fixes: () => fixes(rule.written, [...path, 'namespaceSelector'], matches),
        };
      }
    }
  },
};

/** Selects whatever there is, or what is not known. */
function isOpenEnded(selector: NonNullable<Peer['podSelector']>): boolean {
  return selector.incomplete === true || isEmptySelector(selector);
}

function today(matches: readonly MatchedWorkload[]): string {
  const pods = podsOf(matches);
  if (pods === 0) return '';
  const names = namespacesOf(matches).map((name) => `\`${name}\``);
  const where = `${names.length === 1 && pods > 1 ? 'all ' : ''}in ${listSome(names, 3)}`;
  return `. Today ${count(pods, 'pod')} ${pods === 1 ? 'has' : 'have'} it, ${where}`;
}

function fixes(written: WrittenPolicy, path: FieldPath, matches: readonly MatchedWorkload[]): readonly Fix[] {
  const [only, ...more] = namespacesOf(matches);
  if (only === undefined || more.length > 0) return [];
  const pods = podsOf(matches);
  return fixOf(
    written,
    `Let in pods of ${only} only: the same ${pods === 1 ? 'pod' : count(pods, 'pod')} today`,
    setField(written.placed.document, fieldPath(written, path), {
      matchLabels: { 'kubernetes.io/metadata.name': only },
    }),
  );
}

function podsOf(matches: readonly MatchedWorkload[]): number {
  return matches.reduce((sum, { pods }) => sum + pods, 0);
}

function namespacesOf(matches: readonly MatchedWorkload[]): readonly string[] {
  return [...new Set(matches.map(({ workload }) => workload.namespace))];
}
