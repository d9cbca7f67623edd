import { commands, l10n, window, type Disposable, type Extension, type LogOutputChannel } from 'vscode';
import { REFRESH } from '../../server/src/protocol/methods.ts';
import { applyPolicies, rollBackLast, type Applier } from './apply.ts';
import type { CheckPages } from './checkPages.ts';
import { chooseScope, type ScopeChooser } from './chooseScope.ts';
import { chooseNamespace } from './chooseNamespace.ts';
import { chooseContext, type ContextChooser } from './chooseContext.ts';
import { COMMANDS, type CommandId } from './commandIds.ts';
import { copyReadRole } from './copyReadRole.ts';
import { diagnose } from './diagnose.ts';
import type { Demo } from './demo.ts';
import { openDocumentation, openWalkthrough } from './documentation.ts';
import type { Guards } from './guards.ts';
import { openExport, verifyJournal } from './journal.ts';
import { compareLivePolicy, openLiveObject, openLivePolicy } from './livePolicy.ts';
import type { PolicyChangesView } from './policyChanges.ts';
import { renderAndCheck, type Renderer } from './render.ts';
import type { ServerSession } from './serverSession.ts';
import { showMatches } from './showMatches.ts';
import { compareContext, compareRevision, previewOf } from './preview/previewCommands.ts';
import type { PreviewPanels } from './preview/previewPanels.ts';
import { useFiles, useSnapshot } from './useSnapshot.ts';

export interface CommandParts extends Applier, ContextChooser, ScopeChooser, Renderer {
  readonly session: ServerSession;
  readonly pages: CheckPages;
  readonly demo: Demo;
  readonly guards: Guards;
  readonly changes: PolicyChangesView;
  readonly previews: PreviewPanels;
  readonly extension: Pick<Extension<unknown>, 'id' | 'extensionUri'>;
  readonly log: LogOutputChannel;
}

/** @param selected what else is selected, where a command is run from the explorer */
type Handler = (parts: CommandParts, argument: unknown, selected: unknown) => Promise<unknown>;

const HANDLERS: Readonly<Record<CommandId, Handler>> = {
  [COMMANDS.chooseContext]: (parts) => chooseContext(parts),
  [COMMANDS.diagnose]: (parts) => diagnose(parts),
  [COMMANDS.signIn]: ({ prompts }) => prompts.show(),
  [COMMANDS.useSnapshot]: (parts) => useSnapshot(parts),
  [COMMANDS.useFiles]: (parts) => useFiles(parts),
  [COMMANDS.chooseScope]: (parts, argument) => chooseScope(parts, argument),
  [COMMANDS.render]: (parts, argument) => renderAndCheck(parts, argument),
  [COMMANDS.chooseNamespace]: ({ session }) => chooseNamespace(session),
  [COMMANDS.openLivePolicy]: ({ session }, argument) => openLivePolicy(session, argument),
  [COMMANDS.compareLivePolicy]: ({ session }, argument) => compareLivePolicy(session, argument),
  [COMMANDS.preview]: ({ previews }, argument) => previews.open(previewOf(argument)),
  [COMMANDS.explainPath]: ({ previews }) => previews.open({ tab: 'path' }),
  [COMMANDS.compareRevision]: ({ previews }) => compareRevision(previews),
  [COMMANDS.compareContext]: (parts) => compareContext(parts),
  [COMMANDS.apply]: (parts, argument, selected) => applyPolicies(parts, 'apply', argument, selected),
  [COMMANDS.deletePolicy]: (parts, argument, selected) => applyPolicies(parts, 'delete', argument, selected),
  [COMMANDS.rollBackLast]: (parts) => rollBackLast(parts),
  [COMMANDS.keepChange]: ({ guards }, id) => guards.decide('keep', id),
  [COMMANDS.rollBackNow]: ({ guards }, id) => guards.decide('rollBack', id),
  [COMMANDS.decideChange]: ({ guards }) => guards.decide(undefined),
  [COMMANDS.copyReadRole]: ({ session }) => copyReadRole(session),
  [COMMANDS.showPolicyChange]: ({ changes }, argument) => changes.showChange(argument),
  [COMMANDS.openChangedPolicy]: ({ changes }, argument) => changes.openLive(argument),
  [COMMANDS.verifyJournal]: ({ session }) => verifyJournal(session),
  [COMMANDS.exportJournal]: ({ session }) => openExport(session),
  [COMMANDS.refresh]: ({ session }) => session.request(REFRESH, {}),
  [COMMANDS.restart]: ({ session }) => session.restart(),
  [COMMANDS.showLog]: ({ log }) => Promise.resolve(log.show()),
  [COMMANDS.openDocumentation]: ({ extension }) => openDocumentation(extension.extensionUri),
  [COMMANDS.getStarted]: ({ extension }) => openWalkthrough(extension.id),
  [COMMANDS.openDemo]: (parts) => parts.demo.open(),
  [COMMANDS.showMatches]: ({ session }, argument) => showMatches(session, argument),
  [COMMANDS.openCheckPage]: ({ pages }, argument) => pages.open(argument),
  [COMMANDS.openLiveObject]: (_, argument) => openLiveObject(argument),
};

export function registerCommands(parts: CommandParts): Disposable[] {
  return Object.entries(HANDLERS).map(([id, handler]) =>
    commands.registerCommand(id, (argument: unknown, selected: unknown) =>
      answering(parts, id, () => handler(parts, argument, selected)),
    ),
  );
}

/** A command that fails answers the person who ran it; how it failed is for the log. */
async function answering(parts: CommandParts, id: string, run: () => Promise<unknown>): Promise<void> {
  try {
    await run();
  } catch (error) {
    parts.log.error(`${id}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    const show = l10n.t('Show log');
    const chosen = await window.showErrorMessage(l10n.t('Bulkhead could not do that.'), show);
    if (chosen === show) parts.log.show();
  }
}
