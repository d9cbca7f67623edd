import type { Check } from '../check.ts';

export const namespaceNotFound: Check = {
  code: 'namespace-not-found',
  severity: 'information',
  title: 'The policy is for a namespace that the cluster does not have',
  docs: `A policy lives in a namespace. Where that does not exist the API server refuses the policy, and nothing is isolated: the name has a slip in it, the namespace comes later, or the file is for another cluster.

\`\`\`yaml
metadata: { name: web, namespace: shpo }    # the namespace is shop
\`\`\`

It speaks where the namespaces of a cluster or a snapshot have been read to the end. It is silent where a manifest makes the namespace.`,
  *run({ policies, knowledge, cluster, intended, contentsOf }) {
    if (!knowledge.namespacesKnown) return;
    for (const written of policies) {
      const { namespace } = written.policy;
      if (cluster.namespaces.get(namespace) !== undefined || intended.namespaces.get(namespace) !== undefined) continue;
      if (contentsOf(namespace).pods.length > 0) continue;
      yield {
        policy: written,
        path: ['metadata', 'namespace'],
        part: 'value',
        message: `This policy isolates nobody: the cluster has no namespace \`${namespace}\`, so the API server refuses it`,
      };
    }
  },
};
