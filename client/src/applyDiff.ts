import { commands, l10n, Uri, workspace, type Disposable } from 'vscode';
import { APPLY_SCHEME, type ApplyPreview, type ApplyStep } from '../../server/src/protocol/apply.ts';
import { APPLY_TEXT } from '../../server/src/protocol/methods.ts';
import { changedSteps, whatChanges } from './applyQuestion.ts';
import { visible } from './hostileText.ts';
import type { ServerSession } from './serverSession.ts';

/** The live objects beside what the dry run made of them, read-only. */
export interface ApplyDiffs extends Disposable {
  open(preview: ApplyPreview): Promise<void>;
}

export function applyDiffs(session: Pick<ServerSession, 'request'>): ApplyDiffs {
  const registration = workspace.registerTextDocumentContentProvider(APPLY_SCHEME, {
    provideTextDocumentContent: async ({ query }) => (await session.request(APPLY_TEXT, { address: query })).text,
  });
  return {
    open: async (preview) => {
      const steps = changedSteps(preview);
      const [only] = steps;
      if (only === undefined) return;
      const title = diffTitle(preview);
      if (steps.length === 1) {
        const sides = [viewOf(only, only.before), viewOf(only, only.after)];
        await commands.executeCommand('vscode.diff', ...sides, title, { preview: true });
        return;
      }
      // One side alone is shown as added or as deleted.
      const resources = steps.map((step) => [
        viewOf(step, step.after),
        step.change === 'create' ? undefined : viewOf(step, step.before),
        step.change === 'delete' ? undefined : viewOf(step, step.after),
      ]);
      await commands.executeCommand('vscode.changes', title, resources);
    },
    dispose: () => registration.dispose(),
  };
}

/** Both sides have one path: with two, VS Code would call it a renaming. */
function viewOf({ key }: ApplyStep, address: string): Uri {
  return Uri.from({ scheme: APPLY_SCHEME, path: `/${key}.yaml`, query: address });
}

function diffTitle(preview: ApplyPreview): string {
  const context = visible(preview.context);
  const [first] = changedSteps(preview);
  if (first === undefined || changedSteps(preview).length > 1) {
    return l10n.t('{0}: {1}, now ↔ afterwards', whatChanges(preview), context);
  }
  return l10n.t('{0}: {1} ↔ {2}', visible(first.key), nowThere(first, context), afterwards(first));
}

function nowThere({ change }: ApplyStep, context: string): string {
  return change === 'create' ? l10n.t('not in {0}', context) : context;
}

function afterwards({ change, unchecked }: ApplyStep): string {
  if (change === 'delete') return l10n.t('deleted');
  return unchecked === true ? l10n.t('as written') : l10n.t('as the API server would hold it');
}
