import { commands, l10n, Uri, window, workspace } from 'vscode';
import type { ApplyPreview, ApplyScope, PreviewParams } from '../../server/src/protocol/apply.ts';
import { PREVIEW_APPLY } from '../../server/src/protocol/methods.ts';
import type { ApplyDiffs } from './applyDiff.ts';
import { exportPreview } from './applyExport.ts';
import type { ClusterFaults } from './applyFaults.ts';
import { applyQuestion, changedSteps, refusalText, type Answer } from './applyQuestion.ts';
import { meantScope } from './applyScope.ts';
import { sendPreview } from './applySend.ts';
import { chooseContext, type ContextChooser } from './chooseContext.ts';
import { NO_FOLDER, pickFolder } from './folders.ts';
import { label, sentence, visible } from './hostileText.ts';
import { explainTrust } from './pickContext.ts';
import type { PreviewPanels } from './preview/previewPanels.ts';
import { textVersions, unsavedNames } from './textVersions.ts';
import { withCancel } from './withCancel.ts';

export interface Applier extends ContextChooser {
  readonly diffs: ApplyDiffs;
  readonly faults: ClusterFaults;
  readonly previews: Pick<PreviewPanels, 'open'>;
  /** What was meant last, while its diff is looked at. */
  lastScope?: ApplyScope;
}

/**
 * Changes the cluster, or takes policies out of it: the server tries it, a person sees what it does and confirms, then
 * it is sent.
 */
export async function applyPolicies(
  parts: Applier,
  action: 'apply' | 'delete',
  argument: unknown,
  selected: unknown,
): Promise<void> {
  if (!workspace.isTrusted) return explainTrust();
  const scope = meantScope(argument, selected, parts.lastScope);
  if (scope === undefined) {
    await window.showInformationMessage(l10n.t('Open a manifest with a NetworkPolicy, or choose files and folders.'));
    return;
  }
  parts.lastScope = scope;
  await changeCluster(parts, { action, ...scope });
}

/** Takes back what was changed last from the folder, with the same preview and confirmation. */
export async function rollBackLast(parts: Applier): Promise<void> {
  if (!workspace.isTrusted) return explainTrust();
  const folder = await pickFolder();
  if (folder !== undefined) await changeCluster(parts, { action: 'rollBack', uris: [folder] });
}

async function changeCluster(parts: Applier, asked: PreviewParams): Promise<void> {
  parts.faults.show([]);
  const versions = textVersions();
  const made = await previewWithNamespaces(parts, asked);
  if (made === undefined) return;
  const { params, preview } = made;
  parts.faults.show(preview.refused);
  if (changedSteps(preview).length === 0) return explainNothing(preview);
  await parts.diffs.open(preview);
  const answer = await confirm(preview, () => look(parts, params));
  const again = (next: PreviewParams = params): Promise<void> => changeCluster(parts, next);
  if (answer === 'export') return exportPreview(parts.session, preview);
  if (answer === 'settings') {
    await commands.executeCommand('workbench.action.openSettings', 'bulkhead.apply');
    return;
  }
  if (answer === 'send' || answer === 'sendGuarded') {
    const guardSeconds = answer === 'sendGuarded' ? guardSetting() : undefined;
    await sendPreview({ ...parts, versions, again, folder: folderOf(params.uris) }, preview, guardSeconds);
  }
}

/** Beside the diff that is open: what it does to traffic, row by row. */
async function look({ previews }: Applier, { action, uris }: PreviewParams): Promise<void> {
  const [first, ...more] = uris;
  if (action !== 'apply' || first === undefined) return;
  const isFolder = workspace.workspaceFolders?.some(({ uri }) => uri.toString() === first) === true;
  await previews.open({
    uri: first,
    tab: 'changes',
    // It is applied to what is there, whatever was compared before.
    before: { kind: 'source' },
    after: { kind: isFolder || more.length > 0 ? 'folder' : 'document' },
  });
}

interface MadePreview {
  /** With the Namespaces that a person has ticked. */
  readonly params: PreviewParams;
  readonly preview: ApplyPreview;
}

