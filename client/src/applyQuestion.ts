import { l10n } from 'vscode';
import type { ApplyPreview, ApplyStep } from '../../server/src/protocol/apply.ts';
import { sentence } from './hostileText.ts';

/** What a button of the confirmation does. */
export type Answer = 'send' | 'sendGuarded' | 'export' | 'look' | 'settings';

export interface Question {
  readonly message: string;
  readonly detail: string;
  /** In the order in which they stand; the first is what the return key takes. */
  readonly buttons: readonly { readonly title: string; readonly answer: Answer }[];
}

export interface QuestionParts {
  /** How long a guarded change stands unless it is kept. */
  readonly guardSeconds: number;
  /** Names of the documents that are sent with unsaved changes. */
  readonly unsaved: readonly string[];
}

/** More rows or notes than these make a dialog that nobody reads; the diff has the rest. */
const MOST_ROWS = 12;
const MOST_NOTES = 6;
/** So many names stand in a sentence; more are counted. */
const MOST_NAMES = 3;

/** The one question before anything is sent: what, to which cluster, and what it does to traffic. */
export function applyQuestion(preview: ApplyPreview, parts: QuestionParts): Question {
  return { message: question(preview), detail: detail(preview, parts), buttons: buttons(preview, parts) };
}

/** What is sent; the others are so already. */
export function changedSteps({ steps }: Pick<ApplyPreview, 'steps'>): readonly ApplyStep[] {
  return steps.filter(({ change }) => change !== 'nothing');
}

/** Nothing may be sent from here, whatever a person says. */
export function isExportOnly({ protection, missingRights }: ApplyPreview): boolean {
  return protection === 'refused' || missingRights.length > 0;
}

/** `shop/web`, `shop/web and Namespace shop`, `4 policies and 1 Namespace`. */
export function whatChanges(preview: Pick<ApplyPreview, 'steps'>): string {
  const steps = changedSteps(preview);
  if (steps.length <= MOST_NAMES) return listed(steps.map(stepName));
  const namespaces = steps.filter(({ kind }) => kind === 'Namespace').length;
  const policies = l10n.t('{0} policies', steps.length - namespaces);
  if (namespaces === 0) return policies;
  return namespaces === 1
    ? l10n.t('{0} and 1 Namespace', policies)
    : l10n.t('{0} and {1} Namespaces', policies, namespaces);
}

function question(preview: ApplyPreview): string {
  const what = whatChanges(preview);
  const context = sentence(preview.context, 100);
  const server = sentence(preview.server, 200);
  switch (preview.action) {
    case 'apply':
      return l10n.t('Apply {0} to {1} ({2})?', what, context, server);
    case 'delete':
      return l10n.t('Delete {0} from {1} ({2})?', what, context, server);
    case 'rollBack':
      return l10n.t('Roll back {0} in {1} ({2})?', what, context, server);
  }
}

