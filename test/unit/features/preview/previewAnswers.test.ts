import { describe, expect, it } from 'vitest';
import type {
  PreviewChanges,
  PreviewFilter,
  PreviewGraphParams,
  PreviewMatrix,
} from '../../../../server/src/protocol/preview.ts';
import { changesAnswer, pairsAnswer } from '../../../../server/src/features/preview/previewChanges.ts';
import { deniedAnswer } from '../../../../server/src/features/preview/previewDenied.ts';
import { namesAnswer } from '../../../../server/src/features/preview/previewNames.ts';
import { exportAnswer } from '../../../../server/src/features/preview/previewExport.ts';
import { drawPicture, graphAnswer, type DrawnPicture } from '../../../../server/src/features/preview/previewGraph.ts';
import { matrixAnswer } from '../../../../server/src/features/preview/previewMatrix.ts';
import { boxGraph } from '../../../../server/src/workspace/preview/pictureLayout.ts';
import type { PreviewModel } from '../../../../server/src/workspace/preview/previewModel.ts';
import type { StateAfter, StateBefore } from '../../../../server/src/workspace/preview/previewStates.ts';
import { deployment, documents } from '../../../support/checkFindings.ts';
import { previewed, type PreviewedFolder } from '../../../support/previews.ts';

const BASE = { version: 1, id: 'one', revision: 1 };
const WORKLOADS = documents(deployment('web', 'shop', 3), deployment('db', 'shop', 2), deployment('agent', 'ops', 1));

function policy(name: string, spec: string, namespace = 'shop'): string {
  return `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name}, namespace: ${namespace} }
spec:
${spec.trim().replace(/^/gm, '  ')}
`;
}

const LETS_WEB = policy(
  'db',
  'podSelector: { matchLabels: { app: db } }\ningress:\n- from: [{ podSelector: { matchLabels: { app: web } } }]\n  ports: [{ port: 5432 }]',
);
const LETS_NOBODY = LETS_WEB.replace('app: web', 'app: nobody');
const LETS_AGENT = LETS_WEB.replace(
  '{ podSelector: { matchLabels: { app: web } } }',
  '{ namespaceSelector: {}, podSelector: { matchLabels: { app: agent } } }',
);
const NAMESPACE = 'apiVersion: v1\nkind: Namespace\nmetadata: { name: ops }\n';
const DENY_EGRESS = policy('deny', 'podSelector: {}\npolicyTypes: [Egress]', 'ops');

function changes(model: PreviewModel, filter: PreviewFilter = {}): PreviewChanges {
  return changesAnswer(model, BASE, { filter, offset: 0, limit: 100 });
}

function lines(model: PreviewModel, filter: PreviewFilter = {}): string[] {
  return changes(model, filter).rows.map(({ type, from, to, before, after, causes }) => {
    const end = (each: typeof from): string =>
      each.kind === 'workload' ? each.name : each.kind === 'external' ? 'outside' : `${each.workloads} workloads`;
    return `${type} ${end(from)} → ${end(to)} ${before.text} ⇒ ${after.text}: ${causes.map(({ text }) => text).join()}`;
  });
}

