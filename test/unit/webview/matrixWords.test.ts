import { describe, expect, it } from 'vitest';
import {
  cellDetails,
  cellLabel,
  cellLook,
  cellText,
  headDetails,
  headText,
  questionPort,
  workloadOf,
} from '../../../client/webview/matrix/cellWords.ts';
import type { PreviewMatrixCell, PreviewMatrixHead } from '../../../server/src/protocol/preview.ts';

function cell(
  state: PreviewMatrixCell['state'],
  before: string,
  after: string,
  more: Partial<PreviewMatrixCell> = {},
): PreviewMatrixCell {
  const ports = (text: string) => ({ text, open: text === '' ? 0 : 1, uniform: true });
  return {
    state,
    before: ports(before),
    after: ports(after),
    pairs: 1,
    lost: 0,
    gained: 0,
    changed: 0,
    unknown: 0,
    ...more,
  };
}

const WEB: PreviewMatrixHead = {
  id: 'workload shop/web[Deployment]',
  kind: 'workload',
  label: 'web',
  namespace: 'shop',
  workloads: 1,
  pods: 3,
  expanded: false,
  changed: true,
};

describe('the text of a cell', () => {
  it.each([
    ['what passes as before', cell('same', '5432/TCP', '5432/TCP'), '', '5432', false],
    ['what is gone', cell('lost', '53/UDP', ''), '−', '53/UDP', false],
    ['what has come', cell('gained', '', 'all ports'), '+', 'all', false],
    ['what passes by now', cell('changed', '80/TCP', '443/TCP'), '~', '443', false],
    ['the first of several ports', cell('same', '', '8080,9090/TCP, 53/UDP'), '', '8080', true],
    ['every port of a protocol', cell('same', '', 'all TCP ports'), '', 'all TCP', false],
    ['a range as a whole, though it is cut off', cell('same', '', '30000-32767/TCP'), '', '30000-32767', false],
    ['nothing', cell('none', '', ''), '', '', false],
    ['nothing where no pair is meant', cell('none', '', '', { pairs: 0 }), '', '', false],
    ['what passed where the rest is not known', cell('unknown', '80/TCP', ''), '?', '80', false],
  ])('says %s', (_, shown, sign, ports, more) => {
    expect(cellText(shown)).toEqual({ sign, ports, more });
  });

  it('tells that not all pairs have the same ports', () => {
    const after = { text: '80/TCP', open: 2, uniform: false };
    expect(cellText(cell('same', '', '', { after, pairs: 6 }))).toEqual({ sign: '', ports: '80', more: true });
  });
});

describe('a cell in words', () => {
  it('names state and ports', () => {
    expect(cellLabel(cell('lost', '5432/TCP', ''))).toBe('lost: 5432/TCP → nothing');
    expect(cellLabel(cell('same', '80/TCP', '80/TCP'))).toBe('unchanged: 80/TCP');
    expect(cellLabel(cell('same', '', ''))).toBe('nothing passes');
  });

  it('says what is seen among what is heard', () => {
    for (const text of ['8080,9090/TCP, 53/UDP', 'all ports', 'all UDP ports', '30000-32767/TCP', '80/TCP, 53/UDP']) {
      const shown = cell('gained', '', text);
      expect(cellLabel(shown)).toContain(cellText(shown).ports);
    }
  });

  it('counts the pairs of a cell that stands for many', () => {
    const before = { text: '80/TCP', open: 5, uniform: false };
    const after = { text: '80/TCP', open: 3, uniform: false };
    expect(cellDetails(cell('lost', '', '', { before, after, pairs: 12, lost: 2, unknown: 1 }))).toEqual([
      'before 80/TCP, after 80/TCP',
      '5 of 12 pairs open before, 3 after',
      '2 lost, 1 not decidable',
    ]);
  });
});

describe('the look of a cell', () => {
  it.each([
    [cell('lost', '80/TCP', ''), 'lost'],
    [cell('same', '80/TCP', '80/TCP'), 'same'],
    [cell('same', '', ''), 'none'],
    [cell('unknown', '', ''), 'unknown'],
    [cell('none', '', '', { pairs: 0 }), 'void'],
  ])('tells nothing from what passes as before, and from what is not known: %o', (shown, look) => {
    expect(cellLook(shown)).toBe(look);
  });
});

describe('a head', () => {
  it('is legible whatever its name is', () => {
    expect(headText({ ...WEB, label: 'e\u202Evil' })).toBe('e\\u{202e}vil');
  });

  it('says in full what it stands for', () => {
    expect(headDetails(WEB)).toBe('shop/web, 3 pods');
    const shop = { ...WEB, id: 'namespace shop', kind: 'namespace' as const, label: 'shop', workloads: 4, pods: 12 };
    expect(headDetails(shop)).toBe('namespace shop, 4 workloads, 12 pods');
  });

  it('is an end of a question where it is a workload', () => {
    expect(workloadOf(WEB)).toBe('shop/web[Deployment]');
    expect(workloadOf({ ...WEB, id: 'namespace shop', kind: 'namespace' })).toBeUndefined();
  });
});

describe('the port that a cell asks about', () => {
  it.each([
    [cell('lost', '5432/TCP', ''), '5432/TCP'],
    [cell('changed', '80/TCP', '8080,9090/TCP, 53/UDP'), '8080/TCP'],
    [cell('gained', '', '30000-32767/UDP'), '30000/UDP'],
    [cell('same', 'all ports', 'all ports'), ''],
    [cell('none', '', ''), ''],
  ])('is the first of %o', (shown, port) => {
    expect(questionPort(shown)).toBe(port);
  });
});