function detail(preview: ApplyPreview, { unsaved }: QuestionParts): string {
  const { effect, gap, brokenTests, missingRights, protection, leftAlone, identity } = preview;
  const steps = changedSteps(preview);
  const paragraphs: readonly (readonly string[])[] = [
    [ended(effect.summary), ...(effect.breaks === undefined ? [] : [ended(effect.breaks)]), ...rows(effect)],
    [
      ...(effect.undecided === '' ? [] : [l10n.t('Not known: {0}', ended(effect.undecided))]),
      ...(gap === undefined ? [] : [ended(gap)]),
      ...(brokenTests === undefined ? [] : [ended(brokenTests)]),
    ],
    [...missingRights.map(ended), ...(protection === 'refused' ? [refusedContext(preview.context)] : [])],
    [...new Set(steps.flatMap(({ owners }) => owners))].map(ended),
    some(steps.flatMap((step) => step.notes.map((note) => (steps.length === 1 ? note : `${step.key}: ${note}`)))),
    [
      ...(steps.length > MOST_NAMES ? [l10n.t('In this order: {0}.', listed(steps.map(stepName), MOST_ROWS))] : []),
      ...assumedNamespaces(steps),
      ...(unsaved.length === 0 ? [] : [l10n.t('Unsaved changes are sent as well: {0}.', listed(unsaved.map(short)))]),
      ...(leftAlone === '' ? [] : [ended(leftAlone)]),
      ...refusedObjects(preview),
    ],
    // What it has not tried says so in its notes.
    steps.some(({ unchecked }) => unchecked)
      ? [l10n.t('Signed in as {0}.', short(identity))]
      : [l10n.t('The API server has tried it. Signed in as {0}.', short(identity))],
  ];
  return paragraphs
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

/** What is lost comes first; of what is gained a third of the rows is kept free. */
function rows({ lost, gained }: ApplyPreview['effect']): readonly string[] {
  const mostGained = Math.max(MOST_ROWS / 3, MOST_ROWS - lost.length);
  const shownLost = lost.slice(0, MOST_ROWS - Math.min(gained.length, mostGained));
  const shownGained = gained.slice(0, MOST_ROWS - shownLost.length);
  const more = lost.length + gained.length - shownLost.length - shownGained.length;
  return [
    ...shownLost.map((row) => `− ${short(row)}`),
    ...shownGained.map((row) => `+ ${short(row)}`),
    ...(more === 0 ? [] : [l10n.t('… and {0} more', more)]),
  ];
}

function assumedNamespaces(steps: readonly ApplyStep[]): readonly string[] {
  const assumed = steps.filter(({ namespaceAssumed }) => namespaceAssumed);
  return [...Map.groupBy(assumed, ({ namespace }) => namespace)].map(([namespace, of]) =>
    l10n.t(
      'The manifest names no namespace: {0} goes to namespace {1}.',
      listed(of.map(({ name }) => short(name))),
      short(namespace),
    ),
  );
}

function refusedObjects({ refused }: ApplyPreview): readonly string[] {
  const [first] = refused;
  if (first === undefined) return [];
  const why = ended(refusalText(first));
  return refused.length === 1
    ? [l10n.t('Refused, and not sent: {0}', why)]
    : [l10n.t('{0} are refused, and not sent. {1}', refused.length, why)];
}

/** The server's sentence may begin with the name. */
export function refusalText({ name, why }: ApplyPreview['refused'][number]): string {
  return why.startsWith(name) ? why : `${name}: ${why}`;
}

function refusedContext(context: string): string {
  return l10n.t(
    '{0} is protected: the settings bulkhead.apply.protectedContexts and bulkhead.apply.protection refuse changes of it from here.',
    sentence(context, 100),
  );
}

function buttons(preview: ApplyPreview, { guardSeconds }: QuestionParts): Question['buttons'] {
  const exporting = { title: l10n.t('Export…'), answer: 'export' } as const;
  const looking = { title: l10n.t('Look first'), answer: 'look' } as const;
  if (preview.protection === 'refused') {
    return [exporting, { title: l10n.t('Open settings'), answer: 'settings' }, looking];
  }
  if (isExportOnly(preview)) return [exporting, looking];
  const guarded = { title: guardedTitle(preview.action, guardSeconds), answer: 'sendGuarded' } as const;
  const { effect, brokenTests } = preview;
  // What is not known may be lost as well, and a test says what is not to be.
  const isRisky =
    effect.lost.length > 0 || effect.undecided !== '' || effect.breaks !== undefined || brokenTests !== undefined;
  const sending = isRisky
    ? [guarded, { title: unguardedTitle(preview.action), answer: 'send' } as const]
    : [{ title: plainTitle(preview), answer: 'send' } as const, guarded];
  const isOwned = changedSteps(preview).some(({ owners }) => owners.length > 0);
  return [...(isOwned ? [exporting] : []), ...sending, looking];
}

function guardedTitle(action: ApplyPreview['action'], seconds: number): string {
  switch (action) {
    case 'apply':
      return l10n.t('Apply, roll back after {0} s unless kept', seconds);
    case 'delete':
      return l10n.t('Delete, roll back after {0} s unless kept', seconds);
    case 'rollBack':
      return l10n.t('Roll back, undo that after {0} s unless kept', seconds);
  }
}

/** No process of its own rolls back then, and that is said. */
export function guardedHereTitle(action: ApplyPreview['action'], seconds: number): string {
  switch (action) {
    case 'apply':
      return l10n.t('Apply, roll back after {0} s while this editor runs', seconds);
    case 'delete':
      return l10n.t('Delete, roll back after {0} s while this editor runs', seconds);
    case 'rollBack':
      return l10n.t('Roll back, undo that after {0} s while this editor runs', seconds);
  }
}

export function unguardedTitle(action: ApplyPreview['action']): string {
  switch (action) {
    case 'apply':
      return l10n.t('Apply without a guard');
    case 'delete':
      return l10n.t('Delete without a guard');
    case 'rollBack':
      return l10n.t('Roll back without a guard');
  }
}

/** Where it goes is on the button: a namespace may be another one than a person has in mind. */
function plainTitle(preview: ApplyPreview): string {
  const namespaces = [...new Set(changedSteps(preview).map(({ namespace, name }) => short(namespace || name)))];
  const where =
    namespaces.length > MOST_NAMES ? l10n.t('{0} namespaces', namespaces.length) : listed(namespaces, MOST_NAMES);
  switch (preview.action) {
    case 'apply':
      return l10n.t('Apply to {0}', where);
    case 'delete':
      return l10n.t('Delete from {0}', where);
    case 'rollBack':
      return l10n.t('Roll back in {0}', where);
  }
}

function stepName({ kind, key }: ApplyStep): string {
  return kind === 'Namespace' ? l10n.t('Namespace {0}', short(key)) : short(key);
}

function some(lines: readonly string[]): readonly string[] {
  const distinct = [...new Set(lines)];
  const more = distinct.length - MOST_NOTES;
  return [...distinct.slice(0, MOST_NOTES).map(ended), ...(more > 0 ? [l10n.t('… and {0} more', more)] : [])];
}

function listed(names: readonly string[], most = MOST_NAMES): string {
  if (names.length > most) return l10n.t('{0} and {1} more', names.slice(0, most).join(', '), names.length - most);
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : l10n.t('{0} and {1}', names.slice(0, -1).join(', '), last);
}

function short(text: string): string {
  return sentence(text, 120);
}

/** Sentences come without their last stop. */
function ended(text: string): string {
  const shown = sentence(text, 400);
  return /[.!?…]$/.test(shown) ? shown : `${shown}.`;
}
