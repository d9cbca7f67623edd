import { matchesSomePod, matchNamespaces, type PodScope } from '../../engine/matchPods.ts';
import { nearMisses, type NearMiss } from '../../engine/nearMisses.ts';
import type { FieldPath } from '../../model/manifest.ts';
import type { LabelSelector } from '../../model/labels.ts';
import type { Direction, Peer } from '../../model/networkPolicy.ts';
import { pathText, type Check, type CheckContext, type CheckResult, type WrittenPolicy } from '../check.ts';
import type { Fix } from '../finding.ts';
import { pairsMeantAsOne } from '../peerPairs.ts';
import { effectiveRules } from '../policyRules.ts';
import { renameKey, setField } from '../../syntax/yamlEdit.ts';
import { fieldPath, fixOf } from '../fixEdits.ts';
import { labelledPeers } from '../kustomizeLabels.ts';
import { misdirectedDns } from '../misdirectedDns.ts';
import { missText } from '../missText.ts';
import { selectorText } from '../selectorText.ts';
import { serviceHint, type ServiceHint } from '../serviceHint.ts';
import { lostPods } from './kustomizeLabelsInPeers.ts';

const CODE = 'selector-matches-nothing';

export const selectorMatchesNothing: Check = {
  code: CODE,
  severity: 'warning',
  title: 'A selector matches no pod, so the policy isolates nobody or the rule lets nobody in or out',
  docs: `A selector whose labels no pod has does nothing: a policy that selects no pod isolates none, and a peer that matches no pod opens nothing. The API server accepts it, because such a pod may come later.

\`\`\`yaml
- from:
  - podSelector: { matchLabels: { app: fronted } }   # the pods have app=frontend
\`\`\`

The finding names the pods that miss by one label and says which label differs, and by what: another value, a key that is missing, a label that only the workload's own object has and its pod template has not, or a namespace label that does not exist (\`kubernetes.io/metadata.name\` always does). Where the labels are those of a Service itself, it names the labels of the Service's pods; where the Service has none (ExternalName, no selector), it says that an \`ipBlock\` is needed.

It looks at the pods of the namespace concerned: the policy's own for a \`podSelector\` alone, those that the \`namespaceSelector\` selects otherwise. It is silent where pods are not completely known or no workload of that namespace is known, and never speaks of \`ipBlock\`.`,
  *run(context) {
    for (const written of context.policies) {
      const spoken = spokenOf(context, written);
      for (const { path, scope } of selectors(written)) {
        if (spoken.size > 0 && spoken.has(pathText(path.slice(0, -1)))) continue;
        const result = unmatched(context, written, path, scope);
        if (result !== undefined) yield result;
      }
    }
  },
};

/** Peers of which another check says why they match nothing: one cause, one finding. */
function spokenOf(context: CheckContext, written: WrittenPolicy): ReadonlySet<string> {
  const rules = effectiveRules(written.policy);
  const pairs = rules.flatMap(({ rule, path, peersField }) =>
    pairsMeantAsOne(context, written.policy, rule)
      .filter(({ evidence }) => evidence === 'noOwnPod')
      .flatMap(({ index }) => [index, index + 1].map((peer) => pathText([...path, peersField, peer]))),
  );
  const misdirected = rules
    .filter((rule) => misdirectedDns(context, { written, ...rule }) !== undefined)
    .flatMap(({ rule, path, peersField }) =>
      (rule.peers ?? []).map((_, index) => pathText([...path, peersField, index])),
    );
  const labelled = labelledPeers(written)
    .filter((peer) => lostPods(context, written, peer) !== undefined)
    .map(({ path }) => pathText(path));
  return new Set([...pairs, ...misdirected, ...labelled]);
}

function* selectors({ policy }: WrittenPolicy): Generator<{ path: FieldPath; scope: PodScope }> {
  const { namespace } = policy;
  yield { path: ['spec', 'podSelector'], scope: { namespace, podSelector: policy.podSelector } };
  for (const direction of ['ingress', 'egress'] as const) {
    for (const [rule, { peers = [] }] of (policy[direction] ?? []).entries()) {
      for (const [index, peer] of peers.entries()) {
        if (peer.ipBlock !== undefined || peer.incomplete === true) continue;
        yield { path: peerPath(direction, rule, index, peer), scope: { namespace, ...selectorsOf(peer) } };
      }
    }
  }
}

function peerPath(direction: Direction, rule: number, peer: number, { podSelector }: Peer): FieldPath {
  const list = direction === 'ingress' ? 'from' : 'to';
  return ['spec', direction, rule, list, peer, podSelector === undefined ? 'namespaceSelector' : 'podSelector'];
}

