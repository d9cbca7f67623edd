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
  // A URI that VS Code gives back may be written in another way than the server wrote it.
  const addresses = new Map<string, string>();
  const registration = workspace.registerTextDocumentContentProvider(APPLY_SCHEME, {
    provideTextDocumentContent: async (uri) => {
      const address = addresses.get(uri.toString());
      if (address === undefined) return `# ${l10n.t('This preview has ended.')}\n`;
      return (await session.request(APPLY_TEXT, { address })).text;
    },
  });
  const uriOf = (address: string): Uri => {
    const uri = Uri.parse(address);
    addresses.set(uri.toString(), address);
    return uri;
  };
  return {
    open: async (preview) => {
      const sides = changedSteps(preview).map((step) => ({ before: uriOf(step.before), after: uriOf(step.after) }));
      const [only] = sides;
      if (only === undefined) return;
      if (sides.length === 1) {
        await commands.executeCommand('vscode.diff', only.before, only.after, diffTitle(preview), { preview: true });
        return;
      }
      const resources = sides.map(({ before, after }) => [after, before, after]);
      await commands.executeCommand('vscode.changes', diffTitle(preview), resources);
    },
    dispose: () => registration.dispose(),
  };
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
