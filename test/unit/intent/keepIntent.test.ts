import { describe, expect, it } from 'vitest';
import { keepIntent, type IntentText, type KeptTraffic } from '../../../server/src/intent/keepIntent.ts';
import { applyChanges } from '../../../server/src/syntax/textChange.ts';

const WEB_TO_DB: KeptTraffic = {
  from: 'shop/web[Deployment]',
  to: 'shop/db[StatefulSet]',
  ports: ['5432/TCP'],
  expect: 'allow',
};
const NEAR = '/w/deploy/shop/db.yaml';

function keptIn(files: readonly IntentText[], kept: KeptTraffic = WEB_TO_DB, near = NEAR): readonly [string, string] {
  const edit = keepIntent(kept, files, near);
  if (edit === undefined) return ['', ''];
  const text = files.find(({ path }) => path === edit.path)?.text ?? '';
  return [edit.path, applyChanges(text, edit.changes)];
}

describe('kept as a test', () => {
  it('begins a file beside the document, called after the namespace', () => {
    expect(keptIn([])).toEqual([
      '/w/deploy/shop/shop.bulkhead-test.yaml',
      `version: 1
tests:
  - name: "web may reach db on 5432/TCP"
    from: "shop/web[Deployment]"
    to: "shop/db[StatefulSet]"
    ports:
      - 5432/TCP
    expect: allow
`,
    ]);
  });

  it('is appended in the style of the file, and leaves every other byte alone', () => {
    const block = `# What the shop needs.
version: 1
tests:
- name: web may reach db on 5432/TCP   # taken
  from: shop/web
  to: shop/db
  ports: [5432/TCP]
  expect: allow

# the end
`;
    const [, text] = keptIn([{ path: '/w/deploy/x.bulkhead-test.yaml', text: block }]);
    expect(text).toContain('\n- name: "web may reach db on 5432/TCP (2)"\n  from: ');
    expect(text.startsWith(block.slice(0, block.indexOf('\n\n# the end')))).toBe(true);
    expect(text).toContain('# the end\n');
    const flow = 'version: 1\ntests: [{ name: a, from: shop/web, to: shop/db, expect: deny }]\n';
    expect(keptIn([{ path: '/w/deploy/x.bulkhead-test.yaml', text: flow }])[1]).toBe(
      'version: 1\ntests: [{ name: a, from: shop/web, to: shop/db, expect: deny }, { name: "web may reach db on 5432/TCP", from: "shop/web[Deployment]", to: "shop/db[StatefulSet]", ports: [5432/TCP], expect: allow }]\n',
    );
  });

  it('fills an empty file, and a list that is not there yet', () => {
    const path = '/w/deploy/shop/a.bulkhead-test.yaml';
    expect(keptIn([{ path, text: '' }])[1]).toContain('tests:\n  - name: "web may reach db');
    expect(keptIn([{ path, text: 'version: 1\n' }])[1]).toContain('tests:\n  - name: "web may reach db');
  });

  it('goes into the nearest file around the document, that of the namespace first', () => {
    const at = (path: string): IntentText => ({ path, text: 'version: 1\ntests: []\n' });
    const files = [
      at('/w/a.bulkhead-test.yaml'),
      at('/w/deploy/b.bulkhead-test.yaml'),
      at('/w/other/c.bulkhead-test.yaml'),
    ];
    expect(keptIn(files)[0]).toBe('/w/deploy/b.bulkhead-test.yaml');
    expect(keptIn([...files, at('/w/deploy/shop.bulkhead-test.yaml')])[0]).toBe('/w/deploy/shop.bulkhead-test.yaml');
    expect(keptIn([at('/w/other/c.bulkhead-test.yaml')])[0]).toBe('/w/deploy/shop/shop.bulkhead-test.yaml');
  });

  it('says every port where none is named, and names addresses as they are', () => {
    const deny = { from: '203.0.113.0/24', to: 'pay/vault', ports: [], expect: 'deny' } as const;
    expect(keptIn([], deny)).toEqual([
      '/w/deploy/shop/pay.bulkhead-test.yaml',
      'version: 1\ntests:\n  - name: "203.0.113.0/24 may not reach vault"\n    from: 203.0.113.0/24\n    to: pay/vault\n    expect: deny\n',
    ]);
    expect(keptIn([], { ...deny, from: 'shop/web', expect: 'allow' })[1]).toContain(
      'name: "shop/web may reach pay/vault"\n    from: shop/web\n    to: pay/vault\n    ports: all\n',
    );
  });
});

describe('nothing is offered', () => {
  it.each<[what: string, files: readonly IntentText[], kept: KeptTraffic]>([
    ['where an end cannot be written', [], { ...WEB_TO_DB, from: 'no end' }],
    ['where the port is none', [], { ...WEB_TO_DB, ports: ['0/TCP'] }],
    [
      'where the only file is broken, and one of that name stands in the way',
      [{ path: '/w/deploy/shop/shop.bulkhead-test.yaml', text: 'version: 1\ntests: [\n' }],
      WEB_TO_DB,
    ],
  ])('%s', (_, files, kept) => {
    expect(keepIntent(kept, files, NEAR)).toBeUndefined();
  });
});
