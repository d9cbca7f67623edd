import { matchPods } from '../../engine/matchPods.ts';
import type { Check, CheckContext, CheckResult, WrittenPolicy } from '../check.ts';
import { wholePolicies } from '../policyRules.ts';
import { isEmptySelector } from '../targetText.ts';
import { setField } from '../../syntax/yamlEdit.ts';
import { fieldPath, fixOf } from '../fixEdits.ts';
import type { Fix } from '../finding.ts';
import { listSome } from '../wording.ts';

/** Where an object lands of which nothing says where: any other namespace was given by a setting or a kustomization. */
const NOBODY_SAID = 'default';

export const namespaceLeftOut: Check = {
  code: 'namespace-left-out',
  severity: 'information',
  title: 'A policy without a namespace isolates pods of whichever namespace is current',
  docs: `Policies act in their own namespace only. One without \`metadata.namespace\` lands in the namespace that is current when somebody applies it, and isolates pods there, or none.

\`\`\`yaml
metadata:
  name: db                      # isolates db of whichever namespace kubectl points to
\`\`\`

What to do: name the namespace, unless something else sets it (a kustomization, \`helm install --namespace\`, \`kubectl apply --namespace\`). \`namespace\` in \`bulkhead.yaml\` says which one is meant.

It speaks where the rest shows that a namespace is meant: other objects of the file name one, or the pods that the policy selects are all elsewhere. It is silent where a setting, \`bulkhead.yaml\` or a kustomization gives the namespace, where workloads are written without a namespace too, so that they land in the same, and where pods of the namespace that is taken instead match the selector.`,
  *run(context) {
    const written = namespacesOf(context);
    for (const policy of wholePolicies(context)) {
      if (policy.manifest.namespace !== '' || policy.policy.namespace !== NOBODY_SAID) continue;
      const result = finding(context, policy, written);
      if (result !== undefined) yield result;
    }
  },
};

/** The namespaces that the file's objects name. */
function namespacesOf({ whole: { manifests, objects } }: CheckContext): readonly string[] {
  const names = [...manifests, ...objects].map(({ manifest }) => manifest.namespace);
  return [...new Set(names)].filter((name) => name !== '').sort();
}

function finding(context: CheckContext, written: WrittenPolicy, inFile: readonly string[]): CheckResult | undefined {
  const { namespace, podSelector } = written.policy;
  const { certain, possible } = matchPods(context.intended, { namespace, podSelector });
  if (certain.length > 0 || possible.length > 0 || context.contentsOf(namespace).pods.length > 0) return undefined;
  const elsewhere = isEmptySelector(podSelector) ? [] : namespacesOfPods(context, written);
  const [reason] = [
    ...(elsewhere.length === 0 ? [] : [`the pods with these labels are in ${listSome(elsewhere.map(quoted), 3)}`]),
    ...(inFile.length === 0 ? [] : [`other objects of this file are in ${listSome(inFile.map(quoted), 3)}`]),
  ];
  if (reason === undefined) return undefined;
  return {
    policy: written,
    path: ['metadata', 'name'],
    part: 'value',
    message: `This policy isolates pods of whichever namespace is current when it is applied: it names none, and ${reason}`,
    fixes: () => fixes(written, elsewhere.length === 0 ? inFile : elsewhere),
  };
}

/** More namespaces than these are no choice. */
const MOST = 3;

function fixes(written: WrittenPolicy, namespaces: readonly string[]): readonly Fix[] {
  if (namespaces.length > MOST) return [];
  return namespaces.flatMap((name) =>
    fixOf(
      written,
      `Write namespace: ${name}`,
      setField(written.placed.document, fieldPath(written, ['metadata', 'namespace']), name),
      namespaces.length === 1 ? { preferred: true } : {},
    ),
  );
}

function namespacesOfPods({ intended }: CheckContext, { policy }: WrittenPolicy): readonly string[] {
  const everywhere = { matchLabels: {}, matchExpressions: [] };
  const { certain } = matchPods(intended, {
    namespace: policy.namespace,
    namespaceSelector: everywhere,
    podSelector: policy.podSelector,
  });
  return [...new Set(certain.map(({ workload }) => workload.namespace))].sort();
}

function quoted(name: string): string {
  return `\`${name}\``;
}
