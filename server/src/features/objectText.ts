import { connectionsText, count, listSome, shownName, thousands } from '../analysis/wording.ts';
import type { CompiledCluster } from '../engine/compiledCluster.ts';
import type { CompiledPolicy } from '../engine/compilePolicy.ts';
import { PROTOCOLS } from '../model/networkPolicy.ts';
import { workloadId, type Pod, type Service } from '../model/workload.ts';
import { coverageTotals, type CoverageTotals } from '../workspace/policyCoverage.ts';
import type { WorkspaceSnapshot } from '../workspace/snapshot.ts';
import type { Universe } from '../workspace/universe.ts';
import { plain } from './markdown.ts';
import { directionState, directionText, isolationText, type PodGroup } from './podIsolation.ts';
import { byName, podsText } from './podText.ts';
import { rulesLettingIn, servicePods, type ServicePods, type TargetPort } from './servicePods.ts';
import { podKnowledge, readingText } from './sourceText.ts';
import type { WrittenObject } from './writtenObjects.ts';

/** What stands above a workload, a Service or a Namespace. */
export function objectTitle(snapshot: WorkspaceSnapshot, written: WrittenObject): string {
  const reading = readingText(snapshot.source, 'Pod');
  if (snapshot.source.kind === 'none') return `Not known: ${plain(snapshot.source.problem)}`;
  if (reading !== undefined) return capital(reading);
  switch (written.sort) {
    case 'workload':
      return workloadTitle(snapshot, written);
    case 'service':
      return written.object?.type === 'service' ? serviceTitle(snapshot, written.object.service) : NOT_READ;
    case 'namespace':
      return namespaceTitle(snapshot, written.name);
  }
}

const NOT_READ = 'Not evaluated: a placeholder or a fault leaves open what it is';

function workloadTitle(snapshot: WorkspaceSnapshot, written: WrittenObject): string {
  const groups = workloadGroups(snapshot, written);
  return groups === undefined ? absentText(snapshot, written) : isolationText(snapshot.universe.cluster, groups);
}

/** The pods that the answer knows of a workload, by class; those of its controller where that stands for it. */
export function workloadGroups(
  { universe: { cluster } }: WorkspaceSnapshot,
  { namespace, name, kind, object }: WrittenObject,
): readonly PodGroup[] | undefined {
  const own = cluster.pods.workloads.get(workloadId({ namespace, name, kind }));
  const controller = object?.type === 'workload' ? object.workload.controller : undefined;
  const known = own ?? (controller && cluster.pods.workloads.get(workloadId({ ...controller, namespace })));
  if (known === undefined) return undefined;
  // Of a controller's pods, the one that is written here.
  const isMeant = (pod: Pod): boolean => known === own || kind !== 'Pod' || pod.name === name;
  const counts = new Map<number, number>();
  for (const [index, pod] of known.pods.entries()) {
    const id = known.classIds[index];
    if (id !== undefined && isMeant(pod)) counts.set(id, (counts.get(id) ?? 0) + pod.count);
  }
  if (counts.size === 0) return undefined;
  return [...counts].flatMap(([id, pods]) => {
    const podClass = cluster.classes.get(id)?.podClass;
    return podClass === undefined ? [] : [{ podClass, pods }];
  });
}

/** Why the answer has no pods of a workload. */
export function absentText(snapshot: WorkspaceSnapshot, { namespace, object, held, sort }: WrittenObject): string {
  const { source } = snapshot;
  if (object?.type !== 'workload') return held ? 'Not known yet: the text cannot be read as it stands' : NOT_READ;
  if (source.kind === 'live' || source.kind === 'snapshot') {
    const knowledge = podKnowledge(snapshot, [namespace]);
    if (knowledge.kind === 'unknown') return capital(knowledge.text);
    return `No pod of it in ${plain(source.label)}`;
  }
  if (object.workload.pods.length === 0) return 'Runs no pod: policies have nothing to select';
  return sort === 'workload' ? 'Not evaluated: it is not part of what is read' : NOT_READ;
}

function serviceTitle(snapshot: WorkspaceSnapshot, service: Service): string {
  if (service.selector === undefined) return 'Without a selector: which pods it leads to is not known';
  const pods = servicePods(snapshot, service);
  if (pods.workloads.length === 0) {
    const knowledge = podKnowledge(snapshot, [service.namespace]);
    if (knowledge.kind === 'unknown') return capital(knowledge.text);
    return knowledge.kind === 'partly'
      ? `Leads to no pod that is known · ${plain(knowledge.why)}`
      : 'Leads to no pod: none has its labels';
  }
  return `Leads to ${podsNamed(pods)}${portsSuffix(pods)} · ${admittanceText(snapshot.universe.cluster, pods)}`;
}

/** `5 pods (web, web-canary)`. */
function podsNamed({ workloads }: ServicePods): string {
  const names = byName(workloads).map(({ workload }) => plain(shownName(workload.name)));
  return `${podsText(workloads)} (${listSome(names, 3)})`;
}

function portsSuffix({ targets }: ServicePods): string {
  return targets.length === 0 ? '' : ` on ${targetsText(targets)}`;
}

