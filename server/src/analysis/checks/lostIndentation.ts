import { matchPods } from '../../engine/matchPods.ts';
import type { Problem } from '../../model/finding.ts';
import type { Direction, NetworkPolicy } from '../../model/networkPolicy.ts';
import { restoreNesting } from '../../syntax/lostIndentation.ts';
import { parseManifests } from '../../syntax/parseManifests.ts';
import type { Check, CheckContext, CheckResult, WrittenManifest } from '../check.ts';
import { isolates } from '../defaultDeny.ts';
import { count } from '../wording.ts';

export const lostIndentation: Check = {
  code: 'lost-indentation',
  severity: 'warning',
  title: 'The indentation of a policy is lost, and what is left may open what it was meant to close',
  docs: `Web pages, chats and tickets drop leading spaces. A NetworkPolicy without its nesting still is YAML, and where the API server is not asked to be strict about unknown fields (many operators and pipelines do not ask) it may even be accepted: fields that stand in the wrong place are dropped, and what is left selects every pod and lets everyone in.

\`\`\`yaml
 podSelector:
 matchLabels:        # meant below podSelector; as it stands every pod is selected
 app: web
\`\`\`

The finding says what the text does as it stands, beside the API server's own faults. The fix reads the nesting back from the field names; it is offered only where every line has exactly one place and the result has no fault.`,
  *run(context) {
    for (const written of context.manifests) {
      const result = lost(context, written);
      if (result !== undefined) yield result;
    }
  },
};

function lost(context: CheckContext, written: WrittenManifest): CheckResult | undefined {
  const { document, start } = written.placed;
  // A restored text replaces the whole document, so the policy has to be all that is in it.
  if (written.manifest.path.length > 0) return undefined;
  const [fault] = context.problemsOf(document, written.manifest).filter(isFault);
  if (fault === undefined) return undefined;
  const restored = restoreNesting(document.text);
  if (restored === undefined || restored === document.text || hasFaults(context, restored)) return undefined;
  return {
    policy: written,
    path: ['kind'],
    part: 'value',
    message: `The nesting of this policy is lost. ${asItStands(context, written)}`,
    fixes: [
      {
        title: 'Restore the nesting',
        preferred: true,
        edits: [{ file: written.file, range: { start, end: start + document.text.length }, newText: restored }],
      },
    ],
  };
}

function isFault({ layer, severity }: Problem): boolean {
  return severity === 'error' && layer !== 'semantic';
}

function hasFaults(context: CheckContext, text: string): boolean {
  const documents = parseManifests(text).documents.filter(({ document }) => document.objects.length > 0);
  return (
    documents.length !== 1 ||
    documents.some(({ document }) => {
      const [object] = document.objects;
      return (
        object === undefined || document.problems.some(isFault) || context.problemsOf(document, object).some(isFault)
      );
    })
  );
}

/** What the text does where the API server does not insist on known fields. */
function asItStands(context: CheckContext, { placed, manifest }: WrittenManifest): string {
  const refused = context
    .problemsOf(placed.document, manifest)
    .some((problem) => isFault(problem) && problem.layer !== 'strict');
  if (refused || manifest.object?.type !== 'networkPolicy') return 'As it stands the API server refuses it';
  const policy = context.policies.find((known) => known.manifest === manifest)?.policy ?? manifest.object.policy;
  const effects = (['ingress', 'egress'] as const).flatMap((direction) => effectOf(policy, direction));
  return `As it stands it ${[selects(context, policy), ...effects].join(' and ')}`;
}

function selects(context: CheckContext, policy: NetworkPolicy): string {
  const { namespace, podSelector } = policy;
  const everyPod = Object.keys(podSelector.matchLabels).length === 0 && podSelector.matchExpressions.length === 0;
  if (!context.knowledge.podsKnown(namespace)) {
    return everyPod
      ? `selects every pod of \`${namespace}\``
      : `selects other pods of \`${namespace}\` than it seems to`;
  }
  const pods = matchPods(context.cluster, { namespace, podSelector }).certain.reduce(
    (sum, match) => sum + match.pods,
    0,
  );
  return `selects ${everyPod ? 'all ' : ''}${count(pods, 'pod')} of \`${namespace}\``;
}

function effectOf(policy: NetworkPolicy, direction: Direction): readonly string[] {
  if (!isolates(policy, direction)) return [];
  const rules = policy[direction] ?? [];
  const opensAll = rules.some(({ peers = [], ports = [] }) => peers.length === 0 && ports.length === 0);
  if (opensAll) return [direction === 'ingress' ? 'lets everyone in' : 'lets them reach everything'];
  if (rules.length === 0) return [direction === 'ingress' ? 'lets nobody in' : 'lets them reach nothing'];
  return [];
}
