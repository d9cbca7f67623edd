/** Before all UI suites: builds and packages the extension, and installs the .vsix as a person would. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { build } from '../scripts/build.ts';
import { ROOT } from '../scripts/manifest.ts';
import { packageExtension } from '../scripts/packageExtension.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { installExtension } from '../vscode/installExtension.ts';
import { installServer } from '../vscode/installServer.ts';
import { CURRENT_SERVER } from '../vscode/serverPins.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The folder with the installed extension. */
    extensionsDir: string;
    /** Version of `code-server` that the suites run in; the variable BULKHEAD_CODE_SERVER chooses another one. */
    codeServer: string;
  }
}

export default async function setup(project: TestProject): Promise<() => void> {
  const codeServer = process.env['BULKHEAD_CODE_SERVER'] ?? CURRENT_SERVER;
  const extensions = temporaryFolder('extensions');
  for (const folder of ['screenshots', 'ui-failures'])
    rmSync(join(ROOT, 'out', folder), { recursive: true, force: true });
  await build(ROOT);
  await installExtension(
    await installServer(codeServer),
    await packageExtension(ROOT, join(ROOT, 'out')),
    extensions.path,
  );
  project.provide('extensionsDir', extensions.path);
  project.provide('codeServer', codeServer);
  return extensions.remove;
}
