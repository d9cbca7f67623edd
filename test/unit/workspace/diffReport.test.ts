import { describe, expect, it } from 'vitest';
import type { UnknownEntry } from '../../../server/src/engine/unknownEntries.ts';
import type { Connections } from '../../../server/src/model/verdict.ts';
import { DIFF_REPORTS, type DiffChange } from '../../../server/src/workspace/report/diffReport.ts';

const PORT: Connections = [{ protocol: 'TCP', ranges: [{ from: 80, to: 80 }] }];
const CHANGE: DiffChange = {
  type: 'removed',
  from: 'shop/web[Pod]',
  to: { cidrs: ['10.0.0.0/8'] },
  before: PORT,
  after: [],
};
const UNKNOWN: UnknownEntry = { subject: 'ops/*', direction: 'ingress', why: 'may not list pods in ops', reasons: [] };

function report(format: keyof typeof DIFF_REPORTS, change: DiffChange = CHANGE): string {
  const parts: string[] = [];
  const reporter = DIFF_REPORTS[format]({ write: (part) => void parts.push(part) }, { before: 'a', after: 'b' });
  reporter.change(change, [{ policy: 'shop/p', direction: 'egress', file: 'p.yaml', line: 4 }]);
  reporter.end(
    { added: ['shop/new[Pod]'], removed: ['shop/old[Pod]'] },
    [UNKNOWN],
    [{ file: 'x.yaml', why: 'template' }],
  );
  return parts.join('');
}

describe('a comparison in any format', () => {
  it.each(['csv', 'md', 'dot', 'mermaid', 'json'] as const)(
    'as %s names changes, new and gone workloads and what is not decided',
    (format) => {
      const text = report(format).replaceAll('\\', '');
      for (const piece of ['shop/web[Pod]', '10.0.0.0/8', 'shop/new[Pod]', 'shop/old[Pod]', 'ops/*']) {
        expect(text.replaceAll('#91;', '[').replaceAll('#93;', ']')).toContain(piece);
      }
      if (format !== 'dot' && format !== 'mermaid') expect(text).toContain('may not list pods in ops');
    },
  );

  it('of one format says where the cause is written, and in which direction something is not decided', () => {
    expect(report('csv').split('\r\n')).toEqual([
      'type,from,to,before,after,because',
      'removed,shop/web[Pod],10.0.0.0/8,80/TCP,,shop/p (p.yaml:5)',
      'new,shop/new[Pod],,,,',
      'gone,shop/old[Pod],,,,',
      'unknown,*,ops/*,,,may not list pods in ops',
      '',
    ]);
  });

  it('lets no name mean anything', () => {
    const hostile = { ...CHANGE, from: 'shop/"];click a href "javascript:alert(1)\u202e[Pod]' };
    expect(report('mermaid', hostile)).not.toMatch(/"\];click/);
    expect(report('dot', hostile)).toContain('shop/\\"];click');
    for (const format of ['md', 'dot', 'mermaid'] as const) expect(report(format, hostile)).not.toContain('\u202e');
    expect(report('csv', { ...CHANGE, from: '=1+1' })).toContain("'=1+1");
  });
});