function drawn(model: PreviewModel, params: Omit<PreviewGraphParams, 'id'>): DrawnPicture | undefined {
  const steps = drawPicture(model, params);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** The same folder in a panel, with `db.yaml` as it is saved and as it is typed. */
function edited(saved: string, typed: string, more: Partial<PreviewedFolder> = {}): PreviewModel {
  return previewed({ files: { 'workloads.yaml': WORKLOADS, 'db.yaml': saved }, typed: { 'db.yaml': typed }, ...more });
}

describe('the rows of a preview', () => {
  it('say who loses and gains what, and what of the text did it', () => {
    expect(lines(edited(LETS_WEB, LETS_AGENT))).toEqual([
      'lost web → db 5432/TCP ⇒ : removed peer',
      'gained agent → db  ⇒ 5432/TCP: added peer',
    ]);
    expect(lines(edited(LETS_WEB, LETS_WEB.replace('5432', '5433')))).toEqual([
      'changed web → db 5432/TCP ⇒ 5433/TCP: added port,removed port',
    ]);
    expect(lines(edited('', LETS_NOBODY))).toEqual([
      'lost 2 workloads → db all ports ⇒ : new isolation',
      'lost outside → db all ports ⇒ : new isolation',
    ]);
    expect(lines(edited(LETS_NOBODY, ''))).toEqual([
      'gained 2 workloads → db  ⇒ all ports: removed policy',
      'gained outside → db  ⇒ all ports: removed policy',
    ]);
  });

  it('lead to the line that did it, and where that is gone to the place where it stood', () => {
    const [lost, gained] = changes(edited(LETS_WEB, LETS_AGENT)).rows;
    const line = LETS_AGENT.split('\n').findIndex((text) => text.includes('from:'));
    expect(lost?.causes[0]?.place?.range.start.line).toBe(line);
    expect(gained?.causes[0]?.place?.range.start.line).toBe(line);
  });

  it('are filtered by either end, the direction, the port and what is lost, and paged after that', () => {
    const model = edited(LETS_WEB, LETS_AGENT);
    expect(lines(model, { onlyLost: true })).toHaveLength(1);
    expect(lines(model, { workload: 'AGENT' })).toHaveLength(1);
    expect(lines(model, { namespaces: ['ops'] })).toHaveLength(1);
    expect(lines(model, { namespaces: ['shop'] })).toHaveLength(2);
    expect(lines(model, { direction: 'egress' })).toEqual([]);
    expect(lines(model, { port: { port: 5432, protocol: 'TCP' } })).toHaveLength(2);
    expect(lines(model, { port: { port: 5432, protocol: 'UDP' } })).toEqual([]);
    const page = changesAnswer(model, BASE, { offset: 1, limit: 5 });
    expect([page.total, page.rows.map(({ type }) => type)]).toEqual([2, ['gained']]);
    expect(page.groups).toMatchObject([{ subject: { name: 'db' }, lost: 1, gained: 1, rows: 2 }]);
  });

  it('keep their ids while other rows come and go', () => {
    const one = changes(edited(LETS_WEB, LETS_NOBODY)).rows[0]?.id;
    const two = changes(edited(LETS_WEB, LETS_AGENT)).rows[0]?.id;
    expect(two).toBe(one);
  });

  it('of many others are one, which expands into its pairs', () => {
    const model = edited('', LETS_NOBODY);
    const [row] = changes(model).rows;
    expect(row).toMatchObject({
      pairs: 2,
      from: { kind: 'workloads', pods: 4, namespaces: [{ name: 'ops' }, { name: 'shop' }] },
    });
    const pairs = pairsAnswer(model, BASE, { row: row?.id ?? '', offset: 1, limit: 5 });
    expect(pairs).toMatchObject({ total: 2, pairs: [{ from: { name: 'web' }, to: { name: 'db' } }] });
    const filtered = { row: row?.id ?? '', offset: 0, limit: 5, filter: { workload: 'agent' } };
    expect(pairsAnswer(model, BASE, filtered)).toMatchObject({ total: 1, pairs: [{ from: { name: 'agent' } }] });
  });
});

describe('traffic of which an edit removes one obstacle', () => {
  it('is told as still denied, with who denies it', () => {
    const files = { 'workloads.yaml': WORKLOADS, 'db.yaml': LETS_WEB, 'deny.yaml': DENY_EGRESS };
    const model = previewed({ files, typed: { 'db.yaml': LETS_AGENT } });
    expect(lines(model)).toEqual(['lost web → db 5432/TCP ⇒ : removed peer']);
    expect(deniedAnswer(model, BASE, { offset: 0, limit: 10 })).toMatchObject({
      total: 1,
      pairs: 1,
      rows: [
        {
          from: { name: 'agent' },
          to: { name: 'db' },
          ports: { text: '5432/TCP' },
          opened: 'ingress',
          deniedIn: 'egress',
          deniedBy: [{ policy: 'ops/deny' }],
          text: 'still denied by ops/deny (egress of agent)',
        },
      ],
    });
  });
});

describe('that nothing changes is said with why', () => {
  const also = policy(
    'also',
    'podSelector: { matchLabels: { app: db } }\ningress:\n- from: [{ podSelector: { matchLabels: { app: web } } }]\n  ports: [{ port: 5432 }]',
  );
  it.each<[name: string, reason: string, model: () => PreviewModel]>([
    ['nothing is typed', 'sameAsApplied', () => edited(LETS_WEB, LETS_WEB)],
    ['a comment is typed', 'sameMeaning', () => edited(LETS_WEB, `# why\n${LETS_WEB}`)],
    [
      'what it says is written in another way',
      'sameMeaning',
      () => edited(LETS_WEB, LETS_WEB.replace('spec:', 'spec:\n  policyTypes: [Ingress]')),
    ],
    ['there is no policy in it', 'noPolicy', () => edited('# one', '# two')],
    ['it selects nobody', 'selectsNoPod', () => edited('', LETS_WEB.replace('app: db', 'app: gone'))],
    ['its rules mean nobody', 'peersMatchNothing', () => edited(LETS_NOBODY, LETS_NOBODY.replace('nobody', 'none'))],
    [
      'another policy lets the same through',
      'otherPolicyAllows',
      () =>
        previewed({
          files: { 'workloads.yaml': WORKLOADS, 'also.yaml': also, 'db.yaml': LETS_WEB },
          typed: { 'db.yaml': LETS_NOBODY },
        }),
    ],
    [
      'the other side still denies it',
      'stillDenied',
      () =>
        previewed({
          files: { 'workloads.yaml': WORKLOADS, 'deny.yaml': DENY_EGRESS, 'db.yaml': LETS_NOBODY },
          typed: { 'db.yaml': LETS_AGENT },
        }),
    ],
  ])('%s: %s', (_, reason, model) => {
    const { nothing, rows } = changes(model());
    expect(rows).toEqual([]);
    expect(nothing?.reason).toBe(reason);
    expect(nothing?.text).toMatch(/^[A-Z].*\.$/);
  });
});

describe('what is compared', () => {
  const cluster = { 'cluster.yaml': documents(WORKLOADS, LETS_WEB) };
  const live = (after: StateAfter, before: StateBefore = { kind: 'source' }): PreviewModel =>
    edited(LETS_WEB, LETS_NOBODY, { live: cluster, after, before });

  it('is the cluster alone and the cluster with the document', () => {
    const { compared, summary } = changes(live({ kind: 'document' }));
    expect(compared.before).toMatchObject({ kind: 'live', label: 'prod-eu', pods: 6, policies: 1 });
    expect(compared.after.label).toBe('prod-eu + db.yaml');
    expect(compared.document).toMatchObject({ unsaved: true });
    expect(summary.text).toBe('certain: 1 lost');
  });

  it('is the cluster with every policy of the folder, if that is asked for', () => {
    const files = { 'db.yaml': LETS_WEB, 'deny.yaml': DENY_EGRESS };
    const typed = { 'db.yaml': LETS_NOBODY };
    const of = (after: StateAfter): PreviewModel => previewed({ files, typed, live: cluster, after });
    expect(lines(of({ kind: 'document' }))).toEqual(['lost web → db 5432/TCP ⇒ : removed peer']);
    expect(changes(of({ kind: 'folder' })).summary.lost.pairs).toBeGreaterThan(1);
  });

  it('leaves what is typed elsewhere out, unless all unsaved documents are asked for', () => {
    const files = { 'workloads.yaml': WORKLOADS, 'db.yaml': LETS_WEB, 'deny.yaml': '# nothing yet' };
    const typed = { 'db.yaml': LETS_NOBODY, 'deny.yaml': DENY_EGRESS };
    const of = (after: StateAfter): PreviewModel => previewed({ files, typed, after });
    expect(changes(of({ kind: 'document' })).rows).toHaveLength(1);
    expect(changes(of({ kind: 'unsaved' })).rows.length).toBeGreaterThan(1);
  });

  it('is another cluster, or a saved one, where a person says so', () => {
    const saved = JSON.stringify({
      apiVersion: 'v1',
      kind: 'List',
      items: [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }],
    });
    const { compared } = changes(live({ kind: 'document' }, { kind: 'snapshot', label: 'old.json', text: saved }));
    expect(compared.before).toMatchObject({ kind: 'snapshot', label: 'old.json', pods: 0 });
    expect(() => live({ kind: 'document' }, { kind: 'context', context: 'dev' })).toThrow('dev is not connected');
  });

  it('says which pods the source could not show, and the right that is missing', () => {
    const mend = 'list and watch pods in namespace ops';
    const why = 'pods is forbidden in ops';
    const status = { state: 'forbidden', why: `${why}.`, mend } as const;
    const hidden = [{ kind: 'Pod', group: '', namespace: 'ops', status }];
    const shop = { 'cluster.yaml': documents(deployment('web'), deployment('db'), LETS_WEB, NAMESPACE) };
    const { summary } = changes(edited(LETS_WEB, LETS_NOBODY, { live: shop, coverage: hidden }));
    expect(summary.text).toBe('certain: 1 lost; not known: pods of ops');
    expect(summary.undecided).toMatchObject([{ pairs: 0, why: `pods of ops: ${why}.`, right: mend }]);
  });

  it('stays one cluster over many edits, so that each costs what it touches', () => {
    const folder = previewed.folder({ files: { 'workloads.yaml': WORKLOADS, 'db.yaml': LETS_WEB }, live: cluster });
    const befores = [LETS_NOBODY, LETS_AGENT, LETS_WEB, `${LETS_WEB}# end`].map((text) => {
      folder.type('db.yaml', text);
      const { states } = folder.model();
      expect(states.after.universe.cluster.facts).toBe(states.before.universe.cluster.facts);
      return states.before.universe.cluster;
    });
    expect(new Set(befores).size).toBe(1);
  });
});

