import { count, shownName } from '../analysis/wording.ts';
import type { Service } from '../model/workload.ts';
import type { WorkspaceSnapshot } from '../workspace/snapshot.ts';
import { NOT_READABLE } from './hoverContext.ts';
import { manifestLine } from './hoverDifference.ts';
import { podsOfWorkloads, workloadList } from './hoverNames.ts';
import { code, escaped, escapedLine, qualified } from './markdown.ts';
import { admittanceText, admittingPolicies, targetsText } from './objectText.ts';
import { portRules, ruleTexts } from './policyEffects.ts';
import { servicePods } from './servicePods.ts';
import { podKnowledge } from './sourceText.ts';
import type { WrittenObject } from './writtenObjects.ts';

/** A Service as a whole: its pods, and which rules let somebody in to their ports. */
export function serviceLines(
  snapshot: WorkspaceSnapshot,
  service: Service,
  listLink: (words: string) => string,
): readonly string[] {
  const { cluster } = snapshot.universe;
  const head = `**${qualified(service)}** *Service*`;
  if (service.selector === undefined) return [`${head} without a selector: which pods it leads to is not known`];
  const pods = servicePods(snapshot, service);
  if (pods.workloads.length === 0) {
    const knowledge = podKnowledge(snapshot, [service.namespace]);
    const none =
      knowledge.kind === 'partly'
        ? `no pod that is known has its labels; ${escapedLine(knowledge.why)}`
        : 'no pod has its labels';
    return [`${head} · ${knowledge.kind === 'unknown' ? escapedLine(knowledge.text) : none}`];
  }
  const admitting = admittingPolicies(cluster, pods.groups, pods.targets).flatMap(({ policy: { policy }, rules }) =>
    rules.flatMap((rule) =>
      ruleTexts(snapshot, policy, 'ingress', rule).map((text) => `${escaped(shownName(policy.name))}: ${text}`),
    ),
  );
  return [
    `${head} leads to ${podsOfWorkloads(pods.workloads)}${pods.targets.length === 0 ? '' : ` on ${targetsText(pods.targets)}`}`,
    workloadList(pods.workloads, service.namespace, (words) => words),
    ...manifestLine(snapshot, pods.workloads, service.namespace),
    `**Ingress** ${admittanceText(cluster, pods, escapedLine).replace(/^ingress /, '')}`,
    ...admitting.slice(0, 3),
    ...(admitting.length > 3 ? [count(admitting.length - 3, 'more rule', 'more rules')] : []),
    ...pods.unresolved.map(({ targetPort = '' }) => `${code(String(targetPort))} is no port of its pods`).slice(0, 2),
    listLink('List the policies'),
  ];
}

/** One of its ports. */
export function servicePortLines(
  snapshot: WorkspaceSnapshot,
  { object }: WrittenObject,
  index: number,
): readonly string[] {
  const port = object?.type === 'service' ? object.service.ports[index] : undefined;
  if (object?.type !== 'service' || port === undefined) return [NOT_READABLE];
  const { service } = object;
  if (service.selector === undefined) return ['**Without a selector** which pods it leads to is not known'];
  const pods = servicePods(snapshot, { ...service, ports: [port] });
  if (pods.workloads.length === 0) {
    const knowledge = podKnowledge(snapshot, [service.namespace]);
    return [
      `**${knowledge.kind === 'unknown' ? escapedLine(knowledge.text) : `No pod ${knowledge.kind === 'partly' ? 'that is known ' : ''}has the labels of this Service`}**`,
    ];
  }
  return [
    pods.targets.length === 0
      ? `**Port ${port.port} leads nowhere**: ${code(String(port.targetPort ?? ''))} is no port of ${podsOfWorkloads(pods.workloads)}`
      : `**Port ${port.port} leads to ${targetsText(pods.targets)}** of ${podsOfWorkloads(pods.workloads)}`,
    ...(pods.targets.length === 0 ? [] : portRules(snapshot, pods.groups, pods.targets, service.namespace)),
  ];
}
