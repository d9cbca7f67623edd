import { pathText } from '../analysis/check.ts';
import { count, shownName } from '../analysis/wording.ts';
import { policyKey } from '../engine/compilePolicy.ts';
import { matchNamespaces, type PodScope } from '../engine/matchPods.ts';
import { ruleReach } from '../engine/ruleReach.ts';
import type { FieldPath } from '../model/manifest.ts';
import type { MatchesParams } from '../protocol/matches.ts';
import type { LensKind } from '../workspace/settings.ts';
import type { WorkspaceSnapshot } from '../workspace/snapshot.ts';
import { objectDifferenceLens, policyDifferenceLens, type DifferenceLens } from './differenceText.ts';
import { plain } from './markdown.ts';
import { objectTitle } from './objectText.ts';
import { missCount, missesOf } from './podMisses.ts';
import { namedPortNumbers } from './namedPorts.ts';
import {
  namedPortPlaces,
  placeOf,
  rulePlaces,
  selectorPlaces,
  type PortPlace,
  type RulePlace,
  type SelectorPlace,
} from './policyPlaces.ts';
import { policyTitle } from './policyText.ts';
import { policyViews, type PolicyView } from './policyViews.ts';
import { countText, knownPods } from './podText.ts';
import { ruleTitle } from './ruleText.ts';
import { noNamespaceKnown, sourceText } from './sourceText.ts';
import { startOf, writtenObjects, type WrittenObject } from './writtenObjects.ts';

/**
 * What is said of a policy, a rule, a selector or a workload in the text itself, as a lens above it or at the end of its line.
 * The place comes from the text alone; what is said is worked out when it is asked for.
 */
export interface Annotation {
  readonly kind: LensKind;
  /** Offset in the file of the first character that it speaks of. */
  readonly at: number;
  readonly title: () => string;
  readonly tooltip?: () => string;
  /** The list behind it. */
  readonly list?: MatchesParams;
  /** What the chosen cluster holds instead; undefined where that is the same, or is not known. */
  readonly difference?: () => DifferenceLens | undefined;
}

const EVERYTHING = { matchLabels: {}, matchExpressions: [] };

export const HELD = 'as of the last readable text';

/** By file. A snapshot never changes, and an editor asks for one file's lenses one by one. */
const known = new WeakMap<WorkspaceSnapshot, Map<string, readonly Annotation[]>>();

/** All annotations of a file, in the order of its policies. */
export function annotations(snapshot: WorkspaceSnapshot, uri: string): readonly Annotation[] {
  let files = known.get(snapshot);
  if (files === undefined) known.set(snapshot, (files = new Map()));
  let found = files.get(uri);
  if (found === undefined) files.set(uri, (found = annotationsOf(snapshot, uri)));
  return found;
}

function annotationsOf(snapshot: WorkspaceSnapshot, uri: string): readonly Annotation[] {
  const policies = policyViews(snapshot, uri).flatMap((view) => [
    {
      ...annotate(snapshot, view, 'policy', [], () => policyAnnotation(snapshot, view), 'spec.podSelector'),
      difference: () => policyDifferenceLens(snapshot, view),
    },
    ...rulePlaces(view).map((rule) =>
      annotate(snapshot, view, 'rule', rule.path, () => ruleAnnotation(snapshot, view, rule)),
    ),
    ...selectorPlaces(view).map((place) =>
      annotate(snapshot, view, 'selector', place.path, () => selectorAnnotation(snapshot, view, place)),
    ),
    ...namedPortPlaces(view).flatMap((place) => portAnnotation(snapshot, view, place) ?? []),
  ]);
  return [...policies, ...writtenObjects(snapshot, uri).map((object) => objectAnnotation(snapshot, object))];
}

function objectAnnotation(snapshot: WorkspaceSnapshot, object: WrittenObject): Annotation {
  const { file, key, held } = object;
  return {
    kind: 'workload',
    at: startOf(object),
    title: () => `${objectTitle(snapshot, object)}${held ? ` · ${HELD}` : ''}`,
    tooltip: () => `Pods from ${sourceText(snapshot)}`,
    list: { uri: file.file.uri, object: key, policy: '', path: '' },
    difference: () => objectDifferenceLens(snapshot, object),
  };
}

