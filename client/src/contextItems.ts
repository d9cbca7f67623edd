import { l10n, QuickPickItemKind, type QuickPickItem } from 'vscode';
import type { ContextList, ContextSummary } from '../../server/src/protocol/contexts.ts';
import { label } from './hostileText.ts';

export interface ContextItem extends QuickPickItem {
  /** Absent on the separators that name the servers. */
  readonly context?: ContextSummary;
}

/** A remembered choice; it is bound to the server and CA that it was made for. */
export interface Binding {
  readonly context: string;
  readonly identity: string;
  /** Contexts that stay connected beside it. */
  readonly others?: readonly Binding[];
}

/**
 * The picker's rows: contexts grouped by API server under a separator that names it; first the group of the one that the
 * open file is bound to, then the chosen one's, those that other files are bound to, the kubeconfig's current one's, and
 * by name.
 */
export function contextItems(list: ContextList, bound: Binding | undefined): ContextItem[] {
  const groups = new Map<string, ContextSummary[]>();
  for (const context of list.contexts) {
    const group = groups.get(context.server);
    if (group === undefined) groups.set(context.server, [context]);
    else group.push(context);
  }
  const files = new Map(list.bound?.map((entry) => [entry.context, entry.files]));
  const rank = ({ name }: ContextSummary): number =>
    name === list.boundTo ? 0 : name === bound?.context ? 1 : files.has(name) ? 2 : name === list.current ? 3 : 4;
  const best = (contexts: readonly ContextSummary[]): number => Math.min(...contexts.map(rank));
  return [...groups]
    .sort(([a, as], [b, bs]) => best(as) - best(bs) || compare(a, b))
    .flatMap(([server, contexts]) => [
      { label: server === '' ? l10n.t('no server') : label(server), kind: QuickPickItemKind.Separator },
      ...contexts
        .sort((a, b) => rank(a) - rank(b) || compare(a.name, b.name))
        .map((context) =>
          contextItem(
            context,
            list.current,
            [bound, ...(bound?.others ?? [])].find((each) => each?.context === context.name),
            context.name === list.boundTo ? [l10n.t('this file')] : files.get(context.name),
          ),
        ),
    ]);
}

function contextItem(
  context: ContextSummary,
  current: string | undefined,
  bound: Binding | undefined,
  files: readonly string[] | undefined,
): ContextItem {
  const isBound = bound !== undefined;
  const moved = isBound && context.identity !== bound.identity;
  const icon = moved || context.problem !== undefined ? '$(warning)' : isBound ? '$(check)' : '$(server-environment)';
  const facts = [
    ...(context.problem === undefined ? [] : [label(context.problem, 200)]),
    ...(moved ? [l10n.t('points to another server than when you chose it')] : []),
    ...(files === undefined ? [] : [l10n.t('bulkhead.yaml: {0}', label(files.join(', '), 60))]),
    ...(context.exec === undefined ? [] : [l10n.t('signs in by running {0}', label(context.exec.command))]),
  ];
  return {
    label: `${icon} ${label(context.name)}`,
    description: [
      label(context.user),
      ...(context.namespace === undefined ? [] : [l10n.t('namespace {0}', label(context.namespace))]),
      ...(context.name === current ? [l10n.t('current context')] : []),
    ]
      .filter((part) => part !== '')
      .join(' · '),
    ...(facts.length === 0 ? {} : { detail: facts.join(' · ') }),
    context,
  };
}

/** By code units, so that the order is the same on every machine. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
