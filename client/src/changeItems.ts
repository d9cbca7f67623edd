import { l10n } from 'vscode';
import type { PolicyChangeItem } from '../../server/src/protocol/changes.ts';
import { visible } from './hostileText.ts';

/** The changes that were seen on one day, the newest first. */
export interface ChangeDay {
  readonly day: string;
  readonly changes: readonly PolicyChangeItem[];
}

/**
 * Changes by the day on which they were seen, in the order in which they are given.
 *
 * @param now ms since 1970
 */
export function changeDays(changes: readonly PolicyChangeItem[], now: number): readonly ChangeDay[] {
  const days = Map.groupBy(changes, ({ at }) => new Date(at).toDateString());
  return [...days.values()].flatMap((changes) => {
    const [first] = changes;
    return first === undefined ? [] : [{ day: dayText(first.at, now), changes }];
  });
}

/** What a row of the view shows. Trees show texts as they are, but for characters that hide or reorder them. */
export interface ChangeRow {
  readonly label: string;
  readonly description: string;
  /** Plain text, a fact a line. */
  readonly tooltip: string;
  readonly icon: string;
  readonly color: string;
}

export function changeRow(item: PolicyChangeItem): ChangeRow {
  const { namespace, name, change, effect, context } = item;
  const label = visible(`${namespace}/${name}`);
  const what = WHAT[change]();
  const where = l10n.t('Context {0}', visible(context));
  return {
    label,
    description: [visible(effect), what, managerText(item), whenText(item), visible(context)]
      .filter((text) => text !== undefined)
      .join(' · '),
    tooltip: [
      l10n.t('{0}: {1}', label, what),
      visible(effect),
      managerSentence(item),
      whenSentence(item),
      where,
      ...(item.texts === undefined ? [l10n.t('Seen by an earlier run: both states are not kept')] : []),
    ].join('\n'),
    ...ICONS[change],
  };
}

/** `shop/web: before ↔ changed by kubectl-edit at 14:03`. */
export function changeTitle(item: PolicyChangeItem): string {
  const who = managerText(item);
  const what = who === undefined ? WHAT[item.change]() : l10n.t('{0} by {1}', WHAT[item.change](), who);
  return l10n.t('{0}: before ↔ {1}, {2}', visible(`${item.namespace}/${item.name}`), what, whenText(item));
}

const WHAT: Readonly<Record<PolicyChangeItem['change'], () => string>> = {
  created: () => l10n.t('created'),
  changed: () => l10n.t('changed'),
  deleted: () => l10n.t('deleted'),
  replaced: () => l10n.t('deleted and made anew'),
};

const ICONS: Readonly<Record<PolicyChangeItem['change'], Pick<ChangeRow, 'icon' | 'color'>>> = {
  created: { icon: 'diff-added', color: 'gitDecoration.addedResourceForeground' },
  changed: { icon: 'diff-modified', color: 'gitDecoration.modifiedResourceForeground' },
  deleted: { icon: 'diff-removed', color: 'gitDecoration.deletedResourceForeground' },
  replaced: { icon: 'diff-renamed', color: 'gitDecoration.modifiedResourceForeground' },
};

/** A program, never a person. */
function managerText({ manager }: PolicyChangeItem): string | undefined {
  return manager === undefined ? undefined : l10n.t('field manager {0}', visible(manager.name));
}

function managerSentence({ manager, change }: PolicyChangeItem): string {
  if (manager !== undefined) {
    if (manager.time === undefined) {
      return l10n.t('Written by the field manager {0} (a program, not a person)', visible(manager.name));
    }
    const time = Date.parse(manager.time);
    const when = Number.isNaN(time) ? visible(manager.time) : momentText(time);
    return l10n.t('Written by the field manager {0} (a program, not a person) at {1}', visible(manager.name), when);
  }
  return change === 'deleted'
    ? l10n.t('The cluster does not keep who deleted it')
    : l10n.t('The cluster does not keep which program wrote this');
}

function whenText({ at, since }: PolicyChangeItem): string {
  if (since === undefined) return timeText(at);
  const isSameDay = new Date(since).toDateString() === new Date(at).toDateString();
  return l10n.t('between {0} and {1}', isSameDay ? timeText(since) : momentText(since), timeText(at));
}

function whenSentence({ at, since }: PolicyChangeItem): string {
  return since === undefined
    ? l10n.t('Seen at {0}', momentText(at))
    : l10n.t('Made between {0} and {1}, while nobody watched', momentText(since), momentText(at));
}

function dayText(at: number, now: number): string {
  const day = new Date(at);
  const today = new Date(now);
  if (day.toDateString() === today.toDateString()) return l10n.t('Today');
  const yesterday = new Date(today.getFullYear(), today.getMonth(), today.getDate() - 1);
  if (day.toDateString() === yesterday.toDateString()) return l10n.t('Yesterday');
  return day.toLocaleDateString(undefined, { dateStyle: 'full' });
}

function timeText(at: number): string {
  return new Date(at).toLocaleTimeString(undefined, { timeStyle: 'short' });
}

function momentText(at: number): string {
  return new Date(at).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
}
