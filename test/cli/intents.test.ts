/** `bulkhead test`: what intent tests say of files, in every format, and the exit status that a pipeline looks at. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bulkhead, folderOf } from '../support/commandLine.ts';
import { SHOP } from '../support/shop.ts';
import { temporaryFolder, type TemporaryFolder } from '../support/temporaryFolder.ts';

const PASSING = `version: 1
tests:
- { name: api may reach db, from: shop/api, to: shop/db, ports: [5432/TCP], expect: allow }
`;
const HOSTILE = 'web \\"may\\" <reach> & db \\u0007]]>';
const FAILING = `version: 1
tests:
- { name: "${HOSTILE}", from: shop/web, to: shop/db, ports: [5432/TCP], expect: allow }
- { name: nobody is called so, from: shop/wep, to: shop/db, expect: deny }
`;
const UNDECIDED = `version: 1
tests:
- { name: not selected, from: shop/api, to: { service: shop/legacy }, expect: deny }
`;
const LEGACY = `#- shop/legacy.yaml
apiVersion: v1
kind: Service
metadata: { name: legacy, namespace: shop }
spec: { ports: [{ port: 80 }] }
`;

let shop: TemporaryFolder;
beforeAll(() => {
  shop = folderOf(`${SHOP}${LEGACY}`);
  writeFileSync(join(shop.path, 'passing.bulkhead-test.yaml'), PASSING);
  writeFileSync(join(shop.path, 'failing.yaml'), FAILING);
  writeFileSync(join(shop.path, 'undecided.yaml'), UNDECIDED);
  writeFileSync(join(shop.path, 'broken.yaml'), 'version: 1\ntests:\n- { nam: x }\n');
});
afterAll(() => shop.remove());

const run = (...args: readonly string[]) => bulkhead(['test', ...args], { cwd: shop.path });

describe('bulkhead test', () => {
  test('runs the tests that its inputs hold, and only those whose files are called so', async () => {
    const { status, stdout, stderr } = await run('.');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toBe(
      'passing.bulkhead-test.yaml\n     3  pass  api may reach db   2 pods → 1 pod\n\n1 test: 1 passed.\n',
    );
  });

  test('exits 1 on a failure, names the pair, the policy and its line, and who nobody is', async () => {
    const { status, stdout } = await run('shop', '--tests', 'failing.yaml');
    expect(status).toBe(1);
    expect(stdout).toContain(
      'shop/web cannot reach shop/db on 5432/TCP: shop/db isolates ingress, and none of its rules lets this pass (shop/db.yaml:13)',
    );
    expect(stdout).toContain('it is about nobody: no pod or workload is called shop/wep');
    expect(stdout).toContain('2 tests: 0 passed, 2 failed.');
    expect(stdout).not.toContain('\u0007');
    expect((await run('shop', '--tests', 'failing.yaml', '--fail-on', 'never')).status).toBe(0);
  });

  test('exits 1 where something is not decidable, unless it is told not to', async () => {
    const { status, stdout } = await run('shop', '--tests', 'undecided.yaml');
    expect({ status, stdout }).toEqual({ status: 1, stdout: expect.stringContaining('not decidable  not selected') });
    expect((await run('shop', '--tests', 'undecided.yaml', '--fail-on', 'failed')).status).toBe(0);
  });

  test('exits 2 on a fault in a file of tests, with its place, and where there is no test', async () => {
    const broken = await run('shop', '--tests', 'broken.yaml');
    expect(broken).toMatchObject({ status: 2, stdout: '' });
    expect(broken.stderr).toContain('broken.yaml:3:5: Unknown key nam; known are name, from, to, ports, expect.');
    const none = await run('shop');
    expect(none.status).toBe(2);
    expect(none.stderr).toContain('no file here ends in .bulkhead-test.yaml');
  });

  test('writes JSON that programs read', async () => {
    const { stdout } = await run(
      'shop',
      '--tests',
      'passing.bulkhead-test.yaml',
      '--tests',
      'failing.yaml',
      '-f',
      'json',
    );
    expect(JSON.parse(stdout)).toMatchObject({
      version: 1,
      files: [
        {
          file: 'passing.bulkhead-test.yaml',
          tests: [{ name: 'api may reach db', line: 2, outcome: 'passed', pairs: [] }],
        },
        {
          file: 'failing.yaml',
          tests: [
            {
              outcome: 'failed',
              from: { pods: 3 },
              to: { pods: 1 },
              pairs: [
                {
                  from: 'shop/web[Deployment]',
                  to: 'shop/db[StatefulSet]',
                  connections: [{ protocol: 'TCP', ports: '5432' }],
                  because: [{ policy: 'shop/db', direction: 'ingress', file: 'shop/db.yaml', line: 12 }],
                },
              ],
            },
            { outcome: 'failed', pairs: [], reasons: ['no pod or workload is called shop/wep'] },
          ],
        },
      ],
      summary: { passed: 1, failed: 2, undecided: 0 },
      notEvaluated: [],
    });
  });

  test('writes JUnit that stays well formed, whatever tests are called', async () => {
    const { stdout } = await run('shop', '--tests', 'failing.yaml', '--tests', 'undecided.yaml', '-f', 'junit');
    expect(stdout).toContain('<testsuites name="bulkhead test" tests="3" failures="2" errors="1">');
    expect(stdout).toContain('name="web &quot;may&quot; &lt;reach&gt; &amp; db \ufffd]]&gt;"');
    expect(stdout).toContain('<error type="undecided" message="Service shop/legacy has no selector');
    expect(unbalanced(stdout)).toEqual([]);
  });

  test('is run against a saved cluster without any file of manifests', async () => {
    const folder = temporaryFolder('cli-intents');
    const list = { apiVersion: 'v1', kind: 'List', items: [POD] };
    const file = join(folder.path, 'shop.json');
    writeFileSync(file, JSON.stringify(list));
    writeFileSync(
      join(folder.path, 'x.yaml'),
      'version: 1\ntests:\n- { name: x, from: anywhere, to: shop/web, expect: deny }\n',
    );
    const { status, stdout } = await bulkhead(['test', '--snapshot', file, '--tests', join(folder.path, 'x.yaml')]);
    folder.remove();
    expect({ status, stdout }).toEqual({
      status: 1,
      stdout: expect.stringContaining(
        'every address outside can reach shop/web on all ports: nothing isolates ingress of shop/web',
      ),
    });
  });
});

const POD = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'shop', labels: { app: 'web' } },
  spec: { containers: [{ name: 'web' }] },
};

/** Tags that are not closed in their order, and ampersands that begin no entity. */
function unbalanced(xml: string): readonly string[] {
  const open: string[] = [];
  const faults = xml.match(/&(?!(?:amp|lt|gt|quot|#\d+);)/g)?.slice() ?? [];
  for (const [, end = '', name = '', rest = ''] of xml.matchAll(/<(\/?)([a-z]+)((?:\s+[a-z]+="[^"<]*")*\s*\/?)>/g)) {
    if (end === '/') {
      if (open.pop() !== name) faults.push(name);
    } else if (!rest.endsWith('/')) open.push(name);
  }
  const left = xml.replace(/<\?xml [^?]*\?>/, '').replace(/<\/?[a-z]+(?:\s+[a-z]+="[^"<]*")*\s*\/?>/g, '');
  return [...faults, ...open, ...(/[<>]/.test(left) ? [left] : [])];
}
