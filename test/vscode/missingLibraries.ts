/** Prints the shared libraries that the browser of the UI tests cannot find on this machine, one line, for `.ci/run`. */
import { execFileSync } from 'node:child_process';
import { findBrowser } from './browser.ts';

const { executable, env } = await findBrowser();
const linked = execFileSync('ldd', [executable], { encoding: 'utf8', env: { ...process.env, ...env } });
const missing = [...linked.matchAll(/^\s*(\S+) => not found/gm)].map(([, name]) => name);
process.stdout.write(missing.join(' '));
