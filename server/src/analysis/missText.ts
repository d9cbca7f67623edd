import type { NearMiss } from '../engine/nearMisses.ts';
import { count } from './wording.ts';

/** Which one label keeps pods from matching, in a sentence: ``12 pods have `app=frontend` ``. */
export function missText({ cause, pods, workloads }: NearMiss): string {
  const many = count(pods, 'pod');
  const have = pods === 1 ? 'has' : 'have';
  const [only] = workloads;
  const who = workloads.length === 1 && only !== undefined ? `${only.workload.name} (${many})` : many;
  const has = workloads.length === 1 ? 'has' : have;
  switch (cause.kind) {
    case 'value':
      return cause.on === 'pod'
        ? `${who} ${has} \`${cause.key}=${cause.found}\``
        : `${who} ${pods === 1 ? 'is' : 'are'} in a namespace with \`${cause.key}=${cause.found}\``;
    case 'missing':
      if (cause.elsewhere === 'workload') {
        return `${who} ${pods === 1 ? 'misses' : 'miss'} it: the label \`${cause.key}\` is on the workload, not on its pod template`;
      }
      return cause.on === 'pod'
        ? `${who} ${has} no label \`${cause.key}\``
        : `${who} ${pods === 1 ? 'is' : 'are'} in a namespace without the label \`${cause.key}\``;
    case 'key':
      return cause.on === 'pod'
        ? `${who} ${has} it under \`${cause.found}\``
        : `Namespaces have no label \`${cause.key}\` by themselves; \`${cause.found}\` always holds their name (${many})`;
    case 'excluded':
      return `${who} ${has} \`${cause.key}=${cause.found}\`, which the selector excludes`;
    case 'otherNamespace':
      return `${who} with these labels ${pods === 1 ? 'is' : 'are'} in namespace \`${cause.namespace}\`, and a podSelector alone looks only at the policy's own`;
  }
}
