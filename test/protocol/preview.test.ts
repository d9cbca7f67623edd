/** The preview panel's side of the wire: a panel opens, a person types, the panel is told and asks again. */
import { afterEach, describe, expect, test } from 'vitest';
import {
  PREVIEW_CHANGED,
  PREVIEW_CHANGES,
  PREVIEW_CLOSE,
  PREVIEW_COMPARE,
  PREVIEW_GRAPH,
  PREVIEW_MATRIX,
  PREVIEW_OPEN,
  PREVIEW_PAIRS,
  type PreviewChanges,
  type PreviewComparison,
  type PreviewOpened,
  type PreviewProblem,
} from '../../server/src/protocol/preview.ts';
import { openFolder, type OpenFolder } from '../support/openFolder.ts';
import { deployment, documents } from '../support/checkFindings.ts';

let opened: OpenFolder | undefined;

afterEach(async () => {
  await opened?.close();
  opened = undefined;
});

const WORKLOADS = documents(deployment('web', 'shop', 3), deployment('db', 'shop', 2), deployment('agent', 'ops'));

function policy(spec: string, name = 'db'): string {
  return `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name}, namespace: shop }
spec:
${spec.replace(/^/gm, '  ')}
`;
}

const OPEN = policy(`podSelector: { matchLabels: { app: db } }
ingress:
- from: [{ podSelector: { matchLabels: { app: web } } }]
  ports: [{ port: 5432 }]`);
const CLOSED = OPEN.replace('app: web', 'app: nobody');
const SOURCE: PreviewComparison = { before: { kind: 'source' }, after: { kind: 'document' } };

/** A folder whose `db.yaml` is open, and a panel that follows it. */
async function panel(
  files: Readonly<Record<string, string>> = {},
  options: Parameters<typeof openFolder>[1] = {},
  compare: PreviewComparison = SOURCE,
): Promise<{ readonly folder: OpenFolder; readonly id: string; readonly told: number[] }> {
  opened = await openFolder({ 'workloads.yaml': WORKLOADS, 'db.yaml': OPEN, ...files }, options);
  const folder = opened;
  await folder.lsp.open(folder.uri('db.yaml'), OPEN);
  const told: number[] = [];
  folder.lsp.connection.onNotification(PREVIEW_CHANGED.name, ({ revision }: { revision: number }) => {
    told.push(revision);
  });
  const answer = await ask(folder, PREVIEW_OPEN.name, { version: 1, uri: folder.uri('db.yaml'), ...compare });
  return { folder, id: (answer as Exclude<PreviewOpened, PreviewProblem>).id, told };
}

async function ask(folder: OpenFolder, method: string, params: object): Promise<unknown> {
  return folder.lsp.connection.sendRequest(method, params);
}

async function changes(folder: OpenFolder, id: string): Promise<PreviewChanges> {
  return (await ask(folder, PREVIEW_CHANGES.name, { id, offset: 0, limit: 100 })) as PreviewChanges;
}

/** A panel hears of it, and asks again. */
async function afterNotice(folder: OpenFolder, id: string, told: readonly number[]): Promise<PreviewChanges> {
  await expect.poll(() => told.length).toBeGreaterThan(0);
  return changes(folder, id);
}

describe('a preview panel', () => {
  test('is told when a person has typed, and then shows what the unsaved text changes', async () => {
    const { folder, id, told } = await panel();
    const before = await changes(folder, id);
    expect(before.nothing?.reason).toBe('sameAsApplied');
    await folder.lsp.replace(folder.uri('db.yaml'), 'app: web', 'app: nobody');
    const after = await afterNotice(folder, id, told);
    expect(after.revision).toBeGreaterThan(before.revision);
    expect(after.summary.text).toBe('certain: 1 lost');
    const [row] = after.rows;
    expect(row).toMatchObject({ type: 'lost', from: { name: 'web', pods: 3 }, to: { name: 'db', pods: 2 } });
    expect(row?.before.text).toBe('5432/TCP');
    expect(row?.causes).toMatchObject([
      { policy: 'shop/db', text: 'removed peer', place: { uri: folder.uri('db.yaml') } },
    ]);
    const line = row?.causes[0]?.place?.range.start.line ?? 0;
    expect(CLOSED.split('\n')[line]).toContain('app: nobody');
    expect(after.compared.document).toEqual({ uri: folder.uri('db.yaml'), unsaved: true });
  });

  test('keeps the last state that can be decoded while a text is half typed', async () => {
    const { folder, id, told } = await panel();
    await folder.lsp.replace(folder.uri('db.yaml'), 'app: web', 'app: nobody');
    await afterNotice(folder, id, told);
    await folder.lsp.replace(folder.uri('db.yaml'), 'ingress:', 'ingress: [');
    await expect.poll(async () => (await changes(folder, id)).compared.held).toBe(true);
    expect((await changes(folder, id)).summary.text).toBe('certain: 1 lost');
  });

  test('compares with a revision of Git whose texts its host gives', async () => {
    const files = (uri: string): PreviewComparison => ({
      before: { kind: 'texts', label: 'HEAD', files: [{ uri, text: CLOSED }] },
      after: { kind: 'document' },
    });
    const { folder, id } = await panel();
    const compared = await ask(folder, PREVIEW_COMPARE.name, { id, ...files(folder.uri('db.yaml')) });
    expect(compared).toMatchObject({ id });
    const answer = await changes(folder, id);
    expect(answer.compared.before).toMatchObject({ kind: 'texts', label: 'HEAD' });
    expect(answer.summary.text).toBe('certain: 1 gained');
  });

  test('shows a matrix, a picture and the pairs of a row of the same state', async () => {
    const { folder, id, told } = await panel();
    await folder.lsp.replace(folder.uri('db.yaml'), 'app: web', 'app: nobody');
    const { rows, revision } = await afterNotice(folder, id, told);
    const pairs = await ask(folder, PREVIEW_PAIRS.name, { id, row: rows[0]?.id, offset: 0, limit: 10 });
    expect(pairs).toMatchObject({ revision, total: 1, pairs: [{ from: { name: 'web' }, to: { name: 'db' } }] });
    const window = { offset: 0, count: 50 };
    const matrix = await ask(folder, PREVIEW_MATRIX.name, { id, expanded: ['shop'], rows: window, columns: window });
    const {
      rows: heads,
      columns,
      cells,
    } = matrix as { rows: { label: string }[]; columns: unknown[]; cells: unknown[] };
    const at = (name: string): number => heads.findIndex(({ label }) => label === name);
    expect(cells[at('web') * columns.length + at('db')]).toMatchObject({
      state: 'lost',
      before: { text: '5432/TCP', open: 1 },
      after: { text: '', open: 0 },
    });
    const graph = await ask(folder, PREVIEW_GRAPH.name, {
      id,
      focus: { kind: 'workload', workload: 'shop/db[Deployment]' },
    });
    expect(graph).toMatchObject({ revision });
    const { nodes, edges, layoutProblem } = graph as {
      nodes: { id: string; label: string; badges: unknown[] }[];
      edges: { from: string; to: string; state: string }[];
      layoutProblem?: string;
    };
    expect(layoutProblem).toBeUndefined();
    const node = (label: string): string | undefined => nodes.find((each) => each.label === label)?.id;
    expect(edges).toContainEqual(expect.objectContaining({ from: node('web'), to: node('db'), state: 'removed' }));
  });

  test('says that it is not known any more once it was closed', async () => {
    const { folder, id } = await panel();
    await folder.lsp.connection.sendNotification(PREVIEW_CLOSE.name, { id });
    expect(await changes(folder, id)).toMatchObject({ gone: true });
  });
});
