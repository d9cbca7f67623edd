import { servicesSelecting, targetNumber } from '../analysis/serviceIndex.ts';
import { count, listSome, shownName } from '../analysis/wording.ts';
import { mentionsOfPods } from '../engine/policyMentions.ts';
import type { FieldPath } from '../model/manifest.ts';
import type { Pod } from '../model/workload.ts';
import type { WorkspaceSnapshot } from '../workspace/snapshot.ts';
import { code, escaped, escapedLine, qualified } from './markdown.ts';
import { absentText, workloadGroups } from './objectText.ts';
import { directionState, type PodGroup } from './podIsolation.ts';
import { directionLine, peerLine, portRules } from './policyEffects.ts';
import { DIRECTIONS } from './policyPlaces.ts';
import type { WrittenObject } from './writtenObjects.ts';

/** A workload as a whole: what isolates its pods, whom that lets through, and where else policies mean them. */
export function workloadLines(
  snapshot: WorkspaceSnapshot,
  object: WrittenObject,
  listLink: (words: string) => string,
): readonly string[] {
  const { cluster } = snapshot.universe;
  const head = `**${qualified(object)}** *${escaped(object.kind)}*`;
  const groups = workloadGroups(snapshot, object);
  const written = object.object?.type === 'workload' ? object.object.workload.pods : [];
  if (groups === undefined) {
    return [`${head} · ${escapedLine(absentText(snapshot, object))}`, ...wouldLines(snapshot, written)];
  }
  const number = groups.reduce((sum, { pods }) => sum + pods, 0);
  const countUnknown = written.some((pod) => pod.countUnknown === true);
  return [
    `${head}, ${countUnknown ? 'number of pods not written' : count(number, 'pod')}`,
    ...DIRECTIONS.map((direction) => directionLine(snapshot, directionState(cluster, groups, direction), direction)),
    ...peerLine(mentionsOfPods(cluster, podsOf(snapshot, groups, object))),
    ...behindLine(snapshot, object, groups),
    listLink('List the policies'),
  ].filter((line) => line !== '');
}

/** A container's port: which rules let somebody in to it, and which Services lead there. */
export function containerPortLines(
  snapshot: WorkspaceSnapshot,
  object: WrittenObject,
  path: FieldPath,
): readonly string[] {
  const { sourceMap } = object.placed.document;
  const scalar = (field: string): string | undefined => sourceMap.scalar([...object.manifest.path, ...path, field]);
  const number = Number(scalar('containerPort'));
  const protocol = scalar('protocol') ?? 'TCP';
  const groups = workloadGroups(snapshot, object);
  if (!Number.isInteger(number) || (protocol !== 'TCP' && protocol !== 'UDP' && protocol !== 'SCTP'))
    return ['**Not known**: the port is not written here'];
  if (groups === undefined) return [`**${escapedLine(absentText(snapshot, object))}**`];
  const name = scalar('name');
  const target = { protocol, number } as const;
  const view = snapshot.universe.parts.contents.get(object.namespace);
  const services = new Set<string>();
  for (const pod of podsOf(snapshot, groups, object)) {
    for (const service of view === undefined ? [] : servicesSelecting(view, pod.labels)) {
      const leads = service.ports.filter(
        (port) => port.protocol === protocol && targetNumber(port, pod.ports) === number,
      );
      for (const { port } of leads) services.add(`${escaped(shownName(service.name))} (port ${port})`);
    }
  }
  return [
    `**${number}/${protocol}**${name === undefined ? '' : ` ${code(name)}`} of ${escaped(shownName(object.name))}`,
    ...portRules(snapshot, groups, [target], object.namespace),
    ...(services.size === 0
      ? []
      : [`Behind ${services.size === 1 ? 'Service' : 'Services'} ${listSome([...services], 3)}`]),
  ];
}

/** For a workload that runs nowhere: which policies its pods will meet. */
function wouldLines({ universe }: WorkspaceSnapshot, pods: readonly Pod[]): readonly string[] {
  const selecting = mentionsOfPods(universe.cluster, pods).filter(({ place }) => place.kind === 'targets');
  const names = [...new Set(selecting.map(({ policy }) => qualified(policy)))];
  if (pods.length === 0) return [];
  return [
    names.length === 0
      ? 'As written, no policy would select its pods'
      : `As written, its pods would be selected by ${listSome(names.sort(), 3)}`,
  ];
}

function behindLine(
  snapshot: WorkspaceSnapshot,
  object: WrittenObject,
  groups: readonly PodGroup[],
): readonly string[] {
  const view = snapshot.universe.parts.contents.get(object.namespace);
  if (view === undefined) return [];
  const names = new Map<string, string>();
  for (const pod of podsOf(snapshot, groups, object)) {
    for (const service of servicesSelecting(view, pod.labels)) {
      const ports = service.ports.map((port) => `${port.port} → ${targetNumber(port, pod.ports) ?? 'nothing'}`);
      names.set(service.name, `${escaped(shownName(service.name))} (${listSome(ports, 2)})`);
    }
  }
  return names.size === 0
    ? []
    : [`Behind ${names.size === 1 ? 'Service' : 'Services'} ${listSome([...names.values()], 3)}`];
}

/** One pod of each class of a workload. */
export function podsOf(
  { universe }: WorkspaceSnapshot,
  groups: readonly PodGroup[],
  object: WrittenObject,
): readonly Pod[] {
  return groups.flatMap(({ podClass }) => {
    const members = universe.cluster.pods.membersOf(podClass.id);
    const own = members.find(
      ({ workload: { ref } }) =>
        ref.namespace === object.namespace && ref.name === object.name && ref.kind === object.kind,
    );
    return (own ?? members[0])?.pods.slice(0, 1) ?? [];
  });
}
