import { l10n, window } from 'vscode';
import type { ApplyPreview, PreviewParams, SendAnswer, SendParams } from '../../server/src/protocol/apply.ts';
import { SEND_APPLY } from '../../server/src/protocol/methods.ts';
import { exportPreview } from './applyExport.ts';
import { changedSteps, guardedHereTitle, unguardedTitle } from './applyQuestion.ts';
import { showResults } from './applyResults.ts';
import { sentence } from './hostileText.ts';
import type { LoginPrompts } from './loginPrompts.ts';
import type { ServerSession } from './serverSession.ts';
import type { TextVersions } from './textVersions.ts';
import { withPatience } from './withCancel.ts';

export interface Sending {
  readonly session: Pick<ServerSession, 'request'>;
  readonly prompts: Pick<LoginPrompts, 'during'>;
  /** The documents as the preview was made from them. */
  readonly versions: TextVersions;
  readonly folder: string;
  /** Starts over with another preview; the same scope where none is given. */
  readonly again: (params?: PreviewParams) => Promise<void>;
}

/** A person has confirmed: asks what is left to ask, sends it once, and says what became of it. */
export async function sendPreview(sending: Sending, preview: ApplyPreview, guardSeconds?: number): Promise<void> {
  const stopAtError = await stopsAtError(preview);
  if (stopAtError === undefined || !(await typesContext(preview))) return;
  const uris = changedSteps(preview).flatMap(({ uri }) => uri ?? []);
  if (sending.versions.changed(uris)) {
    return offerAgain(sending, l10n.t('The document has changed since the preview. Nothing was sent.'));
  }
  const params = { id: preview.id, stopAtError };
  const guarded = guardSeconds === undefined ? params : { ...params, guardSeconds };
  for (let next: SendParams | undefined = guarded; next !== undefined;) {
    const answer = await send(sending, preview, next);
    if (!('problem' in answer)) return showResults(sending, preview, answer);
    if (answer.guardProblem !== true) return offerAgain(sending, sentence(answer.problem));
    next = await withoutHelper(sending, preview, params, answer, guardSeconds);
  }
}

/** What the person wants where no process of its own can guard it; undefined where they leave. */
async function withoutHelper(
  { session }: Pick<Sending, 'session'>,
  preview: ApplyPreview,
  params: SendParams,
  { problem, guardHere }: Extract<SendAnswer, { readonly problem: string }>,
  guardSeconds: number | undefined,
): Promise<SendParams | undefined> {
  const { action } = preview;
  const isPossibleHere = guardHere === true && guardSeconds !== undefined;
  const ways: readonly { readonly title: string; readonly params: SendParams }[] = [
    ...(isPossibleHere
      ? [
          {
            title: guardedHereTitle(action, guardSeconds),
            params: { ...params, guardSeconds, guardBy: 'editor' as const },
          },
        ]
      : []),
    { title: unguardedTitle(action), params },
  ];
  // What the return key takes is never to go on without a guard.
  const exporting = l10n.t('Export…');
  const titles = [...(isPossibleHere ? [] : [exporting]), ...ways.map(({ title }) => title)];
  const detail = [
    sentence(problem),
    ...(isPossibleHere ? [l10n.t('This editor can roll back itself, but only while it runs.')] : []),
  ].join('\n\n');
  const chosen = await window.showWarningMessage(
    l10n.t('Nothing was sent, because it could not be guarded.'),
    { modal: true, detail },
    ...titles,
  );
  if (chosen === exporting) await exportPreview(session, preview);
  return ways.find(({ title }) => title === chosen)?.params;
}

async function send(
  { session, prompts }: Sending,
  { action, context }: ApplyPreview,
  params: SendParams,
): Promise<SendAnswer> {
  const where = sentence(context, 100);
  const title = {
    apply: l10n.t('Applying to {0}', where),
    delete: l10n.t('Deleting from {0}', where),
    rollBack: l10n.t('Rolling back in {0}', where),
  }[action];
  // Not to be cancelled: what is on its way cannot be taken back by not waiting for it.
  // Where this editor is to roll back, its login may ask for a person.
  return withPatience(
    title,
    prompts.during(() => session.request(SEND_APPLY, params)),
  );
}

/** Undefined where the person leaves. */
async function stopsAtError(preview: ApplyPreview): Promise<boolean | undefined> {
  if (changedSteps(preview).length < 2) return true;
  const picked = await window.showQuickPick(
    [
      {
        label: l10n.t('Stop there'),
        description: l10n.t('those that come after it are not sent'),
        stops: true,
      },
      {
        label: l10n.t('Go on with the others'),
        description: l10n.t('what depends on it may then lose traffic'),
        stops: false,
      },
    ],
    { title: l10n.t('If the cluster refuses one of them'), ignoreFocusOut: true },
  );
  return picked?.stops;
}

/** A protected context is named by the person before anything is sent to it. */
async function typesContext({ protection, context }: ApplyPreview): Promise<boolean> {
  if (protection === 'none') return true;
  if (protection === 'refused') return false;
  const typed = await window.showInputBox({
    title: l10n.t('{0} is protected', sentence(context, 100)),
    prompt: l10n.t('Type the name of the context to go on: {0}', sentence(context, 200)),
    ignoreFocusOut: true,
    validateInput: (value) => (value === context ? undefined : l10n.t('Not the name of the context')),
  });
  return typed === context;
}

export async function offerAgain({ again }: Pick<Sending, 'again'>, text: string): Promise<void> {
  const preview = l10n.t('Preview again');
  if ((await window.showErrorMessage(text, preview)) === preview) await again();
}
