import { l10n, QuickPickItemKind, window, type QuickPickItem } from 'vscode';
import type { ApplyPreview, SendAnswer, SendResult } from '../../server/src/protocol/apply.ts';
import { changedSteps } from './applyQuestion.ts';
import type { Sending } from './applySend.ts';
import { label, sentence } from './hostileText.ts';

type Sent = Extract<SendAnswer, { readonly changed: boolean }>;

/** How long the status bar says it, in ms: the countdown's notification is there as well. */
const STATUS_BAR_MS = 10_000;

export interface ResultItem extends QuickPickItem {
  readonly does?: 'again' | 'undo';
}

/** What became of what was sent: one sentence, or one list. */
export async function showResults(sending: Sending, preview: ApplyPreview, sent: Sent): Promise<void> {
  const text = summary(preview, sent);
  // A container may take the process that rolls back along: whoever counts on it has to know.
  if (sent.guardNote !== undefined) void window.showWarningMessage(sentence(sent.guardNote));
  if (isFullyDone(sent)) {
    // The countdown's own notification says what it is about.
    if (sent.guard !== undefined) window.setStatusBarMessage(`$(check) ${label(text, 120)}`, STATUS_BAR_MS);
    else await window.showInformationMessage(text);
    return;
  }
  const items = resultItems(sent);
  const does =
    sent.results.length === 1
      ? await askBelow(text, items)
      : (await window.showQuickPick(items, { title: text, ignoreFocusOut: true }))?.does;
  if (does === 'again') await sending.again();
  // The file says which cluster is meant, where the folder has several.
  const uri = changedSteps(preview).find((step) => step.uri !== undefined)?.uri ?? sending.folder;
  if (does === 'undo') await sending.again({ action: 'rollBack', uris: [uri] });
}

/** The actions of the list as buttons of a message. */
async function askBelow(text: string, items: readonly ResultItem[]): Promise<ResultItem['does']> {
  const actions = items.filter(({ does }) => does !== undefined);
  const chosen = await window.showWarningMessage(text, ...actions.map((item) => item.label));
  return actions.find((item) => item.label === chosen)?.does;
}

/** What can be done now, then what went wrong, then what is done. */
export function resultItems({ results, guard, canUndo }: Sent): readonly ResultItem[] {
  const wrong = results.filter((result) => !isDone(result));
  const done = results.filter(isDone);
  const rows = (title: string, some: readonly SendResult[]): ResultItem[] =>
    some.length === 0
      ? []
      : [
          { label: title, kind: QuickPickItemKind.Separator },
          ...some.map(({ key, outcome, text }) => ({
            label: `$(${ICONS[outcome]}) ${label(key)}`,
            detail: label(withoutKey(text, key), 200),
          })),
        ];
  return [
    { label: l10n.t('Preview again'), does: 'again' },
    // A countdown has its own way back.
    ...(canUndo === true && guard === undefined
      ? [{ label: l10n.t('Undo what was applied'), does: 'undo' } as const]
      : []),
    ...rows(l10n.t('Not done'), wrong),
    ...rows(l10n.t('Done'), done),
  ];
}

const ICONS: Readonly<Record<SendResult['outcome'], string>> = {
  applied: 'check',
  unchanged: 'check',
  altered: 'warning',
  moved: 'warning',
  uncertain: 'question',
  refused: 'error',
  notSent: 'circle-slash',
};

/** The name stands above; of a long text the row shows the beginning. */
function withoutKey(text: string, key: string): string {
  return text.startsWith(key) ? text.slice(key.length).replace(/^:? /, '') : text;
}

function isDone({ outcome }: SendResult): boolean {
  return outcome === 'applied' || outcome === 'unchanged';
}

function isFullyDone({ results }: Sent): boolean {
  return results.every(isDone);
}

/** `Applied to prod-eu: shop/web is created.`, `prod-eu: 2 of 3 changes are done.` */
function summary({ action, context }: ApplyPreview, sent: Sent): string {
  const where = sentence(context, 100);
  const done = sent.results.filter(isDone).length;
  if (!isFullyDone(sent) && sent.results.length > 1) {
    return l10n.t('{0}: {1} of {2} changes are done.', where, done, sent.results.length);
  }
  const [first] = sent.results;
  const what =
    first !== undefined && sent.results.length === 1
      ? sentence(/[.!?]$/.test(first.text) ? first.text : `${first.text}.`)
      : l10n.t('all {0} changes are done.', sent.results.length);
  if (!isFullyDone(sent)) return l10n.t('{0}: {1}', where, what);
  switch (action) {
    case 'apply':
      return l10n.t('Applied to {0}: {1}', where, what);
    case 'delete':
      return l10n.t('Deleted from {0}: {1}', where, what);
    case 'rollBack':
      return l10n.t('Rolled back in {0}: {1}', where, what);
  }
}
