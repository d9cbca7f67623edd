import type { Coverage } from '../workspace/clusterSource.ts';
import type { SourceView, WorkspaceSnapshot } from '../workspace/snapshot.ts';
import { plain } from './markdown.ts';
import { scopeName } from './scopeText.ts';

/**
 * The words for where pods come from. Three kinds of nothing are never mixed up: no pod matches (everything was
 * looked at), no pods known here (no source), and not known, with the reason.
 */

/** What is known of the pods that an answer is about. */
export type PodKnowledge =
  | { readonly kind: 'known' }
  /** Some of the namespaces could not be read. */
  | { readonly kind: 'partly'; readonly why: string }
  /** No number yet, or none at all; `text` stands in its place. */
  | { readonly kind: 'unknown'; readonly text: string; readonly mend?: string };

/** What is known of the pods of all these namespaces together. */
export function podKnowledge(snapshot: WorkspaceSnapshot, namespaces: readonly string[]): PodKnowledge {
  const { source } = snapshot;
  if (source.kind === 'none') return { kind: 'unknown', text: `not known: ${source.problem}` };
  const reading = readingText(source, 'Pod');
  if (reading !== undefined) return { kind: 'unknown', text: reading };
  const unread = namespaces.flatMap((namespace) => unreadPods(source, namespace) ?? []);
  const [first] = unread;
  if (first !== undefined) {
    const known = unread.length < namespaces.length;
    return known
      ? { kind: 'partly', why: first.why }
      : { kind: 'unknown', text: `not known: ${first.why}`, ...(first.mend === undefined ? {} : { mend: first.mend }) };
  }
  const gap = snapshot.universe.parts.unread.find(
    ({ namespace, layer }) => layer === undefined && (namespace === '*' || namespaces.includes(namespace)),
  );
  if (gap !== undefined && source.kind === 'files') return { kind: 'partly', why: gap.why };
  if (namespaces.some((namespace) => snapshot.knowledge.podsKnown(namespace))) return { kind: 'known' };
  if (source.kind === 'files') return { kind: 'unknown', text: 'no pods known here: choose a source' };
  return { kind: 'unknown', text: `no pods known in ${namespaces.length === 1 ? namespaces[0] : 'these namespaces'}` };
}

/** What is said in place of a number of namespaces where none is known that a selector matches. */
export function noNamespaceKnown(snapshot: WorkspaceSnapshot): PodKnowledge {
  const { source, knowledge } = snapshot;
  if (knowledge.namespacesKnown) return { kind: 'known' };
  if (source.kind === 'none') return { kind: 'unknown', text: `not known: ${source.problem}` };
  const reading = readingText(source, 'Namespace');
  if (reading !== undefined) return { kind: 'unknown', text: reading };
  if (source.kind === 'files') return { kind: 'unknown', text: 'no such namespace known here: choose a source' };
  return { kind: 'unknown', text: 'not known: namespaces could not be read' };
}

/** `reading … 40 %` while a kind is being read for the first time. */
export function readingText(source: SourceView, kind: string): string | undefined {
  if (source.kind === 'files') {
    if (source.indexing === undefined) return undefined;
    const { done, total } = source.indexing;
    return total === 0 ? 'reading …' : `reading … ${percent(done / total)}`;
  }
  if (source.kind === 'none') return undefined;
  const reading = source.state.coverage.flatMap((entry) =>
    entry.kind === kind && entry.status.state === 'reading' ? [entry.status] : [],
  );
  if (reading.length === 0) return undefined;
  const fractions = reading.flatMap(({ fraction }) => fraction ?? []);
  if (fractions.length === 0) return 'reading …';
  return `reading … ${percent(fractions.reduce((sum, fraction) => sum + fraction, 0) / fractions.length)}`;
}

/** `these files`, `snapshot: shop.json, 12 Nov 09:14`, `live: prod-eu, 4 s ago`. */
export function sourceText({ source, scope, now }: WorkspaceSnapshot, show = plain): string {
  switch (source.kind) {
    case 'files':
      return scope.isOnly || scope.kind === 'folder' ? 'these files' : lowered(scopeName(scope, show));
    case 'none':
      return `${show(source.label)}: ${show(source.problem)}`;
    case 'snapshot': {
      const { readAt } = source.state.origin;
      return readAt === undefined
        ? `snapshot: ${show(source.label)}`
        : `snapshot: ${show(source.label)}, ${dateText(readAt)}`;
    }
    case 'live': {
      const since = staleSince(source.state.coverage);
      if (since !== undefined) return `${show(source.label)}: stale since ${timeText(since, now)}`;
      const { readAt } = source.state.origin;
      return readAt === undefined
        ? `live: ${show(source.label)}`
        : `live: ${show(source.label)}, ${ageText(now - readAt)} ago`;
    }
  }
}

/** Since when a live source has heard nothing new, where that is so. */
export function staleSince(coverage: readonly Coverage[]): number | undefined {
  const times = coverage.flatMap(({ status }) => (status.state === 'stale' ? [status.since] : []));
  return times.length === 0 ? undefined : Math.min(...times);
}

/** `12 Nov 09:14` in the reader's time zone. */
function dateText(time: number): string {
  const date = new Date(time);
  return `${date.getDate()} ${MONTHS[date.getMonth()] ?? ''} ${clockText(date)}`;
}

export function timeText(time: number, now: number): string {
  return new Date(time).toDateString() === new Date(now).toDateString() ? clockText(new Date(time)) : dateText(time);
}

function clockText(date: Date): string {
  return `${String(date.getHours()).padStart(2, '0')}:${String(date.getMinutes()).padStart(2, '0')}`;
}

export function ageText(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  return seconds < 48 * 3600 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86_400)} d`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function percent(fraction: number): string {
  return `${Math.floor(Math.min(1, Math.max(0, fraction)) * 100)} %`;
}

function unreadPods(
  source: Exclude<SourceView, { readonly kind: 'none' }>,
  namespace: string,
): { readonly why: string; readonly mend?: string } | undefined {
  if (source.kind === 'files') return undefined;
  const entries = source.state.coverage.filter(({ kind, group }) => kind === 'Pod' && group === '');
  const own = entries.find((entry) => entry.namespace === namespace);
  const status = (own ?? entries.find((entry) => entry.namespace === undefined))?.status;
  if (status === undefined) return { why: `pods of ${namespace} were not read` };
  if (status.state === 'forbidden') return { why: `may not list pods in ${namespace}`, mend: status.mend };
  return status.state === 'failed' ? { why: status.why } : undefined;
}

function lowered(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