function selectorsOf({ podSelector, namespaceSelector }: Peer): Omit<PodScope, 'namespace'> {
  return {
    ...(podSelector === undefined ? {} : { podSelector }),
    ...(namespaceSelector === undefined ? {} : { namespaceSelector }),
  };
}

function unmatched(
  context: CheckContext,
  policy: WrittenPolicy,
  path: FieldPath,
  scope: PodScope,
): CheckResult | undefined {
  // A workload that is written and not applied yet will match: nothing is missing then.
  for (const cluster of new Set([context.cluster, context.intended])) {
    if (matchesSomePod(cluster, scope)) return undefined;
  }
  const namespaces =
    scope.namespaceSelector === undefined
      ? { certain: [scope.namespace], possible: [] }
      : matchNamespaces(context.cluster, scope.namespaceSelector);
  const candidates = [...namespaces.certain, ...namespaces.possible];
  if (candidates.length === 0) {
    if (!context.knowledge.namespacesKnown) return undefined;
  } else if (!candidates.every((namespace) => context.knowledge.podsKnown(namespace))) return undefined;
  const misses = nearMisses(context.cluster, scope, context.workloadLabels);
  const [miss] = misses;
  const hint = scope.podSelector && serviceHint(context, scope.podSelector, candidates);
  if (hint !== undefined) {
    return {
      policy,
      path,
      part: 'key',
      message: `${nothing(scope, candidates)}. ${hint.text}`,
      fixes: () => serviceFixes(policy, path, hint),
    };
  }
  const at = misplaced(path, miss);
  return {
    policy,
    path: at.path,
    part: at.part,
    message: `${nothing(scope, candidates)}${miss === undefined ? '' : `. ${missText(miss)}`}`,
    fixes: () => fixes(policy, at, miss, misses.length),
  };
}

function serviceFixes(policy: WrittenPolicy, path: FieldPath, { selector }: ServiceHint): readonly Fix[] {
  if (selector === undefined) return [];
  const labels = fieldPath(policy, [...path, 'matchLabels']);
  const title = `Change to ${selectorText({ matchLabels: selector, matchExpressions: [] })}`;
  return fixOf(policy, title, setField(policy.placed.document, labels, { ...selector }), { preferred: true });
}

function nothing({ namespace, podSelector, namespaceSelector }: PodScope, candidates: readonly string[]): string {
  if (candidates.length === 0 && namespaceSelector !== undefined) {
    return `No namespace matches \`${selectorText(namespaceSelector)}\``;
  }
  const where = namespaceSelector === undefined ? ` in \`${namespace}\`` : inNamespaces(namespaceSelector, candidates);
  const labels = podSelector === undefined ? '' : selectorText(podSelector);
  return labels === '' ? `There is no pod${where}` : `No pod${where} matches \`${labels}\``;
}

function inNamespaces(selector: LabelSelector, candidates: readonly string[]): string {
  if (candidates.length === 1) return ` in \`${candidates[0]}\``;
  const text = selectorText(selector);
  return text === '' ? '' : ` in namespaces \`${text}\``;
}

interface Spot {
  readonly path: FieldPath;
  readonly part: 'key' | 'value';
  /** The value of one label stands here alone, so that it can be replaced. */
  readonly replaceable: boolean;
}

/** The label that misses, where it is written in matchLabels; else the selector itself. */
function misplaced(path: FieldPath, miss: NearMiss | undefined): Spot {
  const cause = miss?.cause;
  if (cause === undefined || cause.kind === 'otherNamespace' || cause.kind === 'excluded') {
    return { path, part: 'key', replaceable: false };
  }
  const selector = cause.on === 'pod' ? 'podSelector' : 'namespaceSelector';
  const label: FieldPath = [...path.slice(0, -1), selector, 'matchLabels', cause.key];
  return cause.wanted.length === 1
    ? { path: label, part: cause.kind === 'value' ? 'value' : 'key', replaceable: true }
    : { path: [...path.slice(0, -1), selector], part: 'key', replaceable: false };
}

function fixes(policy: WrittenPolicy, spot: Spot, miss: NearMiss | undefined, of: number): readonly Fix[] {
  const cause = miss?.cause;
  if (!spot.replaceable || (cause?.kind !== 'value' && cause?.kind !== 'key')) return [];
  const { document } = policy.placed;
  const path = fieldPath(policy, spot.path);
  const options = of === 1 ? ({ preferred: true } as const) : {};
  return cause.kind === 'value'
    ? fixOf(policy, `Change to ${cause.key}=${cause.found}`, setField(document, path, cause.found), options)
    : fixOf(policy, `Change the key to ${cause.found}`, renameKey(document, path, cause.found), options);
}
