/** Starts the VS Code server on a loopback address, without code-server's own wrapper, and says where its pages are. */
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../support/freePort.ts';
import { startGroup, type ProcessGroup } from '../support/processGroup.ts';
import type { VscodeServer } from './installServer.ts';

export interface ServerOptions {
  /** The layout of desktop VS Code's `--user-data-dir` (`User/settings.json` …). */
  readonly userDataDir: string;
  readonly extensionsDir: string;
  /** Over the quiet ones and over those in the user data folder. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Needed to open a page with `extensionDevelopmentPath` or `extensionTestsPath`; hides notifications' toasts. */
  readonly testDriver?: boolean;
  /** Whether folders are trusted only when a person says so; by default there is no workspace trust. */
  readonly workspaceTrust?: boolean;
  /** What a window opens whose address names no folder. */
  readonly defaultFolder?: string;
  /**
   * Without one, any page or user on the machine that reaches the port gets a shell: fine for a test that runs for
   * seconds on a free port, never for a person's session.
   */
  readonly connectionToken?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly logFile?: string;
}

export interface RunningServer {
  /** Ends with the server. */
  readonly group: ProcessGroup;
  /** The address of a window on the default folder. */
  readonly address: string;
  /** The address of a window on a folder. `payload` are VS Code's own start parameters. */
  readonly window: (folder: string, payload?: readonly (readonly [string, string])[]) => string;
  /** The URI under which the window knows a file of this machine. */
  readonly uri: (path: string) => string;
  readonly stop: () => Promise<void>;
}

/** What keeps a fresh profile from greeting, asking, reporting and updating. */
export const QUIET_SETTINGS = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.enableExperiments': false,
  'chat.disableAIFeatures': true,
  'telemetry.telemetryLevel': 'off',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'update.mode': 'none',
  'git.openRepositoryInParentFolders': 'never',
  'window.restoreWindows': 'none',
} as const;

const START_TIMEOUT_MS = 60_000;

export async function startServer(server: VscodeServer, options: ServerOptions): Promise<RunningServer> {
  const { userDataDir, extensionsDir, connectionToken } = options;
  writeSettings(userDataDir, options.settings ?? {});
  mkdirSync(extensionsDir, { recursive: true });
  const port = await freePort();
  const logFile = options.logFile ?? join(userDataDir, 'server.log');
  const log = openSync(logFile, 'w');
  const flags = [
    '--host=127.0.0.1',
    `--port=${port}`,
    connectionToken === undefined ? '--without-connection-token' : `--connection-token=${connectionToken}`,
    '--accept-server-license-terms',
    '--telemetry-level=off',
    '--disable-telemetry',
    '--disable-experiments',
    '--disable-update-check',
    ...(options.workspaceTrust === true ? [] : ['--disable-workspace-trust']),
    ...(options.defaultFolder === undefined ? [] : [`--default-folder=${options.defaultFolder}`]),
    ...(options.testDriver === true ? ['--enable-smoke-test-driver'] : []),
    `--user-data-dir=${userDataDir}`,
    `--server-data-dir=${join(userDataDir, 'server')}`,
    `--extensions-dir=${extensionsDir}`,
  ];
  const group = startGroup(server.node, [server.main, ...flags], {
    stdio: ['ignore', log, log],
    env: { ...outsideOfVscode(process.env), EXTENSIONS_GALLERY: '{}', ...options.env },
  });
  closeSync(log);
  await answers(`http://127.0.0.1:${port}/version`, group, logFile);
  const authority = `localhost:${port}`;
  const page = new URL(`http://${authority}/`);
  if (connectionToken !== undefined) page.searchParams.set('tkn', connectionToken);
  return {
    group,
    address: page.href,
    window(folder, payload = []) {
      const url = new URL(page);
      url.searchParams.set('folder', resolve(folder));
      url.searchParams.set(
        'payload',
        JSON.stringify([['skipWelcome', 'true'], ['skipReleaseNotes', 'true'], ...payload]),
      );
      return url.href;
    },
    uri: (path) => `vscode-remote://${authority}${encodeURI(resolve(path))}`,
    stop: () => group.stop(),
  };
}

function writeSettings(userDataDir: string, settings: Readonly<Record<string, unknown>>): void {
  const file = join(userDataDir, 'User', 'settings.json');
  mkdirSync(join(userDataDir, 'User'), { recursive: true });
  const own = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as object) : {};
  writeFileSync(file, JSON.stringify({ ...QUIET_SETTINGS, ...own, ...settings }, null, 2));
}

/** A server that is started from a VS Code's terminal would take itself for a part of that one. */
function outsideOfVscode(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^(VSCODE_|CODE_SERVER_PARENT_PID$|ELECTRON_RUN_AS_NODE$)/.test(name)),
  );
}

async function answers(url: string, group: ProcessGroup, logFile: string): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline) {
    if (group.child.exitCode !== null) break;
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(1_000) });
      if (response.ok) return;
    } catch {
      // Not listening yet.
    }
    await delay(50);
  }
  await group.stop();
  throw new Error(`The VS Code server did not start:\n${readFileSync(logFile, 'utf8').slice(-3_000)}`);
}
