/** What is said to differ between two policies, and the document in which one of them says what the other does. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalPolicy } from '../../server/src/engine/canonicalPolicy.ts';
import { liveInDocument } from '../../server/src/features/liveInDocument.ts';
import { policyObject } from '../../server/src/features/policyObject.ts';
import { policyViews, type PolicyView } from '../../server/src/features/policyViews.ts';
import { YamlText } from '../../server/src/syntax/yamlText.ts';
import type { NetworkPolicy } from '../../server/src/model/networkPolicy.ts';
import { policyDifferences } from '../../server/src/workspace/policyDifferences.ts';
import { snapshotOf, uriOf } from '../support/snapshotOf.ts';
import { policy } from './engineArbitraries.ts';

const BEFORE = '# first\nkind: ConfigMap\n---\n';
const AFTER = '---\nkind: Secret # last\n';

/** Two policies of one name, of which the second often has parts of the first. */
const pair = fc
  .tuple(policy('none'), policy('none'), fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }))
  .map(([written, other, [targets, types, ingress, egress]]): readonly [NetworkPolicy, NetworkPolicy] => {
    const { podSelector, policyTypes, ...rest } = other;
    const kept = types === true ? written.policyTypes : policyTypes;
    const live: NetworkPolicy = {
      ...rest,
      namespace: written.namespace,
      name: written.name,
      podSelector: targets === true ? written.podSelector : podSelector,
      ...(kept === undefined ? {} : { policyTypes: kept }),
      ...(ingress === true && written.ingress !== undefined ? { ingress: written.ingress } : {}),
      ...(egress === true && written.egress !== undefined ? { egress: written.egress } : {}),
    };
    return [written, live];
  });

function textOf(written: NetworkPolicy, style: 'yaml' | 'json'): string {
  if (style === 'json') return `${JSON.stringify(policyObject(written), null, 2)}\n`;
  const text = new YamlText();
  text.document(policyObject(written));
  return text.text;
}

function viewOf(text: string): PolicyView | undefined {
  return policyViews(snapshotOf(new Map([['a.yaml', text]])), uriOf('a.yaml'))[0];
}

test('policies without a difference treat all traffic alike', () => {
  fc.assert(
    fc.property(pair, ([written, live]) => {
      expect(policyDifferences(written, written)).toEqual([]);
      if (policyDifferences(written, live).length === 0) expect(canonicalPolicy(written)).toBe(canonicalPolicy(live));
    }),
  );
});

test('the edited document says what the other policy does, and keeps every other document', () => {
  fc.assert(
    fc.property(pair, fc.constantFrom('yaml', 'json'), ([written, live], style) => {
      const text = BEFORE + textOf(written, style) + AFTER;
      const view = viewOf(text);
      const edited = view && liveInDocument(view, live);
      // No label of a cluster is named so, and no edit is offered that could not be read back.
      fc.pre(!JSON.stringify([written, live]).includes('__proto__'));
      if (edited === undefined) throw new Error(`not edited: ${text}`);
      expect(edited.startsWith(BEFORE) && edited.endsWith(AFTER)).toBe(true);
      const after = viewOf(edited)?.written;
      expect(after && policyDifferences(after, live)).toEqual([]);
      if (policyDifferences(written, live).length === 0) expect(edited).toBe(text);
    }),
  );
});
