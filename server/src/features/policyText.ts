import { listSome, shownName } from '../analysis/wording.ts';
import { effectivePolicyTypes } from '../engine/defaulting.ts';
import { MAYBE, YES } from '../engine/match.ts';
import type { NetworkPolicy } from '../model/networkPolicy.ts';
import type { WorkspaceSnapshot } from '../workspace/snapshot.ts';
import { plain } from './markdown.ts';
import { DIRECTIONS, targetScope } from './policyPlaces.ts';
import { byName, knownPods, perhapsText, podsText } from './podText.ts';

/** `Isolates ingress and egress of 5 pods (web, web-canary)`. */
export function policyTitle(snapshot: WorkspaceSnapshot, policy: NetworkPolicy): string {
  const isolates = `Isolates ${directionsText(policy)}`;
  const { pods, knowledge } = knownPods(snapshot, targetScope(policy));
  if (knowledge.kind === 'unknown') return `${isolates} of the pods it selects · ${knowledge.text}`;
  const perhaps = perhapsText(pods);
  if (pods.certain.length === 0) {
    if (knowledge.kind === 'partly') return `${isolates} of ${perhaps ?? 'no pod that is known'} · ${knowledge.why}`;
    return perhaps === undefined ? 'Isolates nobody: no pod matches' : `${isolates} of ${perhaps}`;
  }
  const names = listSome(
    byName(pods.certain).map(({ workload }) => plain(shownName(workload.name))),
    3,
  );
  return `${isolates} of ${podsText(pods.certain)} (${names})${perhaps === undefined ? '' : ` · ${perhaps}`}`;
}

/** `ingress and egress`; a direction that a placeholder leaves open is `perhaps egress`. */
export function directionsText(policy: NetworkPolicy): string {
  const types = effectivePolicyTypes(policy);
  const certain = DIRECTIONS.filter((direction) => types[direction] === YES);
  const possible = DIRECTIONS.filter((direction) => types[direction] === MAYBE).map((name) => `perhaps ${name}`);
  return [...certain, ...possible].join(' and ');
}
