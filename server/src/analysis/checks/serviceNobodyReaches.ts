import { isClosed } from '../../engine/policyTargets.ts';
import type { Service } from '../../model/workload.ts';
import type { Check, CheckContext, CheckResult, WrittenPolicy } from '../check.ts';
import { isolates } from '../defaultDeny.ts';
import { selectedPods } from '../destinations.ts';
import { setField } from '../../syntax/yamlEdit.ts';
import { fieldPath, fixOf } from '../fixEdits.ts';
import { mentionsDenial } from '../policyName.ts';
import { isWritten, wholePolicies } from '../policyRules.ts';
import { servicesSelecting } from '../serviceIndex.ts';
import { isEmptySelector, targetsOf } from '../targetText.ts';
import { listSome } from '../wording.ts';

export const serviceNobodyReaches: Check = {
  code: 'service-nobody-reaches',
  severity: 'information',
  title: 'Pods behind a Service are isolated for ingress, and no rule lets anybody in',
  docs: `A policy that isolates ingress and has no ingress rules lets nobody in. Where a Service stands before the pods, somebody is meant to reach them.

\`\`\`yaml
spec:
  podSelector: { matchLabels: { app: web } }     # Service web leads here
  policyTypes: [Ingress]                         # and nobody may use it
\`\`\`

What to do: add a rule for those who use the Service, here or in another policy; or write \`ingress: []\` if nobody is meant to.

It speaks of policies for certain pods of which a Service of the namespace selects some, where no policy has an ingress rule for any of the pods. It is silent for policies that select every pod (default-deny), where \`ingress: []\` is written or the policy's name speaks of denying, and where pods or policies are not completely known.`,
  *run(context) {
    for (const written of wholePolicies(context)) {
      const result = finding(context, written);
      if (result !== undefined) yield result;
    }
  },
};

function finding(context: CheckContext, written: WrittenPolicy): CheckResult | undefined {
  const { policy } = written;
  const { namespace, name, podSelector } = policy;
  if (!isolates(policy, 'ingress') || isEmptySelector(podSelector) || mentionsDenial(name)) return undefined;
  // Egress rules without policyTypes are isolates-ingress-too's.
  if ((policy.policyTypes ?? []).length === 0 && (policy.egress ?? []).length > 0) return undefined;
  if (isWritten(written, ['spec', 'ingress'])) return undefined;
  const { podsKnown, policiesKnown } = context.knowledge;
  if (!podsKnown(namespace) || !policiesKnown(namespace, 'ingress')) return undefined;
  if (!isClosed(context.intended, policy, 'ingress')) return undefined;
  const services = servicesOf(context, written);
  if (services.length === 0) return undefined;
  const names = listSome([...new Set(services.map((service) => `\`${service.name}\``))], 3);
  return {
    policy: written,
    path: ['spec', (policy.policyTypes ?? []).length === 0 ? 'podSelector' : 'policyTypes'],
    part: 'key',
    message: `Nobody can use Service ${names}: ${targetsOf(context, policy).text} behind it ${isOne(context, written) ? 'is' : 'are'} isolated for ingress, and no rule lets anybody in`,
    fixes: () =>
      fixOf(
        written,
        'Write ingress: [], nobody is meant: nothing changes',
        setField(written.placed.document, fieldPath(written, ['spec', 'ingress']), []),
      ),
  };
}

function isOne(context: CheckContext, { policy }: WrittenPolicy): boolean {
  return targetsOf(context, policy).pods === 1;
}

function servicesOf(context: CheckContext, { policy }: WrittenPolicy): readonly Service[] {
  const view = context.contentsOf(policy.namespace);
  return (selectedPods(context, policy) ?? []).flatMap(({ labels }) => servicesSelecting(view, labels));
}
