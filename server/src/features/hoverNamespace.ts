import { count, listSome, shownName } from '../analysis/wording.ts';
import { mentionsOfNamespace } from '../engine/policyMentions.ts';
import { classIsolation } from '../engine/workloadIsolation.ts';
import type { Direction } from '../model/networkPolicy.ts';
import { workloadId, type Pod } from '../model/workload.ts';
import type { WorkspaceSnapshot } from '../workspace/snapshot.ts';
import { code, escaped, escapedLine } from './markdown.ts';
import { defaultDenyText, isolatedCounts } from './objectText.ts';
import { peerLine } from './policyEffects.ts';
import { DIRECTIONS } from './policyPlaces.ts';
import { byName } from './podText.ts';

/** A namespace: default-deny, its policies, and which of its workloads stay open. */
export function namespaceLines(
  snapshot: WorkspaceSnapshot,
  name: string,
  listLink: (words: string) => string,
): readonly string[] {
  const { cluster, parts } = snapshot.universe;
  const policies = cluster.policiesByNamespace.get(name) ?? [];
  const names = policies.map(({ policy }) => escaped(shownName(policy.name))).sort();
  const open = (direction: Direction): readonly string[] => {
    const refs = new Map<string, { readonly workload: Pod['workload'] }>();
    for (const { workload } of parts.contents.get(name)?.pods ?? [])
      refs.set(`${workload.kind}/${workload.name}`, { workload });
    return byName([...refs.values()], name).flatMap(({ workload }) => {
      const known = cluster.pods.workloads.get(workloadId(workload));
      const isOpen = known?.classIds.some((id) => {
        const podClass = cluster.classes.get(id)?.podClass;
        return podClass !== undefined && classIsolation(cluster, podClass, direction) === false;
      });
      return isOpen === true ? [escaped(shownName(workload.name))] : [];
    });
  };
  const openLines = DIRECTIONS.flatMap((direction) => {
    const found = open(direction);
    return found.length === 0 ? [] : [`${direction === 'ingress' ? 'Ingress' : 'Egress'} open: ${listSome(found, 4)}`];
  });
  return [
    `**${escapedLine(defaultDenyText(snapshot, name))}** in ${code(name)}`,
    escapedLine(capital(isolatedCounts(snapshot, name))),
    names.length === 0 ? 'No policy here' : `${count(names.length, 'policy', 'policies')}: ${listSome(names, 4)}`,
    ...openLines,
    ...peerLine(mentionsOfNamespace(cluster, name).filter(({ policy }) => policy.namespace !== name)),
    listLink('List the policies'),
  ].filter((line) => line !== '');
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
