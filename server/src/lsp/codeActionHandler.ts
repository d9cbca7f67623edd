import type { CodeAction, CodeActionContext, Range } from 'vscode-languageserver-types';
import { CodeActionTriggerKind } from 'vscode-languageserver-types';
import type { Fix } from '../analysis/finding.ts';
import { refactorings } from '../analysis/fixes/refactorings.ts';
import { isRevision, RENDERED_SCHEME } from '../workspace/fileUri.ts';
import { fixEffect, type FixEffect } from '../workspace/fixEffect.ts';
import { brokenNeeds } from '../workspace/needs/brokenNeeds.ts';
import { breakSentence } from '../workspace/needs/breakText.ts';
import { snapshotNeeds } from '../workspace/needs/snapshotNeeds.ts';
import type { Asked } from './asked.ts';
import { codeActions } from './codeActions.ts';
import { contextOf } from './diagnostics.ts';
import type { Server } from './server.ts';

/** So long may a request take that a person makes, and one that an editor makes for each move of the cursor, in ms. */
const ASKED = 1000;
const AUTOMATIC = 250;

/** Answers a request for code actions from one state of everything. */
export function codeActionsAt(
  { document, session, snapshot }: Asked,
  range: Range,
  { only, triggerKind }: CodeActionContext,
  server: Server,
): CodeAction[] {
  const { uri } = document;
  // Nobody can edit a revision that Git shows beside its file, nor what a chart renders to.
  if (isRevision(uri) || uri.startsWith(`${RENDERED_SCHEME}:`)) return [];
  const { workspace } = session;
  const text = workspace.textOf(uri) ?? '';
  const known = new Map<Fix, FixEffect | undefined>();
  const findings = server.findings(session, snapshot, uri);
  // What runs on save is asked for by its kind, and worth the time.
  const isMove = triggerKind === CodeActionTriggerKind.Automatic && only === undefined;
  const deadline = performance.now() + (isMove ? AUTOMATIC : ASKED);
  const isLate = (): boolean => performance.now() > deadline;
  const effectOf = (fix: Fix): FixEffect | undefined => {
    if (!known.has(fix)) {
      if (isLate()) return undefined;
      known.set(
        fix,
        fixEffect(snapshot, uri, fix.edits, (file) => workspace.problemsOf(file)),
      );
    }
    return known.get(fix);
  };
  const protocol = server.protocolOptions(session);
  return codeActions({
    uri,
    text,
    range,
    only,
    findings,
    refactorings: () => {
      const context = contextOf(workspace, snapshot, uri);
      return context === undefined ? [] : refactorings(context, document.offsetAt(range.start));
    },
    effectOf,
    // Worth a look through all manifests once somebody opens the menu, not at each move of the cursor.
    breaksOf: ({ before, after }) =>
      isMove || isLate() ? undefined : breakSentence(brokenNeeds(before, after, snapshotNeeds(snapshot))),
    isLate,
    protocol,
    edits: {
      textOf: protocol.textOf,
      createsFiles: server.client.createsFiles,
      annotatesChanges: server.client.annotatesChanges,
    },
  });
}
