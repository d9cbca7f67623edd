/** What panels say of ends, ports and causes: texts of data, never HTML. */
import type {
  PreviewChangeType,
  PreviewEdgeState,
  PreviewEnd,
  PreviewWorkload,
} from '../../server/src/protocol/preview.ts';
import { l10n } from './l10n.ts';
import { legible } from './legible.ts';

/** A sign for each state, so that colour is never needed. */
export const SIGNS: Readonly<Record<PreviewChangeType | PreviewEdgeState | 'same' | 'none', string>> = {
  lost: '−',
  removed: '−',
  gained: '+',
  added: '+',
  changed: '~',
  unknown: '?',
  unchanged: '',
  same: '',
  none: '',
};

export function typeWord(type: PreviewChangeType): string {
  switch (type) {
    case 'lost':
      return l10n.t('lost');
    case 'gained':
      return l10n.t('gained');
    case 'changed':
      return l10n.t('changed');
  }
}

/** `web` and its namespace, where that is not the one that is read already. */
export function workloadText(
  { namespace, name }: Pick<PreviewWorkload, 'namespace' | 'name'>,
  within?: string,
): string {
  return legible(namespace === within ? name : `${namespace}/${name}`);
}

export function podsText(pods: number, unknown = false): string {
  if (unknown) return l10n.t('pods not known');
  return pods === 1 ? l10n.t('1 pod') : l10n.t('{0} pods', pods);
}

export function workloadsText(workloads: number): string {
  return workloads === 1 ? l10n.t('1 workload') : l10n.t('{0} workloads', workloads);
}

/** One end as people say it. @param within the namespace that goes without saying */
export function endText(end: PreviewEnd, within?: string): string {
  switch (end.kind) {
    case 'workload':
      return workloadText(end, within);
    case 'workloads': {
      const first = end.first.map((workload) => workloadText(workload, within));
      const more = end.workloads - first.length;
      return more > 0 ? l10n.t('{0} and {1} more', first.join(', '), more) : first.join(', ');
    }
    case 'external': {
      if (end.everywhere) return l10n.t('everywhere outside');
      const ranges = end.cidrs.slice(0, 3).join(', ');
      const more = end.cidrs.length + end.more - 3;
      return more > 0 ? l10n.t('{0} and {1} more', ranges, more) : ranges;
    }
  }
}

/** Pods at an end; undefined of addresses. */
export function endPods(end: PreviewEnd): string | undefined {
  switch (end.kind) {
    case 'workload':
      return podsText(end.pods, end.podsUnknown);
    case 'workloads':
      return l10n.t('{0} of {1}', podsText(end.pods), workloadsText(end.workloads));
    case 'external':
      return undefined;
  }
}

/** The file's own name. */
export function fileName(uri: string): string {
  const path = uri.replace(/[?#].*$/, '');
  const name = path.slice(path.lastIndexOf('/') + 1);
  try {
    return legible(decodeURIComponent(name));
  } catch {
    return legible(name);
  }
}
