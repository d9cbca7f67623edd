import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../../scripts/manifest.ts';
import { skippedCount, sum, type Tally } from '../../scripts/tally.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const HEAD = "import { beforeAll, describe, expect, it } from 'vitest';\n";
const FILES: Readonly<Record<string, string>> = {
  'test/unit/mixed.test.ts': `
    it('passes', () => expect(1).toBe(1));
    it('fails', () => expect(1).toBe(2));
    it('says why it is skipped', ({ skip }) => skip('the moon is not full'));
    describe.skipIf(true)('a group', () => { it('says nothing', () => expect(1).toBe(1)); });
  `,
  'test/unit/hook.test.ts': `
    beforeAll(() => { throw new Error('no'); });
    it('never starts', () => expect(1).toBe(1));
  `,
  'test/cli/broken.test.ts': "import './missing.ts';",
};

it('counts what vitest found by folder, with the reasons of what was skipped', async () => {
  const { path, remove } = temporaryFolder('tally');
  symlinkSync(join(ROOT, 'node_modules'), join(path, 'node_modules'));
  for (const [file, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(path, file)), { recursive: true });
    writeFileSync(join(path, file), HEAD + text);
  }
  const tally = join(path, 'tally.json');
  await new Promise((resolve) => {
    const reporter = `--reporter=${join(ROOT, 'test/scripts/tallyReporter.ts')}`;
    const args = [join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', '--root', path, reporter];
    execFile(process.execPath, args, { cwd: path, env: { ...process.env, BULKHEAD_TALLY: tally } }, resolve);
  });
  const areas = JSON.parse(readFileSync(tally, 'utf8')) as Record<string, Tally>;
  remove();
  expect(areas['unit']).toEqual({
    passed: 1,
    failed: 2,
    skipped: [
      { what: 'test/unit/hook.test.ts', count: 1, why: 'what had to come before it failed' },
      { what: 'test/unit/mixed.test.ts', count: 1, why: 'the moon is not full' },
      { what: 'test/unit/mixed.test.ts', count: 1, why: 'the test gives no reason' },
    ],
  });
  expect(areas['cli']).toEqual({ passed: 0, failed: 1, skipped: [] });
  expect(skippedCount(sum(Object.values(areas)))).toBe(3);
});