describe('the matrix', () => {
  const heads = { offset: 0, count: 50 };
  const matrix = (model: PreviewModel, expanded: string[] = [], onlyChanged = false): PreviewMatrix =>
    matrixAnswer(model, BASE, { id: 'one', expanded, onlyChanged, rows: heads, columns: heads });
  const cell = (answer: PreviewMatrix, from: string, to: string): PreviewMatrix['cells'][number] | undefined => {
    const at = (label: string): number => answer.columns.findIndex((head) => head.label === label);
    return answer.cells[at(from) * answer.columns.length + at(to)];
  };

  it('sums up namespaces, and their workloads where they are unfolded', () => {
    const model = edited(LETS_WEB, LETS_AGENT);
    const folded = matrix(model);
    expect(folded.rows.map(({ label }) => label)).toEqual(['outside', 'ops', 'shop']);
    expect(cell(folded, 'shop', 'shop')).toMatchObject({
      state: 'lost',
      pairs: 2,
      lost: 1,
      before: { open: 2 },
      after: { open: 1 },
    });
    expect(cell(folded, 'ops', 'shop')).toMatchObject({
      state: 'gained',
      gained: 1,
      pairs: 2,
      after: { text: 'all ports', uniform: false },
    });
    expect(cell(folded, 'outside', 'outside')).toMatchObject({ state: 'none', pairs: 0 });
    const unfolded = matrix(model, ['shop']);
    expect(unfolded.rows.map(({ label }) => label)).toEqual(['outside', 'ops', 'shop', 'db', 'web']);
    expect(cell(unfolded, 'web', 'db')).toMatchObject({
      state: 'lost',
      before: { text: '5432/TCP' },
      after: { text: '' },
    });
    expect(cell(unfolded, 'db', 'web')).toMatchObject({ state: 'same', before: { text: 'all ports' } });
    expect(cell(unfolded, 'ops', 'db')).toMatchObject({ state: 'gained', after: { text: '5432/TCP' } });
  });

  it('leaves out what does not change, if that is asked for', () => {
    expect(matrix(edited(LETS_WEB, LETS_NOBODY), [], true).rows.map(({ label }) => label)).toEqual(['outside', 'shop']);
  });
});

