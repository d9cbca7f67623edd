import { count, listSome, shownName } from '../analysis/wording.ts';
import type { PolicyMention } from '../engine/policyMentions.ts';
import { ruleReach } from '../engine/ruleReach.ts';
import type { Direction, NetworkPolicy } from '../model/networkPolicy.ts';
import type { WorkspaceSnapshot } from '../workspace/snapshot.ts';
import { escaped, escapedLine, qualified } from './markdown.ts';
import { directionState, directionText, type DirectionState, type PodGroup } from './podIsolation.ts';
import { ruleSummary } from './ruleText.ts';
import { rulesLettingIn, type TargetPort } from './servicePods.ts';

/** Lines of Markdown that say what policies do to the pods of an object. */

/** `**Ingress** isolated by shop/web; lets in 4 pods on 8080/TCP`. */
export function directionLine(snapshot: WorkspaceSnapshot, state: DirectionState, direction: Direction): string {
  const head = `**${direction === 'ingress' ? 'Ingress' : 'Egress'}** ${directionText(state, escapedLine)}`;
  if (state.isolatedPods === 0) return head;
  const texts = state.by.flatMap(({ policy }) =>
    (policy[direction] ?? []).flatMap((_, rule) => ruleTexts(snapshot, policy, direction, rule)),
  );
  const shown = texts.length > 3 ? [...texts.slice(0, 3), count(texts.length - 3, 'more rule', 'more rules')] : texts;
  if (shown.length === 0) return `${head}; they let nothing ${direction === 'ingress' ? 'in' : 'out'}`;
  return `${head}; ${direction === 'ingress' ? 'in from' : 'out to'} ${shown.join('; ')}`;
}

/** Whom a rule lets through; nothing for a rule that lets nobody through today. */
export function ruleTexts(
  snapshot: WorkspaceSnapshot,
  policy: NetworkPolicy,
  direction: Direction,
  rule: number,
): readonly string[] {
  const reach = ruleReach(snapshot.universe.cluster, policy, direction, rule);
  return reach === undefined || reach.nothing
    ? []
    : [escapedLine(ruleSummary(snapshot, policy, direction, rule, reach))];
}

/** Policies that have an object's pods as a peer. */
export function peerLine(mentions: readonly PolicyMention[]): readonly string[] {
  const names = new Set(mentions.flatMap(({ policy, place }) => (place.kind === 'peer' ? [qualified(policy)] : [])));
  return names.size === 0 ? [] : [`A peer of ${listSome([...names].sort(), 3)}`];
}

/** Which rules let somebody in to a port, or that nothing isolates it. */
export function portRules(
  snapshot: WorkspaceSnapshot,
  groups: readonly PodGroup[],
  targets: readonly TargetPort[],
  own: string,
): readonly string[] {
  const { cluster } = snapshot.universe;
  const state = directionState(cluster, groups, 'ingress');
  if (state.isolatedPods === 0) return [`**Ingress** ${directionText(state, escapedLine)}`];
  const rules = new Map<string, string>();
  for (const { podClass } of groups) {
    for (const compiled of cluster.classes.get(podClass.id)?.ingress.certain ?? []) {
      for (const rule of rulesLettingIn(cluster, compiled, podClass, targets)) {
        const [text] = ruleTexts(snapshot, compiled.policy, 'ingress', rule);
        if (text !== undefined)
          rules.set(
            `${compiled.key} ${rule}`,
            `${compiled.policy.namespace === own ? escaped(shownName(compiled.policy.name)) : qualified(compiled.policy)}: in from ${text}`,
          );
      }
    }
  }
  if (rules.size === 0) return ['**Nobody is let in**: no rule opens it'];
  const left = rules.size - 4;
  return [...[...rules.values()].slice(0, 4), ...(left > 0 ? [count(left, 'more rule', 'more rules')] : [])];
}
