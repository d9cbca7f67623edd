import type { Check } from '../check.ts';
import { DIRECTIONS } from '../policyRules.ts';
import { count } from '../wording.ts';

export const namespaceWithoutPolicy: Check = {
  code: 'namespace-without-policy',
  severity: 'hint',
  title: 'No policy lives in a namespace that has pods',
  docs: `Without a NetworkPolicy every pod of a namespace accepts traffic from everywhere and may connect to everywhere. The CIS benchmark asks for a policy in every namespace (5.3.2).

\`\`\`yaml
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: default-deny, namespace: shop }
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
\`\`\`

What to do: begin with default-deny and the rules that the pods need.

It stands at the Namespace's manifest. It is silent where no pod of the namespace is known, in namespaces of the platform, where policies of another API are not evaluated, and where pods or policies are not completely known.`,
  *run(context) {
    for (const written of context.objects) {
      if (written.object.type !== 'namespace') continue;
      const { name } = written.object.namespace;
      if (context.isSystemNamespace(name) || context.intendedPolicies(name).length > 0) continue;
      if (!context.knowledge.podsKnown(name)) continue;
      if (!DIRECTIONS.every((direction) => context.knowledge.policiesKnown(name, direction))) continue;
      const pods = context.contentsOf(name).pods.reduce((sum, pod) => sum + (pod.hostNetwork ? 0 : pod.count), 0);
      if (pods === 0) continue;
      yield {
        policy: written,
        path: ['metadata', 'name'],
        part: 'value',
        message: `Nothing limits traffic of ${count(pods, 'pod')} of \`${name}\`, in or out: no policy lives in it`,
      };
    }
  },
};
