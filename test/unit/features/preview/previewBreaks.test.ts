/** What a preview's panel is told of needs that an edit takes away. */
import { describe, expect, it } from 'vitest';
import { changesAnswer } from '../../../../server/src/features/preview/previewChanges.ts';
import { PREVIEW_VERSION, type PreviewChanges } from '../../../../server/src/protocol/preview.ts';
import { PreviewModel } from '../../../../server/src/workspace/preview/previewModel.ts';
import { compareReach } from '../../../../server/src/workspace/preview/reachComparison.ts';
import { snapshotNeeds } from '../../../../server/src/workspace/needs/snapshotNeeds.ts';
import type { WorkspaceSnapshot } from '../../../../server/src/workspace/snapshot.ts';
import { updateUniverse } from '../../../../server/src/workspace/universe.ts';
import { documents, networkPolicy } from '../../../support/checkFindings.ts';
import { snapshotOf, uriOf } from '../../../support/snapshotOf.ts';

const client = (name: string): string => `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: shop }
spec:
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      containers:
      - name: main
        env: [{ name: DATABASE_URL, value: "postgres://db:5432/x" }]
        ports: [{ containerPort: 5432 }]
`;
const SHOP = documents(
  client('web'),
  client('api'),
  client('db'),
  'apiVersion: v1\nkind: Service\nmetadata: { name: db, namespace: shop }\nspec: { selector: { app: db }, ports: [{ port: 5432 }] }\n',
);

function changes(before: string, after: string, offset = 0): PreviewChanges {
  const [old, now] = [before, after].map((text) =>
    snapshotOf(new Map(Object.entries({ 'shop.yaml': SHOP, 'policy.yaml': text }))),
  ) as [WorkspaceSnapshot, WorkspaceSnapshot];
  const edited = updateUniverse(old.universe, now.universe.parts);
  const states = {
    before: { kind: 'files', label: 'before', universe: old.universe },
    after: { kind: 'files', label: 'after', universe: edited },
    manifests: now.manifests,
    laidOver: [],
    held: false,
    coverage: [],
    unseen: [],
    needs: () => snapshotNeeds(now),
    fileOf: (uri: string) => now.files.get(uri)?.file,
  } as const;
  const steps = compareReach(old.universe.cluster, edited.cluster);
  for (;;) {
    const step = steps.next();
    if (step.done !== true) continue;
    const model = new PreviewModel(states, step.value);
    return changesAnswer(model, { version: PREVIEW_VERSION, id: 'p', revision: 1 }, { offset, limit: 100 });
  }
}

const DB = '  podSelector: { matchLabels: { app: db } }\n  policyTypes: [Ingress]\n';
const NOBODY = networkPolicy(DB);
const BOTH = networkPolicy(`${DB}  ingress: [{ from: [{ podSelector: {} }] }]\n`);
const API = networkPolicy(`${DB}  ingress: [{ from: [{ podSelector: { matchLabels: { app: api } } }] }]\n`);

describe('a row that takes what somebody needs', () => {
  it('says so once for all who need the same, with where the first of them says it', () => {
    const { breaks, rows } = changes(BOTH, NOBODY);
    const lost = rows.find(({ type }) => type === 'lost');
    expect(breaks).toEqual([
      {
        row: lost?.id,
        need: 'environment',
        text: 'DATABASE_URL of web and api',
        sureness: 'certain',
        evidence: { uri: uriOf('shop.yaml'), range: expect.objectContaining({ start: { line: 9, character: 36 } }) },
      },
    ]);
  });

  it('says DNS beside, and nobody who keeps their access', () => {
    const { breaks } = changes('', NOBODY.replace('[Ingress]', '[Ingress, Egress]'));
    const texts = breaks.map(({ text, sureness }) => `${text}: ${sureness}`).sort();
    expect(texts).toEqual(['DATABASE_URL of web and api: certain', 'DNS of db: likely']);
    const [only] = changes(BOTH, API).breaks;
    expect(only?.text).toBe('DATABASE_URL of web');
  });

  it('says it beside that row alone', () => {
    expect(changes(BOTH, NOBODY, 100).breaks).toEqual([]);
    expect(changes(NOBODY, BOTH).breaks).toEqual([]);
  });
});
