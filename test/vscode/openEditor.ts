/** One window of a real VS Code on a folder, with a fresh profile, a home without a kubeconfig, and its own server. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Page } from 'playwright-core';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { launchBrowser } from './browser.ts';
import { installServer } from './installServer.ts';
import { CURRENT_SERVER } from './serverPins.ts';
import { startServer } from './startServer.ts';
import { Workbench } from './workbench.ts';

export interface EditorOptions {
  readonly folder: string;
  /** Made by `installExtension`; without it there are only VS Code's own extensions. */
  readonly extensionsDir?: string;
  /** Version of `code-server`. */
  readonly server?: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Those that VS Code takes for this machine alone. */
  readonly machineSettings?: Readonly<Record<string, unknown>>;
  readonly workspaceTrust?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  readonly viewport?: { readonly width: number; readonly height: number };
  /** Device pixels per CSS pixel: 2 for pictures that are to be sharp. */
  readonly scale?: number;
}

export type Theme = 'light' | 'dark' | 'contrast';

export interface Editor {
  readonly workbench: Workbench;
  readonly page: Page;
  /** What the server and its extension hosts wrote, for a failed test. */
  readonly logFile: string;
  readonly setTheme: (theme: Theme) => Promise<void>;
  readonly screenshot: (file: string) => Promise<void>;
  /** Kills every process of the editor at once, as a crash of the machine's session would. What it wrote stays. */
  readonly kill: () => Promise<void>;
  readonly close: () => Promise<void>;
}

const FOLLOW_THE_PAGE = { 'window.autoDetectColorScheme': true };

export async function openEditor(options: EditorOptions): Promise<Editor> {
  const profile = temporaryFolder('editor');
  const home = join(profile.path, 'home');
  const userDataDir = join(profile.path, 'user');
  const machine = join(userDataDir, 'Machine');
  for (const folder of [home, machine]) mkdirSync(folder, { recursive: true });
  writeFileSync(join(machine, 'settings.json'), JSON.stringify(options.machineSettings ?? {}));
  const logFile = join(userDataDir, 'server.log');
  const server = await startServer(await installServer(options.server ?? CURRENT_SERVER), {
    userDataDir,
    extensionsDir: options.extensionsDir ?? join(profile.path, 'extensions'),
    settings: { ...FOLLOW_THE_PAGE, ...options.settings },
    workspaceTrust: options.workspaceTrust ?? false,
    env: {
      HOME: home,
      KUBECONFIG: join(home, 'no-kubeconfig'),
      BULKHEAD_STATE: join(home, 'state'),
      ...options.env,
    },
    logFile,
  });
  const context = await launchBrowser(join(profile.path, 'browser'), {
    colorScheme: 'light',
    ...(options.viewport === undefined ? {} : { viewport: options.viewport }),
    ...(options.scale === undefined ? {} : { deviceScaleFactor: options.scale }),
  });
  const page = context.pages()[0] ?? (await context.newPage());
  const close = async (): Promise<void> => {
    await context.close();
    await server.stop();
    profile.remove();
  };
  try {
    const workbench = new Workbench(page);
    await page.goto(server.window(options.folder));
    await workbench.ready();
    return {
      workbench,
      page,
      logFile,
      setTheme: (theme) => setTheme(page, theme),
      screenshot: (file) => screenshot(page, file),
      kill: async () => {
        if (server.group.child.pid !== undefined) process.kill(-server.group.child.pid, 'SIGKILL');
        await server.group.exited;
        await context.close();
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What the workbench is called in each. */
const CLASSES: Readonly<Record<Theme, string>> = { light: 'vs', dark: 'vs-dark', contrast: 'hc-black' };

async function setTheme(page: Page, theme: Theme): Promise<void> {
  const contrast = theme === 'contrast';
  await page.emulateMedia({
    colorScheme: theme === 'light' ? 'light' : 'dark',
    forcedColors: contrast ? 'active' : 'none',
  });
  await page.locator(`.monaco-workbench.${CLASSES[theme]}`).waitFor();
}

async function screenshot(page: Page, file: string): Promise<void> {
  mkdirSync(dirname(file), { recursive: true });
  await page.screenshot({ path: file, animations: 'disabled', caret: 'hide' });
}
