import { matchNamespaces } from '../../engine/matchPods.ts';
import type { Peer } from '../../model/networkPolicy.ts';
import { renameKey } from '../../syntax/yamlEdit.ts';
import type { Check, CheckContext } from '../check.ts';
import { fieldPath, fixOf } from '../fixEdits.ts';
import { writtenPeers, writtenRules } from '../writtenRules.ts';

const ALWAYS = 'kubernetes.io/metadata.name';

export const namespaceNameLabel: Check = {
  code: 'namespace-name-label',
  severity: 'information',
  title: 'A peer asks for namespaces with the label `name`, which Kubernetes does not set',
  docs: `No namespace has the label \`name\` by itself. Many examples use it and tell you to set it; where nobody has, the peer matches no namespace and lets nobody in or out. \`${ALWAYS}\` is on every namespace since Kubernetes 1.21 and always holds its name.

\`\`\`yaml
namespaceSelector:
  matchLabels: { name: monitoring }
\`\`\`

What to do: ask for \`${ALWAYS}\`.

It is a warning where the Namespace is among the manifests and has no such label. It is silent where a namespace with the label is known, and where the namespaces of a cluster are known: \`selector-matches-nothing\` says more then.`,
  *run(context) {
    if (context.knowledge.namespacesKnown) return;
    for (const rule of writtenRules(context)) {
      for (const { peer, path } of writtenPeers(rule)) {
        const name = nameAskedFor(context, peer);
        if (name === undefined) continue;
        const { written } = rule;
        const label = [...path, 'namespaceSelector', 'matchLabels', 'name'];
        const isWritten = context.intended.namespaces.get(name) !== undefined;
        const effect = rule.direction === 'ingress' ? 'lets nobody in' : 'lets nothing out';
        yield {
          policy: written,
          path: label,
          part: 'key',
          ...(isWritten ? { severity: 'warning' } : {}),
          message: isWritten
            ? `This peer ${effect}: namespace \`${name}\` has no label \`name\`, and Kubernetes sets none`
            : `This peer ${effect} unless somebody has set the label \`name\` on namespace \`${name}\`: Kubernetes does not`,
          fixes: () =>
            fixOf(
              written,
              `Change the key to ${ALWAYS}`,
              renameKey(written.placed.document, fieldPath(written, label), ALWAYS),
              { preferred: true },
            ),
        };
      }
    }
  },
};

/** The namespace that a peer asks for by the label \`name\` where no known one has it. */
function nameAskedFor({ intended }: CheckContext, { namespaceSelector, incomplete }: Peer): string | undefined {
  if (namespaceSelector === undefined || incomplete === true || namespaceSelector.incomplete === true) return undefined;
  const { matchLabels } = namespaceSelector;
  if (!Object.hasOwn(matchLabels, 'name') || Object.hasOwn(matchLabels, ALWAYS)) return undefined;
  const { certain, possible } = matchNamespaces(intended, namespaceSelector);
  if (certain.length > 0 || possible.length > 0) return undefined;
  const named = matchNamespaces(intended, {
    matchLabels: {},
    matchExpressions: [{ key: 'name', operator: 'Exists', values: [] }],
  });
  return named.certain.length > 0 ? undefined : matchLabels['name'];
}
