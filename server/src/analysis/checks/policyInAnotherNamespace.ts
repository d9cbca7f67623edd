import { matchPods, type PodMatches } from '../../engine/matchPods.ts';
import { setField } from '../../syntax/yamlEdit.ts';
import type { Check, CheckContext, WrittenPolicy } from '../check.ts';
import { fieldPath, fixOf } from '../fixEdits.ts';
import { selectorText } from '../selectorText.ts';
import { count, nameSome } from '../wording.ts';

export const policyInAnotherNamespace: Check = {
  code: 'policy-in-another-namespace',
  severity: 'information',
  title: 'The pods with the labels that a policy selects are all in another namespace',
  docs: `A policy selects pods of its own namespace only. One that is written for another namespace than its workload isolates nobody, and the workload stays open.

\`\`\`yaml
# the pods app=web are in shop
metadata: { name: web, namespace: shop-prod }
spec: { podSelector: { matchLabels: { app: web } } }
\`\`\`

What to do: give the policy the workload's namespace.

It speaks where no pod of the policy's namespace is known at all and exactly one other namespace has pods with the labels; it is a warning where that workload stands in the same file. Where pods of the policy's namespace are known, \`selector-matches-nothing\` says it; where the policy names no namespace, \`namespace-left-out\` does. It is silent for selectors that ask for no label.`,
  *run(context) {
    for (const written of context.policies) {
      const { namespace, podSelector } = written.policy;
      if (written.manifest.namespace === '' || context.contentsOf(namespace).pods.length > 0) continue;
      const found = podsElsewhere(context, written);
      const [other, ...more] = new Set(found.map(({ workload }) => workload.namespace));
      if (other === undefined || more.length > 0 || !context.knowledge.podsKnown(other)) continue;
      const names = [...new Set(found.map(({ workload }) => workload.name))];
      const pods = found.reduce((sum, match) => sum + match.pods, 0);
      yield {
        policy: written,
        path: ['metadata', 'namespace'],
        part: 'value',
        ...(isInFile(context, found) ? { severity: 'warning' } : {}),
        message: `This policy isolates nobody that is known: the pods \`${selectorText(podSelector)}\` are in \`${other}\`, ${nameSome(names, 'workload')} (${count(pods, 'pod')}), and it selects pods of \`${namespace}\` only`,
        fixes: () =>
          fixOf(
            written,
            `Change the namespace to ${other}`,
            setField(written.placed.document, fieldPath(written, ['metadata', 'namespace']), other),
          ),
      };
    }
  },
};

function podsElsewhere({ intended }: CheckContext, { policy }: WrittenPolicy): PodMatches['certain'] {
  const { namespace, podSelector } = policy;
  const asks =
    Object.keys(podSelector.matchLabels).length > 0 ||
    podSelector.matchExpressions.some(({ operator }) => operator === 'In' || operator === 'Exists');
  if (!asks || podSelector.incomplete === true) return [];
  const everywhere = { matchLabels: {}, matchExpressions: [] };
  return matchPods(intended, { namespace, podSelector, namespaceSelector: everywhere }).certain;
}

function isInFile({ whole: { objects } }: CheckContext, found: PodMatches['certain']): boolean {
  return objects.some(
    ({ object }) =>
      object.type === 'workload' &&
      found.some(
        ({ workload: { namespace, name, kind } }) =>
          object.workload.namespace === namespace && object.workload.name === name && object.workload.kind === kind,
      ),
  );
}
