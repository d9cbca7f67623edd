/**
 * `npm run generate` writes every file that is made from other files; with `--check` it names those that are not what
 * they would be, and exits 1.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GENERATED } from './generated.ts';
import { ROOT } from './manifest.ts';

const check = process.argv.includes('--check');
for (const { path, make } of GENERATED) {
  const file = join(ROOT, path);
  const wanted = await make();
  if (existsSync(file) && readFileSync(file, 'utf8') === wanted) continue;
  if (check) {
    console.error(`${path} is not up to date: run \`npm run generate\`.`);
    process.exitCode = 1;
  } else {
    writeFileSync(file, wanted);
    console.log(path);
  }
}
