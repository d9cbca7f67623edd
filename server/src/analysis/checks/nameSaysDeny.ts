import type { Direction, Peer, PolicyRule } from '../../model/networkPolicy.ts';
import type { Check, CheckContext, CheckResult, WrittenPolicy } from '../check.ts';
import { isolates } from '../defaultDeny.ts';
import { appendItem, setField } from '../../syntax/yamlEdit.ts';
import { fieldPath, fixOf } from '../fixEdits.ts';
import type { Fix } from '../finding.ts';
import { mentionsOnlyDenial, namedDirections } from '../policyName.ts';
import { peersFieldOf, policyTypeOf, wholePolicies } from '../policyRules.ts';
import { isEmptySelector, targetCount, targetsOf } from '../targetText.ts';

export const nameSaysDeny: Check = {
  code: 'name-says-deny',
  severity: 'warning',
  title: 'A policy whose name says deny allows what it seems to deny',
  docs: `A rule of a NetworkPolicy can only allow. What no rule allows is denied to the pods that the policy selects; there is no rule that denies. A policy called \`deny-other-namespaces\` with a rule for \`namespaceSelector: {}\` therefore opens every namespace.

\`\`\`yaml
metadata: { name: deny-other-namespaces }
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress:
  - to: [{ namespaceSelector: {} }]      # allows every pod of every namespace
\`\`\`

What to do: list what is allowed, such as \`podSelector: {}\` for the policy's own namespace, and leave out what is to be denied.

It goes by names with a word such as deny, block or isolate, and speaks of a rule for everyone or for every pod of every namespace on every port, and of a name with egress or ingress whose direction the policy does not isolate. It is silent where the name also says what is allowed, where it speaks of the outside (external, internet, …) and the rule opens pods only, where ports limit the rule, and for addresses with exceptions.`,
  *run(context) {
    for (const written of wholePolicies(context)) {
      const { policy } = written;
      if (policy.policyTypesIncomplete === true || !mentionsOnlyDenial(policy.name)) continue;
      const directions = namedDirections(policy.name);
      for (const direction of directions) {
        const result = isolates(policy, direction)
          ? allowed(context, written, direction)
          : directions.length === 1
            ? untouched(context, written, direction)
            : undefined;
        if (result !== undefined) yield result;
      }
    }
  },
};

const OUTSIDE = /(^|[-.])(external|internet|outside|public|world|wan)([-.]|$)/;

function allowed(context: CheckContext, written: WrittenPolicy, direction: Direction): CheckResult | undefined {
  const { policy } = written;
  const rules = policy[direction] ?? [];
  const index = rules.findIndex((rule) => whomAll(rule, policy.name) !== undefined);
  const whom = whomAll(rules[index] ?? { ports: [{}] }, policy.name);
  if (whom === undefined) return undefined;
  const { text } = targetsOf(context, policy);
  return {
    policy: written,
    path: ['spec', direction, index, ...((rules[index]?.peers ?? []).length === 0 ? [] : [peersFieldOf(direction)])],
    part: 'key',
    message:
      direction === 'ingress'
        ? `This rule lets ${whom} reach ${text}: no rule denies, whatever the policy is called`
        : `This rule lets ${text} reach ${whom}: no rule denies, whatever the policy is called`,
    fixes: () => ownNamespace(written, direction, index),
  };
}

/** `deny-other-namespaces`: what is meant is the policy's own namespace. */
function ownNamespace(written: WrittenPolicy, direction: Direction, index: number): readonly Fix[] {
  const { name, namespace, [direction]: rules = [] } = written.policy;
  const [peer, ...more] = rules[index]?.peers ?? [];
  if (peer === undefined || more.length > 0 || !isEveryPod(peer) || !/namespaces?([-.]|$)/.test(name)) return [];
  return fixOf(
    written,
    `Allow pods of ${namespace} only`,
    setField(written.placed.document, fieldPath(written, ['spec', direction, index, peersFieldOf(direction)]), [
      { podSelector: {} },
    ]),
  );
}

/** Everyone that a rule opens every port to; undefined where it is narrower, or where the name excludes just that. */
function whomAll({ peers = [], ports = [] }: PolicyRule, name: string): string | undefined {
  if (ports.length > 0) return undefined;
  if (peers.length === 0 || peers.some(isEveryAddress)) return 'every pod and every address outside';
  return peers.some(isEveryPod) && !OUTSIDE.test(name) ? 'every pod of every namespace' : undefined;
}

function isEveryAddress({ ipBlock }: Peer): boolean {
  return ipBlock?.cidr === '0.0.0.0/0' && ipBlock.except.length === 0;
}

function isEveryPod({ namespaceSelector, podSelector }: Peer): boolean {
  if (namespaceSelector === undefined || !isEmptySelector(namespaceSelector)) return false;
  return podSelector === undefined || isEmptySelector(podSelector);
}

/** `deny-egress` without Egress among its types. An empty list without effect is a finding of its own. */
function untouched(context: CheckContext, written: WrittenPolicy, direction: Direction): CheckResult | undefined {
  const { policy } = written;
  if (policy[direction] !== undefined) return undefined;
  return {
    policy: written,
    path: ['metadata', 'name'],
    part: 'value',
    message: `This policy denies no ${direction} of ${targetsOf(context, policy).text}: ${policyTypeOf(direction)} is not among its policy types`,
    fixes: () =>
      fixOf(
        written,
        `Add ${policyTypeOf(direction)} to policyTypes: isolates ${direction} of ${targetCount(context, policy)}`,
        (policy.policyTypes ?? []).length === 0
          ? setField(written.placed.document, fieldPath(written, ['spec', 'policyTypes']), [policyTypeOf(direction)])
          : appendItem(written.placed.document, fieldPath(written, ['spec', 'policyTypes']), policyTypeOf(direction)),
        { confirm: true },
      ),
  };
}
