import type { NetworkPolicy } from '../../model/networkPolicy.ts';
import { placeOf, type Check, type CheckContext, type CheckResult, type WrittenManifest } from '../check.ts';
import type { RelatedPlace } from '../finding.ts';
import { setField } from '../../syntax/yamlEdit.ts';
import { fieldPath, fixOf } from '../fixEdits.ts';
import type { Fix } from '../finding.ts';
import { isWhole } from '../policyRules.ts';

export const policyNameTwice: Check = {
  code: 'policy-name-twice',
  severity: 'warning',
  title: 'A policy is replaced by a later one of the same name, and never takes effect',
  docs: `A name stands for one policy in a namespace. Of two manifests with the same name the one that is applied last replaces the other: its pods are not isolated, and its rules open nothing.

\`\`\`yaml
kind: NetworkPolicy
metadata: { name: web, namespace: shop }    # replaced by the next document
---
kind: NetworkPolicy
metadata: { name: web, namespace: shop }
\`\`\`

What to do: give the policies different names if both are meant (policies add up), or remove the one that is not.

It speaks of a policy that is replaced by one further down in the same file or in a file of the same folder, where both are applied together. It is information across files, which may be alternatives, and a hint where the two say the same. It is silent for equal names in different namespaces and in different folders, which are overlays or clusters of their own.`,
  *run(context) {
    const own = context.manifests.flatMap((written) => {
      const { object } = written.manifest;
      return object?.type === 'networkPolicy' && written.manifest.name !== ''
        ? [{ written, policy: object.policy }]
        : [];
    });
    const kept = new Map(context.policies.map((written) => [written.manifest, written]));
    for (const [index, { written, policy }] of own.entries()) {
      if (kept.has(written.manifest) || !isWhole(context, written)) continue;
      const later = own.slice(index + 1).findLast((other) => isSameName(other.policy, policy));
      const replacing = later?.written ?? inOtherFile(context, written);
      if (replacing !== undefined) yield finding(context, written, policy, replacing);
    }
  },
};

/** Both as written: two policies without a namespace land in the same one. */
function isSameName(a: NetworkPolicy, b: NetworkPolicy): boolean {
  return a.name === b.name && a.namespace === b.namespace;
}

function inOtherFile(context: CheckContext, { manifest }: WrittenManifest): WrittenManifest | undefined {
  const folder = folderOf(context.file);
  const namespace = manifest.namespace === '' ? namespaceOfUnnamed(context) : manifest.namespace;
  return context
    .othersIn(namespace)
    .find((other) => other.policy.name === manifest.name && folderOf(other.file) === folder && isWhole(context, other));
}

/** Where the file's policies land that name no namespace, as far as one of them that counts shows it. */
function namespaceOfUnnamed({ policies }: CheckContext): string {
  return policies.find(({ manifest }) => manifest.namespace === '')?.policy.namespace ?? 'default';
}

function folderOf(file: string): string {
  return file.slice(0, file.lastIndexOf('/') + 1);
}

function finding(
  context: CheckContext,
  written: WrittenManifest,
  policy: NetworkPolicy,
  by: WrittenManifest,
): CheckResult {
  const replacing = by.manifest.object?.type === 'networkPolicy' ? by.manifest.object.policy : undefined;
  const same = replacing !== undefined && JSON.stringify(replacing) === JSON.stringify(policy);
  const where = by.file === context.file ? 'further down' : `in ${by.file.slice(by.file.lastIndexOf('/') + 1)}`;
  const related: RelatedPlace = {
    file: by.file,
    range: placeOf(by, ['metadata', 'name'], 'value'),
    message: 'This one replaces it',
  };
  const name = policy.namespace === '' ? policy.name : `${policy.namespace}/${policy.name}`;
  return {
    policy: written,
    path: ['metadata', 'name'],
    part: 'value',
    ...(same ? { severity: 'hint' } : by.file === context.file ? {} : { severity: 'information' }),
    message: same
      ? `This policy stands twice: ${where} \`${name}\` says the same again`
      : `This policy isolates nobody: ${where} another \`${name}\` replaces it`,
    related: [related],
    ...(same ? {} : { fixes: () => rename(context, written, by) }),
  };
}

/** The first free name; a generated one would collide again tomorrow. */
function rename(context: CheckContext, written: WrittenManifest, by: WrittenManifest): readonly Fix[] {
  const { name } = written.manifest;
  const namespace = by.manifest.namespace === '' ? namespaceOfUnnamed(context) : by.manifest.namespace;
  const taken = new Set([
    ...context.intendedPolicies(namespace).map((policy) => policy.name),
    ...context.whole.manifests.map(({ manifest }) => manifest.name),
  ]);
  let number = 2;
  while (taken.has(`${name}-${number}`)) number += 1;
  return fixOf(
    written,
    `Call this one ${name}-${number}: both take effect`,
    setField(written.placed.document, fieldPath(written, ['metadata', 'name']), `${name}-${number}`),
  );
}
