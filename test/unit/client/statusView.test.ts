import { describe, expect, test } from 'vitest';
import { statusView, type StatusParts } from '../../../client/src/statusView.ts';

const LIVE = {
  health: 'ok',
  source: 'prod-eu',
  busy: false,
  rows: [
    { kind: 'Pods', count: 1806, state: 'read completely, 4 s ago' },
    { kind: 'NetworkPolicies', count: 12, state: 'read completely, 4 s ago' },
  ],
  problems: [],
} as const;

const view = (parts: Partial<StatusParts>) =>
  statusView({ session: 'running', trouble: undefined, status: LIVE, notices: [], ...parts });

test('the item names the source; its hover is a table with three commands below it', () => {
  const { text, severity, detail, tooltip } = view({});
  expect(text).toBe('Bulkhead: prod-eu');
  expect(severity).toBe('information');
  expect(detail).toBe('Pods 1,806 · NetworkPolicies 12');
  expect(tooltip.split('\n')).toEqual([
    '**prod\\-eu**',
    '',
    '| Kind | Number&emsp; | State |',
    '|:--|--:|:--|',
    '| Pods | 1,806&emsp; | read completely, 4 s ago |',
    '| NetworkPolicies | 12&emsp; | read completely, 4 s ago |',
    '',
    expect.stringMatching(/^(\[[^\]]+\]\(command:bulkhead\.\w+\)( · )?){3}$/),
  ]);
});

test('what could not be read is marked, said first, and offered to be read again', () => {
  const problem = 'Pods of billing may not be listed: the role needs “list pods”.';
  const { mark, severity, detail, tooltip } = view({ status: { ...LIVE, health: 'warning', problems: [problem] } });
  expect(mark).toBe(' $(warning)');
  expect(severity).toBe('warning');
  expect(detail).toBe('Pods of billing may not be listed: the role needs “list pod…');
  expect(tooltip).toContain('command:bulkhead.refresh');
});

test('a kind of which nothing may be read has no number, and the way to the rights comes first', () => {
  const rows = [{ kind: 'Pod', state: 'may not be listed' }];
  const { tooltip } = view({ status: { ...LIVE, rows, health: 'error', lacksRights: true } });
  expect(tooltip).toContain('| Pod | ?&emsp; | may not be listed |');
  expect(tooltip).toMatch(/\n\[[^\]]+\]\(command:bulkhead\.copyReadRole\)/);
  expect(tooltip).not.toContain('No pods are known');
});

test('a choice that does not hold any more is a warning although the server is content', () => {
  const notice = 'prod-eu points to another server than when you chose it.';
  expect(view({ notices: [notice] })).toMatchObject({ severity: 'warning', detail: notice });
});

test('a sentence that client and server both say is said once', () => {
  const { tooltip } = view({ status: { ...LIVE, health: 'error', problems: ['No route.'] }, notices: ['No route.'] });
  expect(tooltip.match(/No route/g)).toHaveLength(1);
});

test('how far policies isolate stands below the table', () => {
  const coverage = 'Coverage: ingress 7 of 9 pods isolated, egress 2 of 9; namespaces without default-deny: a_b';
  const lines = view({ status: { ...LIVE, coverage } }).tooltip.split('\n\n');
  expect(lines[2]).toMatch(/^Coverage: ingress 7 of 9 .* a\\_b$/);
});

describe('where no pod is known', () => {
  const empty = { ...LIVE, rows: [{ kind: 'Pod', count: 0, state: 'read completely' }] };

  test('a welcome leads to the demo', () => {
    expect(view({ status: empty }).tooltip).toContain('command:bulkhead.openDemo');
  });

  test.each([
    ['while files are still being read', { ...empty, busy: true }],
    ['where pods are known', { ...empty, rows: [{ kind: 'Pod', count: 1, state: 'read completely' }] }],
  ])('there is none %s', (_name, status) => {
    expect(view({ status }).tooltip).not.toContain('command:bulkhead.openDemo');
  });
});

test('reading spins', () => expect(view({ status: { ...LIVE, busy: true } }).busy).toBe(true));

test('before the server has said anything it says that it starts', () => {
  expect(view({ session: 'starting', status: undefined })).toMatchObject({ text: 'Bulkhead: starting', busy: true });
});

describe('a server that stopped by itself', () => {
  const trouble = { kind: 'crash', times: 2, why: 'FATAL ERROR: heap_out of memory' } as const;

  test('is being started again, and the log is offered', () => {
    const { text, mark, busy, tooltip } = view({ session: 'starting', status: undefined, trouble });
    expect(`${text}${mark}`).toBe('Bulkhead: starting again $(warning)');
    expect(busy).toBe(true);
    expect(tooltip).toContain('2 times within ten minutes: FATAL ERROR: heap\\_out of memory');
    expect(tooltip).toContain('command:bulkhead.showLog');
  });

  test('and runs again is not forgotten at once', () => {
    const { text, severity, detail, tooltip } = view({ trouble: { ...trouble, times: 1, why: undefined } });
    expect(text).toBe('Bulkhead: prod-eu');
    expect(severity).toBe('warning');
    expect(detail).toBe('The server has stopped by itself.');
    expect(tooltip).toContain('command:bulkhead.showLog');
  });

  test('for the fifth time stays down, and says why', () => {
    const { severity, tooltip } = view({ session: 'failed', trouble: { ...trouble, times: 5 } });
    expect(severity).toBe('error');
    expect(tooltip).toContain('5 times within ten minutes');
    expect(tooltip).toContain('stays down until you restart it');
  });
});

test('a server that does not start says why', () => {
  const why = "Error: Cannot find module 'x'";
  const { detail, tooltip } = view({ session: 'failed', trouble: { kind: 'start', times: 1, why } });
  expect(detail).toMatch(/^The server does not start: Error: Cannot find module/);
  expect(tooltip).toContain('command:bulkhead.restart');
});

test('a server that stays down says so and how to start it', () => {
  const { text, mark, severity, tooltip } = view({ session: 'failed' });
  expect(`${text}${mark}`).toBe('Bulkhead: stopped $(error)');
  expect(severity).toBe('error');
  expect(tooltip).toContain('command:bulkhead.restart');
  expect(tooltip).toContain('command:bulkhead.showLog');
});

describe('names of a cluster are text and nothing else', () => {
  const hostile = '[x](command:evil)|$(trash)<b>';
  const { text, tooltip } = view({
    status: { ...LIVE, source: hostile, rows: [{ kind: hostile, count: 1, state: hostile }], problems: [hostile] },
  });
  test('no link', () => expect(tooltip).not.toContain('](command:evil'));
  test('no new cell', () => expect(tooltip).not.toMatch(/[^\\]\|\$/));
  test('no icon', () => expect(`${text}${tooltip}`).not.toMatch(/[^\\]\$\(trash/));
  test('no HTML', () => expect(tooltip).not.toContain('<b>'));
});

test('names the contexts that are connected for other files', () => {
  expect(view({ status: { ...LIVE, others: ['dev', 'a_b'] } }).tooltip).toContain(
    'Connected for other files of this folder: dev, a\\_b',
  );
});
