/** Previews of changes as the server answers them, with what a test is about and nothing else. */
import type { ApplyPreview, ApplyStep } from '../../server/src/protocol/apply.ts';

/** One that changes `shop/web` and takes no traffic. */
export function previewOf(changes: Partial<ApplyPreview> = {}): ApplyPreview {
  return {
    id: 'p1',
    action: 'apply',
    context: 'dev',
    server: 'https://10.0.0.1:6443',
    protection: 'none',
    identity: 'jane',
    steps: [stepOf()],
    refused: [],
    leftAlone: '',
    namespaces: [],
    effect: effectOf(),
    missingRights: [],
    ...changes,
  };
}

/** @param key `shop/web`; without a slash a Namespace */
export function stepOf(key = 'shop/web', changes: Partial<ApplyStep> = {}): ApplyStep {
  const [namespace = '', name = ''] = key.includes('/') ? key.split('/') : ['', key];
  return {
    key,
    kind: namespace === '' ? 'Namespace' : 'NetworkPolicy',
    namespace,
    name,
    change: 'replace',
    uri: 'file:///w/web.yaml',
    line: 0,
    namespaceAssumed: false,
    owners: [],
    notes: [],
    before: `bulkhead-apply:/before/${key}.yaml`,
    after: `bulkhead-apply:/after/${key}.yaml`,
    ...changes,
  };
}

export function effectOf(changes: Partial<ApplyPreview['effect']> = {}): ApplyPreview['effect'] {
  return { summary: 'Changes nothing for known pods', lost: [], gained: [], undecided: '', markdown: '', ...changes };
}
