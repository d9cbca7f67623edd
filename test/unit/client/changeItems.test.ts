import { beforeAll, describe, expect, it, test, vi } from 'vitest';
import { changeDays, changeRow, changeTitle } from '../../../client/src/changeItems.ts';
import type { PolicyChangeItem } from '../../../server/src/protocol/changes.ts';

const NOON = new Date(2026, 10, 25, 12).getTime();
const HOUR = 3_600_000;

const item = (more: Partial<PolicyChangeItem> = {}): PolicyChangeItem => ({
  id: '1',
  context: 'prod-eu',
  namespace: 'shop',
  name: 'web',
  change: 'changed',
  at: NOON,
  manager: { name: 'kubectl-edit', time: '2026-11-25T12:00:00Z' },
  effect: 'web (3 pods) no longer let in client',
  texts: {
    before: 'bulkhead-change://1/before/shop%2Fweb.yaml',
    after: 'bulkhead-change://1/after/shop%2Fweb.yaml',
  },
  live: 'bulkhead-object:/shop/web',
  ...more,
});

beforeAll(() => {
  vi.spyOn(Date.prototype, 'toLocaleTimeString').mockImplementation(function (this: Date) {
    return `${this.getHours()}:00`;
  });
  vi.spyOn(Date.prototype, 'toLocaleString').mockImplementation(function (this: Date) {
    return `day ${this.getDate()}, ${this.getHours()}:00`;
  });
  vi.spyOn(Date.prototype, 'toLocaleDateString').mockImplementation(function (this: Date) {
    return `day ${this.getDate()}`;
  });
});

test('changes stand under their day, in the order in which they come', () => {
  const changes = [0, 1, 13, 40].map((hours) => item({ id: String(hours), at: NOON - hours * HOUR }));
  expect(changeDays(changes, NOON).map(({ day, changes }) => [day, changes.map(({ id }) => id)])).toEqual([
    ['Today', ['0', '1']],
    ['Yesterday', ['13']],
    ['day 23', ['40']],
  ]);
  expect(changeDays([], NOON)).toEqual([]);
});

describe('a row', () => {
  it('says the effect first, then what, which program, when, where', () => {
    expect(changeRow(item()).description).toBe(
      'web (3 pods) no longer let in client · changed · field manager kubectl-edit · 12:00 · prod-eu',
    );
    expect(changeRow(item()).tooltip).toContain('a program, not a person');
  });

  it('says between when it was made where nobody watched', () => {
    const row = changeRow(item({ since: NOON - 30 * HOUR }));
    expect(row.description).toContain('between day 24, 6:00 and 12:00');
    expect(row.tooltip).toContain('Made between day 24, 6:00 and day 25, 12:00, while nobody watched');
  });

  it('says what is not kept of an earlier run', () => {
    const { texts: _, ...earlier } = item({ manager: { name: 'helm' } });
    expect(changeRow(earlier).tooltip).toContain('field manager helm (a program, not a person)\n');
    expect(changeRow(earlier).tooltip).toContain('both states are not kept');
  });

  it('names nobody where nothing says who it was', () => {
    const { manager: _, ...unnamed } = item({ change: 'deleted' });
    expect(changeRow(unnamed).description).toBe('web (3 pods) no longer let in client · deleted · 12:00 · prod-eu');
    expect(changeRow(unnamed).tooltip).toContain('does not keep who deleted it');
    expect(changeTitle(unnamed)).toBe('shop/web: before ↔ deleted, 12:00');
  });

  it('shows characters that hide or reorder as their escapes', () => {
    const row = changeRow(
      item({ name: 'a\u202eb', manager: { name: 'x\u0007', time: 'no\u0000time' }, effect: '\u200b' }),
    );
    for (const text of [row.label, row.description, row.tooltip, changeTitle(item({ name: 'a\u202eb' }))]) {
      // eslint-disable-next-line no-control-regex
      expect(text).not.toMatch(/[\u0000-\u0009\u200b\u202e]/);
    }
  });
});
