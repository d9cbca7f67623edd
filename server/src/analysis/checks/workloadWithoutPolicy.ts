import { classIsolation } from '../../engine/workloadIsolation.ts';
import type { CompiledCluster } from '../../engine/compiledCluster.ts';
import { workloadId, type WorkloadRef } from '../../model/workload.ts';
import type { Check } from '../check.ts';
import { DIRECTIONS } from '../policyRules.ts';
import { count } from '../wording.ts';

export const workloadWithoutPolicy: Check = {
  code: 'workload-without-policy',
  severity: 'hint',
  title: 'No policy selects the pods of a workload, in a namespace where others are isolated',
  docs: `Policies only limit the pods that they select. A workload that none of the namespace's policies selects accepts traffic from everywhere and may connect to everywhere, also to the pods that are isolated and whose rules let it in.

\`\`\`yaml
kind: Deployment
metadata: { name: batch, namespace: shop }    # the policies of shop select web and db
\`\`\`

What to do: write a policy for it, or default-deny for the namespace.

It stands at the workload's manifest. It is silent in namespaces without any policy (\`namespace-without-policy\` speaks of them), in namespaces of the platform, for pods on their node's network, and where pods or policies are not completely known.`,
  *run(context) {
    for (const written of context.objects) {
      const { object } = written;
      if (object.type !== 'workload' || object.workload.controller !== undefined) continue;
      const { namespace, name, kind, pods } = object.workload;
      if (pods.length === 0 || pods.some(({ hostNetwork }) => hostNetwork) || context.isSystemNamespace(namespace))
        continue;
      if (context.intendedPolicies(namespace).length === 0 || !context.knowledge.podsKnown(namespace)) continue;
      if (!DIRECTIONS.every((direction) => context.knowledge.policiesKnown(namespace, direction))) continue;
      const number = openPods(context.intended, { namespace, name, kind });
      if (number === 0) continue;
      const them = number === 1 ? 'it accepts' : 'they accept';
      yield {
        policy: written,
        path: ['metadata', 'name'],
        part: 'value',
        message: `No policy selects ${name} (${count(number, 'pod')}): ${them} traffic from everywhere and can reach every pod and every address outside`,
      };
    }
  },
};

/** How many pods of a workload are certainly open in both directions; 0 where any of them is not. */
function openPods(cluster: CompiledCluster, ref: WorkloadRef): number {
  const workload = cluster.pods.workloads.get(workloadId(ref));
  if (workload === undefined) return 0;
  for (const id of new Set(workload.classIds)) {
    const state = cluster.classes.get(id);
    if (state === undefined) return 0;
    if (DIRECTIONS.some((direction) => classIsolation(cluster, state.podClass, direction) !== false)) return 0;
  }
  return workload.pods.reduce((sum, pod) => sum + pod.count, 0);
}
