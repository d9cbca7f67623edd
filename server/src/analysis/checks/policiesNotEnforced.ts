import type { Check } from '../check.ts';

export const policiesNotEnforced: Check = {
  code: 'policies-not-enforced',
  severity: 'error',
  title: 'Nothing in the cluster enforces NetworkPolicies, so no policy has any effect',
  docs: `The API server accepts every NetworkPolicy; a network plug-in has to enforce it. Where none does, every pod reaches every other, whatever policies say, and nothing tells you so.

\`\`\`yaml
kind: NetworkPolicy
metadata: { name: default-deny, namespace: shop }
spec: { podSelector: {} }     # accepted, stored, and without effect on a cluster with Flannel alone
\`\`\`

Clusters without enforcement are those with Flannel alone, kindnet of kind before v0.24.0, Amazon's VPC CNI without its policy agent, GKE and AKS without the add-on, Docker Desktop, minikube without a plug-in, K3s with \`--disable-network-policy\`, kube-router with \`--run-firewall=false\`, Weave Net without \`weave-npc\`, and Cilium with \`enable-policy: never\`, \`policy-audit-mode: true\` or \`enable-k8s-networkpolicy: false\`.

What to do: install a plug-in that enforces policies, or switch on what the present one has.

It stands once in a file, at its first policy. What the cluster runs is told by its nodes, DaemonSets, API groups and the plug-in's own configuration; the status item says what was found. Where that cannot be told this check is silent. The setting \`bulkhead.cni\` says it in the detection's place, and a snapshot keeps what was found.`,
  wholeFile: true,
  *run({ manifests: [first], plugins }) {
    if (first === undefined || plugins?.enforces !== 'no') return;
    yield {
      policy: first,
      path: ['kind'],
      part: 'value',
      message: `Nothing in this cluster enforces NetworkPolicies, so every pod reaches every other: ${plugins.why}`,
    };
  },
};