function annotate(
  snapshot: WorkspaceSnapshot,
  view: PolicyView,
  kind: LensKind,
  path: FieldPath,
  title: () => string,
  listed = pathText(path),
): Annotation {
  const list = { uri: view.file.file.uri, policy: policyKey(view), path: listed };
  return {
    kind,
    at: placeInFile(view, path),
    title,
    tooltip: () => `Pods from ${sourceText(snapshot)}`,
    list,
  };
}

export function placeInFile(view: PolicyView, path: FieldPath): number {
  const { placed, manifest } = placeOf(view, path);
  return placed.start + placed.document.sourceMap.nearest([...manifest.path, ...path]).start;
}

/** Marks an answer about an earlier text as such. */
function asOf({ held }: PolicyView, text: string): string {
  return held ? `${text} · ${HELD}` : text;
}

function policyAnnotation(snapshot: WorkspaceSnapshot, view: PolicyView): string {
  const { state } = view;
  return state.kind === 'evaluated'
    ? asOf(view, policyTitle(snapshot, state.policy))
    : `Not evaluated: ${plain(state.why)}`;
}

function ruleAnnotation(snapshot: WorkspaceSnapshot, view: PolicyView, { direction, index }: RulePlace): string {
  const { state } = view;
  if (state.kind !== 'evaluated') return 'Not evaluated';
  const reach = ruleReach(snapshot.universe.cluster, state.policy, direction, index);
  // The text has a rule more than its last readable state.
  return reach === undefined ? 'Not read yet' : asOf(view, ruleTitle(snapshot, state.policy, direction, index, reach));
}

function selectorAnnotation(snapshot: WorkspaceSnapshot, view: PolicyView, { kind, scope }: SelectorPlace): string {
  if (scope === undefined) return 'not known yet';
  return asOf(view, kind === 'peerNamespaces' ? namespaceCount(snapshot, scope) : podCount(snapshot, scope));
}

function podCount(snapshot: WorkspaceSnapshot, scope: PodScope): string {
  const known = knownPods(snapshot, scope);
  const text = countText(known);
  const nothing = known.knowledge.kind === 'known' && known.pods.certain.length + known.pods.possible.length === 0;
  const missed = nothing ? missCount(missesOf(snapshot, scope, false)) : undefined;
  return missed === undefined ? text : `${text} · ${missed}`;
}

function namespaceCount(snapshot: WorkspaceSnapshot, { namespaceSelector = EVERYTHING }: PodScope): string {
  const { certain, possible } = matchNamespaces(snapshot.universe.cluster, namespaceSelector);
  if (certain.length + possible.length === 0) {
    const knowledge = noNamespaceKnown(snapshot);
    return knowledge.kind === 'unknown' ? knowledge.text : '0 namespaces';
  }
  const parts = [
    ...(certain.length > 0 ? [count(certain.length, 'namespace')] : []),
    ...(possible.length > 0 ? [`perhaps ${possible.length}${certain.length > 0 ? ' more' : ''}`] : []),
  ];
  return parts.join(' · ');
}

/** Only where a name has a meaning: a policy that is evaluated, with destinations that are known. */
function portAnnotation(snapshot: WorkspaceSnapshot, view: PolicyView, place: PortPlace): Annotation | undefined {
  const { state } = view;
  if (state.kind !== 'evaluated') return undefined;
  const { direction, index } = place.rule;
  const title = (): string => {
    const numbers = namedPortNumbers(snapshot.universe.cluster, state.policy, direction, index, place.index);
    const texts = numbers.map(({ number, workloads }) => {
      const [first] = workloads;
      const whose =
        workloads.length === 1 && first !== undefined
          ? plain(shownName(first.name))
          : count(workloads.length, 'workload');
      if (number === 'none') return `no such port on ${whose}`;
      return number === 'unknown' ? `not known on ${whose}` : `${number} on ${whose}`;
    });
    const shown = texts.length > 3 ? [...texts.slice(0, 3), `${texts.length - 3} more`] : texts;
    return shown.length === 0 ? 'no pod to tell the number' : shown.join(', ');
  };
  return {
    kind: 'selector',
    at: placeInFile(view, place.path),
    title: () => asOf(view, title()),
    tooltip: () => 'A name stands for the container port of that name on each destination',
  };
}
