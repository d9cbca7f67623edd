import { commands, window, workspace, type ExtensionContext } from 'vscode';
import { setTimeout as delay } from 'node:timers/promises';
import { STATUS } from '../../server/src/protocol/methods.ts';
import { applyDiffs } from './applyDiff.ts';
import { clusterFaults } from './applyFaults.ts';
import { checkPages } from './checkPages.ts';
import { registerCommands } from './commands.ts';
import { reportCursor } from './cursorReporter.ts';
import { demo } from './demo.ts';
import { diagnosisDocuments } from './diagnose.ts';
import { editorProxy } from './editorProxy.ts';
import { execConsents } from './execConsent.ts';
import { allFolders, scopeOf } from './folders.ts';
import { guards } from './guards.ts';
import { loginPrompts } from './loginPrompts.ts';
import { objectDocuments } from './objectDocuments.ts';
import { policyChanges } from './policyChanges.ts';
import { previewPanels } from './preview/previewPanels.ts';
import { reconnect } from './reconnect.ts';
import { renderedDocuments } from './render.ts';
import { sourceMemory } from './rememberedSource.ts';
import { watchForServedKind } from './servedDocuments.ts';
import { createSession, type ServerSession } from './serverSession.ts';
import { scopeMemory } from './chooseScope.ts';
import { createStatusItems } from './serverStatus.ts';
import { testExplorer } from './testExplorer.ts';

let running: ServerSession | undefined;

/** Wires the parts together. Nothing is started here: the server starts when a document mentions a kind we serve. */
export function activate(context: ExtensionContext): void {
  const log = window.createOutputChannel('Bulkhead', { log: true });
  const session = createSession({
    // Loaded on first need: most YAML and JSON files concern no policy, and their windows should not pay for it.
    createRun: async () => (await import('./languageClient.ts')).createServerRun(context, log),
    log,
    wait: (milliseconds) => delay(milliseconds),
    now: () => performance.now(),
  });
  running = session;
  const status = createStatusItems(session);
  const shop = demo(context);
  const memory = shop.remembering(sourceMemory(context.workspaceState));
  const scopes = scopeMemory(context.workspaceState);
  const rendered = renderedDocuments();
  const consents = execConsents(context.globalState);
  const prompts = loginPrompts({ session, status });
  const diagnoses = diagnosisDocuments();
  const pages = checkPages(context.extensionUri);
  const diffs = applyDiffs(session);
  const faults = clusterFaults();
  const guarded = guards(session);
  const changes = policyChanges(session);
  const previews = previewPanels({ session, extension: context.extensionUri, log });

  const tellChoices = (folders: readonly string[]): Promise<void> =>
    reconnect(
      {
        session,
        memory,
        scopes,
        consents,
        trusted: workspace.isTrusted,
        editorProxy: editorProxy(),
        say: (folder, notice) => status.say(folder, notice),
      },
      folders,
    );
  session.onNotification(STATUS, (next) => status.show(next));
  context.subscriptions.push(
    log,
    status,
    session.onDidChangeState((state) => {
      void commands.executeCommand('setContext', 'bulkhead.running', state === 'running');
      if (state === 'running') void tellChoices(allFolders());
    }),
    workspace.onDidChangeWorkspaceFolders(({ added }) => {
      if (session.state === 'running') void tellChoices(added.map(({ uri }) => uri.toString()));
    }),
    // A setting that is changed is a choice as well, and the newer one; the server hears of it by itself.
    workspace.onDidChangeConfiguration((event) => {
      const changed = allFolders().filter((folder) => event.affectsConfiguration('bulkhead.snapshot', scopeOf(folder)));
      for (const folder of changed) void memory.set(folder, undefined);
    }),
    prompts,
    diagnoses,
    diffs,
    faults,
    guarded,
    changes,
    previews,
    objectDocuments(session),
    testExplorer(session),
    rendered,
    reportCursor(session),
    window.registerUriHandler(pages),
    workspace.onDidGrantWorkspaceTrust(() => {
      if (session.state !== 'idle') void session.restart();
    }),
    ...registerCommands({
      session,
      memory,
      scopes,
      rendered,
      chosenValues: context.workspaceState,
      consents,
      prompts,
      diagnoses,
      diffs,
      faults,
      guards: guarded,
      changes,
      previews,
      pages,
      demo: shop,
      extension: context.extension,
      log,
      onChosen: (folder) => status.say(folder, undefined),
    }),
    watchForServedKind(() => void session.start()),
  );
}

export async function deactivate(): Promise<void> {
  await running?.stop();
}
