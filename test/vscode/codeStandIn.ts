#!/usr/bin/env node
/**
 * Stands in for the `code` of a desktop VS Code, as `vscodeExecutablePath` of `@vscode/test-electron`: takes its flags,
 * and runs the suite in the extension host of the VS Code server, with a browser without a window as the window. The
 * exit status is the suite's, or 3 when the harness itself fails. BULKHEAD_CODE_SERVER chooses the version.
 */
import { join, resolve } from 'node:path';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { launchBrowser } from './browser.ts';
import { installServer } from './installServer.ts';
import { CURRENT_SERVER } from './serverPins.ts';
import { startServer } from './startServer.ts';

const TIMEOUT_MS = 300_000;
const HARNESS_FAILED = 3;

const flags = new Map<string, string[]>();
const positional: string[] = [];
for (const argument of process.argv.slice(2)) {
  const [, name, value] = /^--([\w-]+)(?:=(.*))?$/s.exec(argument) ?? [];
  if (name === undefined) positional.push(argument);
  else flags.set(name, [...(flags.get(name) ?? []), value ?? '']);
}

process.on('SIGINT', () => process.exit(130));
process.on('SIGTERM', () => process.exit(143));
process.exit(await runSuite());

async function runSuite(): Promise<number> {
  const folder = positional.at(-1);
  const suite = flags.get('extensionTestsPath')?.at(-1);
  if (folder === undefined || suite === undefined) {
    console.error('a folder and --extensionTestsPath are needed');
    return HARNESS_FAILED;
  }
  const own = temporaryFolder('code');
  const userDataDir = resolve(flags.get('user-data-dir')?.at(-1) ?? join(own.path, 'user'));
  const server = await startServer(await installServer(process.env['BULKHEAD_CODE_SERVER'] ?? CURRENT_SERVER), {
    userDataDir,
    extensionsDir: resolve(flags.get('extensions-dir')?.at(-1) ?? join(own.path, 'extensions')),
    testDriver: true,
    workspaceTrust: !flags.has('disable-workspace-trust'),
  });
  const browser = await launchBrowser(join(own.path, 'browser'));
  const page = browser.pages()[0] ?? (await browser.newPage());
  const { promise: ended, resolve: end } = Promise.withResolvers<number>();
  const words: string[] = [];
  // The window calls these two when it was opened with `extensionTestsPath`.
  await page.exposeFunction('codeAutomationLog', (_type: string, args: unknown[]) =>
    words.push(args.map(String).join(' ')),
  );
  await page.exposeFunction('codeAutomationExit', (status: number) => end(status));
  page.on('crash', () => end(HARNESS_FAILED));
  const timer = setTimeout(() => {
    words.push(`no end after ${TIMEOUT_MS / 1000} s`);
    end(HARNESS_FAILED);
  }, TIMEOUT_MS);
  const development = (flags.get('extensionDevelopmentPath') ?? []).map(
    (path) => ['extensionDevelopmentPath', server.uri(path)] as const,
  );
  await page.goto(server.window(folder, [...development, ['extensionTestsPath', server.uri(suite)]]));
  const status = await ended;
  clearTimeout(timer);
  if (status !== 0) console.error(words.slice(-200).join('\n'));
  await browser.close();
  await server.stop();
  own.remove();
  return status;
}