describe('the picture', () => {
  it('never has more elements than asked for, and says what it put together', () => {
    const many = documents(
      ...Array.from({ length: 300 }, (_, at) => deployment(`w${at}`, `ns${at % 10}`, 1)),
      WORKLOADS,
    );
    const model = previewed({
      files: { 'workloads.yaml': many, 'db.yaml': LETS_NOBODY },
      typed: {
        'db.yaml': policy(
          'db',
          'podSelector: { matchLabels: { app: db } }\ningress:\n- from: [{ namespaceSelector: {} }]',
        ),
      },
    });
    const focus = { kind: 'namespace', namespace: 'shop' } as const;
    for (const most of [5000, 300, 60, 20]) {
      const found = drawn(model, { focus, most });
      if (found === undefined) throw new Error('no picture');
      const { graph } = graphAnswer(model, BASE, found, boxGraph(found.drawn), undefined, new Map());
      expect(graph.nodes.length + graph.edges.length).toBeLessThanOrEqual(most);
      if (most < 5000) expect(graph.aggregated).toBeDefined();
      const ids = new Set(graph.nodes.map(({ id }) => id));
      for (const { from, to } of graph.edges) expect([ids.has(from), ids.has(to)]).toEqual([true, true]);
    }
  });

  it.each<[string, PreviewFilter, readonly string[]]>([
    ['nothing', {}, ['db → ops', 'db → web', 'ops → db', 'web → db']],
    ['a workload', { workload: 'web' }, ['db → web', 'web → db']],
    ['what is lost', { onlyLost: true }, ['web → db']],
    ['a port', { port: { port: 5432 } }, ['db → ops', 'db → web', 'ops → db', 'web → db']],
    ['another port', { port: { port: 80, protocol: 'TCP' } }, ['db → ops', 'db → web']],
  ])('of a workload is narrowed by %s', (_, filter, expected) => {
    const focus = { kind: 'workload', workload: 'shop/db[Deployment]' } as const;
    const model = edited(LETS_WEB, LETS_AGENT);
    const found = drawn(model, { focus, filter });
    if (found === undefined) throw new Error('no picture');
    const { graph } = graphAnswer(model, BASE, found, boxGraph(found.drawn), undefined, new Map());
    const names = new Map(graph.nodes.map(({ id, label }) => [id, label === 'agent' ? 'ops' : label]));
    const inside = graph.edges
      .map(({ from, to }) => `${names.get(from)} → ${names.get(to)}`)
      .filter((edge) => !edge.includes('outside') && !edge.includes('0.0.0.0'));
    expect(inside.sort()).toEqual(expected);
  });

  it('tells default-deny as a badge and a pod that nothing isolates as reached by any pod', () => {
    const many = documents(...Array.from({ length: 20 }, (_, at) => deployment(`w${at}`)), WORKLOADS);
    const model = previewed({
      files: { 'workloads.yaml': many, 'db.yaml': '# none' },
      typed: { 'db.yaml': policy('db', 'podSelector: { matchLabels: { app: db } }') },
    });
    const about = (workload: string) => drawn(model, { focus: { kind: 'workload', workload } })?.drawn;
    const db = about('shop/db[Deployment]');
    expect(db?.nodes.find(({ focus }) => focus)?.badges).toEqual([
      { direction: 'ingress', kind: 'defaultDeny', state: 'added' },
    ]);
    expect(db?.edges.map(({ from, to, state }) => [from, to, state])).toContainEqual([
      'anyPod',
      'workload shop/db[Deployment]',
      'removed',
    ]);
  });
});