/** `8080/TCP, 53/UDP`. */
export function targetsText(targets: readonly TargetPort[]): string {
  return connectionsText(
    PROTOCOLS.map((protocol) => ({
      protocol,
      ranges: targets
        .filter((target) => target.protocol === protocol)
        .map(({ number }) => ({ from: number, to: number })),
    })).filter(({ ranges }) => ranges.length > 0),
  );
}

/** Who decides about what a Service sends: `open: no policy isolates ingress`, `let in by shop/web`. */
export function admittanceText(cluster: CompiledCluster, { groups, targets }: ServicePods, show = plain): string {
  const state = directionState(cluster, groups, 'ingress');
  if (state.isolated === 'unknown' || (!state.isolated && !state.mixed)) {
    return `ingress ${directionText(state, show)}`;
  }
  const admitting = admittingPolicies(cluster, groups, targets).map(({ policy }) => show(policy.key));
  const some = state.mixed ? `, ${count(state.pods - state.isolatedPods, 'pod')} open` : '';
  return admitting.length === 0
    ? `no policy lets anything in there${some}`
    : `let in by ${listSome(admitting, 3)}${some}`;
}

/** The policies that isolate ingress of some pods and let somebody in on one of these ports. */
export function admittingPolicies(
  cluster: CompiledCluster,
  groups: readonly PodGroup[],
  targets: readonly TargetPort[],
): readonly { readonly policy: CompiledPolicy; readonly rules: readonly number[] }[] {
  const found = new Map<string, { policy: CompiledPolicy; rules: Set<number> }>();
  for (const { podClass } of groups) {
    for (const policy of cluster.classes.get(podClass.id)?.ingress.certain ?? []) {
      const rules = rulesLettingIn(cluster, policy, podClass, targets);
      if (rules.length === 0) continue;
      const known = found.get(policy.key);
      if (known === undefined) found.set(policy.key, { policy, rules: new Set(rules) });
      else for (const rule of rules) known.rules.add(rule);
    }
  }
  return [...found.values()]
    .sort((a, b) => (a.policy.key < b.policy.key ? -1 : 1))
    .map(({ policy, rules }) => ({ policy, rules: [...rules].sort((a, b) => a - b) }));
}

/** `Default-deny for ingress, not for egress · 3 policies · 9 pods, ingress of 7 and egress of 5 isolated`. */
function namespaceTitle(snapshot: WorkspaceSnapshot, name: string): string {
  const policies = snapshot.universe.cluster.policiesByNamespace.get(name)?.length ?? 0;
  return [
    defaultDenyText(snapshot, name),
    policies === 0 ? 'no policy' : count(policies, 'policy', 'policies'),
    isolatedCounts(snapshot, name),
  ].join(' · ');
}

export function defaultDenyText(snapshot: WorkspaceSnapshot, name: string): string {
  const { ingress, egress } = coverageOf(snapshot, name)?.defaultDeny ?? { ingress: false, egress: false };
  if (ingress === true && egress === true) return 'Default-deny for ingress and egress';
  if (ingress === false && egress === false) return 'No default-deny';
  if (ingress === 'unknown' && egress === 'unknown') return 'Default-deny not known';
  const text = (direction: string, state: boolean | 'unknown'): string =>
    state === 'unknown' ? `for ${direction} not known` : state ? `for ${direction}` : `not for ${direction}`;
  return ingress === true || egress === false
    ? `Default-deny ${text('ingress', ingress)}, ${text('egress', egress)}`
    : `Default-deny ${text('egress', egress)}, ${text('ingress', ingress)}`;
}

/** `9 pods, ingress of 7 and egress of 5 isolated`, or why there is no number. */
export function isolatedCounts(snapshot: WorkspaceSnapshot, name: string): string {
  const knowledge = podKnowledge(snapshot, [name]);
  if (knowledge.kind === 'unknown') return plain(knowledge.text);
  const { pods, ingress, egress } = coverageOf(snapshot, name) ?? NOTHING;
  const partly = knowledge.kind === 'partly' ? ` · ${plain(knowledge.why)}` : '';
  if (pods === 0) return `no pod that is known${partly}`;
  const unknown = Math.max(ingress.unknown, egress.unknown);
  const isolated =
    ingress.isolated + egress.isolated === 0
      ? 'none isolated'
      : ingress.isolated === pods && egress.isolated === pods
        ? 'ingress and egress of all isolated'
        : `ingress of ${part(ingress.isolated, pods)} and egress of ${part(egress.isolated, pods)} isolated`;
  return `${count(pods, 'pod')}, ${isolated}${unknown === 0 ? '' : `, of ${unknown} not known`}${partly}`;
}

function part(number: number, of: number): string {
  if (number === 0) return 'none';
  return number === of ? 'all' : thousands(number);
}

const NOTHING = {
  pods: 0,
  ingress: { isolated: 0, open: 0, unknown: 0 },
  egress: { isolated: 0, open: 0, unknown: 0 },
};

const totals = new WeakMap<Universe, CoverageTotals>();

/** The numbers of `bulkhead coverage`. */
function coverageOf({ universe }: WorkspaceSnapshot, name: string): CoverageTotals['namespaces'][number] | undefined {
  let known = totals.get(universe);
  if (known === undefined) totals.set(universe, (known = coverageTotals(universe)));
  return known.namespaces.find((namespace) => namespace.name === name);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
