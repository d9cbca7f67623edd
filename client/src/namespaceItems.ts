import { l10n, type QuickPickItem } from 'vscode';
import type { NamespaceSummary } from '../../server/src/protocol/namespaces.ts';
import { label } from './hostileText.ts';

export interface NamespaceItem extends QuickPickItem {
  /** What the setting becomes; `''`: what bulkhead.yaml, the context or the API says. */
  readonly namespace: string;
}

/** What Kubernetes takes for a namespace's name (RFC 1123 label), as the setting's pattern. */
const NAME = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;

/**
 * The picker's rows: what is typed and is no known namespace first, then no setting at all, then the known namespaces,
 * those with most pods first.
 */
export function namespaceItems(
  known: readonly NamespaceSummary[],
  current: string,
  typed: string,
): readonly NamespaceItem[] {
  const isNew = NAME.test(typed) && !known.some(({ name }) => name === typed);
  const sorted = [...known].sort((a, b) => b.pods - a.pods || b.policies - a.policies || (a.name < b.name ? -1 : 1));
  return [
    ...(isNew ? [{ label: `$(add) ${typed}`, description: l10n.t('not known yet'), namespace: typed }] : []),
    ...sorted.map(({ name, pods, policies }): NamespaceItem => ({
      label: `$(${name === current ? 'check' : 'symbol-namespace'}) ${label(name)}`,
      description: counts(pods, policies),
      namespace: name,
    })),
    {
      label: `$(${current === '' ? 'check' : 'close'}) ${l10n.t('No namespace of your own')}`,
      description: l10n.t('from bulkhead.yaml, the context, else default'),
      alwaysShow: true,
      namespace: '',
    },
  ];
}

function counts(pods: number, policies: number): string {
  const some = pods === 1 ? l10n.t('1 pod') : l10n.t('{0} pods', pods.toLocaleString('en-US'));
  if (policies === 0) return some;
  return `${some} · ${policies === 1 ? l10n.t('1 policy') : l10n.t('{0} policies', policies.toLocaleString('en-US'))}`;
}