describe('exports and names', () => {
  const HOSTILE = '<img src=x onerror=alert(1)>';
  const OPEN_TO_HOSTILE = LETS_WEB.replace('app: web', `x: "y"`);

  it('are the Markdown that bulkhead diff prints, in which no name means anything', () => {
    const model = edited(LETS_WEB, LETS_AGENT);
    const { text } = exportAnswer(model, BASE, { id: 'one', what: 'changes', format: 'md' }) ?? { text: '' };
    expect(text).toContain(
      '| lost | shop/web\\[Deployment\\] | shop/db\\[Deployment\\] | 5432/TCP | shop/db (db.yaml:',
    );
    expect(text).toContain('1 lost, 1 gained.');
    const evil = deployment('web').replaceAll('name: web', `name: "${HOSTILE}"`).replace('{ app: web }', '{ x: "y" }');
    const hostile = previewed({
      files: { 'workloads.yaml': documents(evil, deployment('db')), 'db.yaml': OPEN_TO_HOSTILE },
      typed: { 'db.yaml': LETS_NOBODY },
    });
    for (const what of ['changes', 'matrix', 'graph'] as const) {
      for (const format of ['md', 'mermaid'] as const) {
        const answer = exportAnswer(hostile, BASE, { id: 'one', what, format, expanded: ['shop'] });
        expect(answer?.text).not.toMatch(/(?<!\\)<img/);
      }
    }
    const [row] = changes(hostile).rows;
    expect(row?.from).toMatchObject({ name: HOSTILE });
  });

  it('find names by a part of them, whatever its case', () => {
    const model = edited(LETS_WEB, LETS_AGENT);
    const names = namesAnswer(model, BASE, { text: 'DB', limit: 10 });
    expect([names.workloads.map(({ name }) => name), names.policies]).toEqual([['db'], ['shop/db']]);
    expect(namesAnswer(model, BASE, { text: '', limit: 10 }).namespaces).toEqual(['ops', 'shop']);
  });
});
