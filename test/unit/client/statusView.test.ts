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

const view = (parts: Partial<StatusParts>) => statusView({ session: 'running', status: LIVE, notices: [], ...parts });

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

test('reading spins', () => expect(view({ status: { ...LIVE, busy: true } }).busy).toBe(true));

test('before the server has said anything it says that it starts', () => {
  expect(view({ session: 'starting', status: undefined })).toMatchObject({ text: 'Bulkhead: starting', busy: true });
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
