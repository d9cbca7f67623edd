import { describe, expect, it } from 'vitest';
import { changesOf, fieldPath, fixOf } from '../../../server/src/analysis/fixEdits.ts';
import { parseManifests } from '../../../server/src/syntax/parseManifests.ts';
import { applyChanges } from '../../../server/src/syntax/textChange.ts';
import { appendItem, setField } from '../../../server/src/syntax/yamlEdit.ts';

const TEXT = `# a list
apiVersion: v1
kind: ConfigMap
metadata: { name: other }
---
apiVersion: v1
kind: List
items:
- apiVersion: networking.k8s.io/v1
  kind: NetworkPolicy
  metadata: { name: web }
  spec:
    podSelector: {}
    policyTypes: [Ingress] # for now
`;

function written(index: number) {
  const placed = parseManifests(TEXT).documents[1];
  const manifest = placed?.document.objects[index];
  if (placed === undefined || manifest === undefined) throw new Error('no such object');
  return { file: 'file:///list.yaml', placed, manifest };
}

describe('fixes', () => {
  it('edit an item of a List where it stands in its file', () => {
    const policy = written(0);
    const [fix] = fixOf(
      policy,
      'Isolate egress',
      appendItem(policy.placed.document, fieldPath(policy, ['spec', 'policyTypes']), 'Egress'),
      { preferred: true },
    );
    expect(fix).toMatchObject({ title: 'Isolate egress', preferred: true });
    expect(applyChanges(TEXT, fix?.edits ?? [])).toBe(TEXT.replace('[Ingress]', '[Ingress, Egress]'));
  });

  it('are none where an edit cannot be done or would do nothing', () => {
    const policy = written(0);
    const { document } = policy.placed;
    expect(fixOf(policy, 'x', undefined)).toEqual([]);
    expect(fixOf(policy, 'x', setField(document, fieldPath(policy, ['metadata', 'name']), 'web'))).toEqual([]);
  });

  it('put edits together that build on one another', () => {
    const policy = written(0);
    const types = fieldPath(policy, ['spec', 'policyTypes']);
    const egress = fieldPath(policy, ['spec', 'egress']);
    const changes = changesOf(policy, [
      (document) => appendItem(document, types, 'Egress'),
      (document) => appendItem(document, egress, { to: [] }),
      (document) => setField(document, [...egress, 0, 'ports'], [{ port: 53 }]),
    ]);
    const [fix] = fixOf(policy, 'x', changes);
    expect(applyChanges(TEXT, fix?.edits ?? [])).toBe(
      `${TEXT.replace('[Ingress]', '[Ingress, Egress]')}    egress:\n    - to: []\n      ports:\n      - port: 53\n`,
    );
  });
});
