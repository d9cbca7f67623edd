import { appendItem, setField } from '../../syntax/yamlEdit.ts';
import type { CheckContext, WrittenPolicy } from '../check.ts';
import { isolates } from '../defaultDeny.ts';
import type { Fix } from '../finding.ts';
import { fieldPath, type DocumentStep } from '../fixEdits.ts';
import type { PodFacts } from '../podFacts.ts';
import { listSome } from '../wording.ts';
import { coveringPolicies, editsOf } from './coveringPolicies.ts';
import { addEgressRule, dnsRule } from './dnsRule.ts';

/** Isolates the egress of open pods in the policies of the file that select them, and lets them resolve names. */
export function isolateEgressFixes(
  context: CheckContext,
  policies: readonly WrittenPolicy[],
  open: readonly PodFacts[],
): readonly Fix[] {
  const covering = coveringPolicies(policies, open, ['ingress', 'egress']);
  if (covering === undefined || covering.some(({ policy }) => isolates(policy, 'egress'))) return [];
  const { rule, assumes } = dnsRule(context);
  const edits = editsOf(covering, (policy) => [addPolicyType(policy), addEgressRule(policy, rule)]);
  if (edits === undefined) return [];
  const names = listSome(
    covering.map(({ policy }) => policy.name),
    2,
  );
  const dns = `with a rule for DNS${assumes === undefined ? '' : ` (${assumes})`}`;
  return [{ title: `Isolate egress in ${names}, ${dns}`, confirm: true, edits }];
}

/** An absent list means `Ingress` in a policy without egress rules. */
function addPolicyType(policy: WrittenPolicy): DocumentStep {
  const path = fieldPath(policy, ['spec', 'policyTypes']);
  const isWritten = (policy.policy.policyTypes ?? []).length > 0;
  return (document) =>
    isWritten ? appendItem(document, path, 'Egress') : setField(document, path, ['Ingress', 'Egress']);
}