async function previewWithNamespaces(parts: Applier, params: PreviewParams): Promise<MadePreview | undefined> {
  const preview = await makePreview(parts, params);
  if (preview === undefined || preview.namespaces.length === 0 || params.namespaces !== undefined) {
    return preview && { params, preview };
  }
  const ticked = await window.showQuickPick(
    preview.namespaces.map((name) => ({ label: label(name), name })),
    {
      canPickMany: true,
      ignoreFocusOut: true,
      title: l10n.t('Also create or update these Namespaces?'),
      placeHolder: l10n.t('The documents hold them. Without a tick, policies alone are applied'),
    },
  );
  if (ticked === undefined) return undefined;
  const namespaces = ticked.map(({ name }) => name);
  const next = { ...params, namespaces };
  if (namespaces.length === 0) return { params: next, preview };
  const second = await makePreview(parts, next);
  return second && { params: next, preview: second };
}

async function makePreview(parts: Applier, params: PreviewParams): Promise<ApplyPreview | undefined> {
  const remembered = parts.memory.get(folderOf(params.uris));
  const title =
    remembered?.kind === 'context' && remembered.others === undefined
      ? l10n.t('{0} tries it, which changes nothing', sentence(remembered.context, 100))
      : l10n.t('The cluster tries it, which changes nothing');
  const answer = await withCancel(title, (cancel) =>
    parts.prompts.during(() => parts.session.request(PREVIEW_APPLY, params, cancel)),
  );
  if (answer === undefined || !('problem' in answer)) return answer;
  const choose = l10n.t('Choose a cluster context…');
  const helps = answer.chooseContext === true || remembered?.kind !== 'context';
  const chosen = await window.showErrorMessage(sentence(answer.problem), ...(helps ? [choose] : []));
  if (chosen === choose) await chooseContext(parts);
  return undefined;
}

/** Why there is nothing to confirm is the answer to the person's own command. */
async function explainNothing(preview: ApplyPreview): Promise<void> {
  const { refused, steps, context, leftAlone } = preview;
  const [first] = refused;
  if (first !== undefined) return explainRefusal(preview);
  const names = steps.map(({ key }) => visible(key));
  const where = sentence(context, 100);
  const what =
    names.length === 0
      ? l10n.t('There is nothing to change in {0}', where)
      : names.length === 1
        ? l10n.t('{0} in {1} is so already', names.join(), where)
        : l10n.t('All {0} objects in {1} are so already', names.length, where);
  await window.showInformationMessage(leftAlone === '' ? `${what}.` : `${what}. ${sentence(leftAlone)}.`);
}

async function explainRefusal({ refused }: ApplyPreview): Promise<void> {
  const [first, ...others] = refused;
  if (first === undefined) return;
  const why = sentence(refusalText(first));
  const text = others.length === 0 ? why : l10n.t('{0} (and {1} more are refused)', why, others.length);
  const show = l10n.t('Show problems');
  const hasPlaces = refused.some(({ places }) => places.length > 0);
  const chosen = await window.showErrorMessage(text, ...(hasPlaces ? [show] : []));
  if (chosen === show) await commands.executeCommand('workbench.actions.view.problems');
}

/** Asks until the person has decided; while they look at the diff, a notification holds the question. */
async function confirm(
  preview: ApplyPreview,
  looking: () => Promise<void>,
): Promise<Exclude<Answer, 'look'> | undefined> {
  const unsaved = unsavedNames(changedSteps(preview).flatMap(({ uri }) => uri ?? []));
  const { message, detail, buttons } = applyQuestion(preview, { guardSeconds: guardSetting(), unsaved });
  for (;;) {
    const options = { modal: true, detail };
    const chosen = await window.showWarningMessage(message, options, ...buttons.map(({ title }) => title));
    const answer = buttons.find(({ title }) => title === chosen)?.answer;
    if (answer !== 'look') return answer;
    await looking();
    const decide = l10n.t('Decide…');
    if ((await window.showInformationMessage(message, decide)) !== decide) return undefined;
  }
}

function guardSetting(): number {
  const seconds = workspace.getConfiguration('bulkhead').get<unknown>('apply.guardSeconds');
  return typeof seconds === 'number' && Number.isFinite(seconds)
    ? Math.min(3600, Math.max(10, Math.round(seconds)))
    : 120;
}

/** The window's folder of the first of them. */
function folderOf([first]: readonly string[]): string {
  const folder =
    first === undefined || first === NO_FOLDER ? undefined : workspace.getWorkspaceFolder(Uri.parse(first));
  return folder?.uri.toString() ?? workspace.workspaceFolders?.[0]?.uri.toString() ?? NO_FOLDER;
}
