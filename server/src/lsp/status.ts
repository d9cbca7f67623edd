import { notEnforced } from '../analysis/wording.ts';
import { pluginText } from '../features/pluginText.ts';
import { unenforcedPods } from '../workspace/cni/unenforcedPods.ts';
import { scopeProblems } from '../features/scopeText.ts';
import { staleSince, sourceText, timeText } from '../features/sourceText.ts';
import type { ServerStatus, StatusRow } from '../protocol/status.ts';
import type { Coverage, CoverageStatus, SourceState } from '../workspace/clusterSource.ts';
import { canAnswer } from '../workspace/folderSource.ts';
import type { WorkspaceSnapshot } from '../workspace/snapshot.ts';
import { coverageText } from './coverageText.ts';
import { missingRightsText } from './missingRights.ts';

/** Sentences beyond this many are counted. */
const MOST_PROBLEMS = 6;

/** What the status item says of a folder. `more` are sentences of the server's own, such as files that it cannot read. */
export function statusOf(snapshot: WorkspaceSnapshot, more: readonly string[] = []): ServerStatus {
  const { source } = snapshot;
  switch (source.kind) {
    case 'none':
      return { health: 'error', source: source.label, busy: false, rows: [], problems: [source.problem, ...more] };
    case 'files': {
      const busy = source.indexing !== undefined;
      const problems = [...scopeProblems(snapshot), ...more];
      return {
        health: problems.length > 0 ? 'warning' : 'ok',
        source: 'these files',
        busy,
        rows: fileRows(snapshot),
        ...coverageLine(snapshot, !busy),
        problems: shortened(problems),
      };
    }
    case 'snapshot':
    case 'live': {
      const unenforced = notEnforced(snapshot.plugins);
      const problems = [
        ...(unenforced === undefined ? [] : [unenforced]),
        ...stateProblems(snapshot, source.state),
        ...more,
      ];
      const unread = source.state.coverage.filter(({ status }) => isRefused(status));
      const nothing = unread.length > 0 && unread.length === source.state.coverage.length;
      return {
        health: nothing ? 'error' : problems.length > 0 ? 'warning' : 'ok',
        source: source.label,
        busy: !canAnswer(source),
        rows: stateRows(snapshot, source.state),
        ...coverageLine(snapshot, canAnswer(source)),
        ...(unread.some(({ status }) => status.state === 'forbidden') && { lacksRights: true as const }),
        ...pluginLine(snapshot, source.state),
        problems: shortened(problems),
      };
    }
  }
}

function pluginLine({ plugins }: WorkspaceSnapshot, { contents }: SourceState): { readonly plugins?: string } {
  return plugins === undefined ? {} : { plugins: pluginText(plugins, unenforcedPods(plugins, contents)) };
}

/** Numbers of a source that is still being read would only count up. */
function coverageLine(snapshot: WorkspaceSnapshot, isRead: boolean): { readonly coverage?: string } {
  const coverage = isRead ? coverageText(snapshot) : undefined;
  return coverage === undefined ? {} : { coverage };
}

function fileRows({ source, universe }: WorkspaceSnapshot): readonly StatusRow[] {
  const indexing = source.kind === 'files' ? source.indexing : undefined;
  const state =
    indexing === undefined
      ? 'read completely'
      : indexing.total === 0
        ? 'reading …'
        : `reading … ${percent(indexing.done / indexing.total)}`;
  const { pods, workloads, policies } = universe.cluster.stats;
  const counts = {
    Namespace: universe.parts.namespaces.length,
    Workload: workloads,
    Pod: pods,
    NetworkPolicy: policies,
  };
  return Object.entries(counts).map(([kind, count]) => ({ kind, count, state }));
}

/** One row per kind that people count, and one for every other kind that was not read completely. */
function stateRows(snapshot: WorkspaceSnapshot, state: SourceState): readonly StatusRow[] {
  const counts = countsOf(state);
  const kinds = new Map<string, Coverage[]>();
  for (const entry of state.coverage) {
    const known = kinds.get(entry.kind);
    if (known === undefined) kinds.set(entry.kind, [entry]);
    else known.push(entry);
  }
  return [...kinds].flatMap(([kind, entries]): StatusRow[] => {
    const count = counts.get(kind);
    if (count === undefined && entries.every(({ status }) => isRead(status))) return [];
    // What was refused everywhere is not nothing.
    const known = entries.every(({ status }) => isRefused(status)) ? {} : { count: count ?? 0 };
    return [{ kind, ...known, state: stateText(entries, snapshot) }];
  });
}

function countsOf({ namespaces, contents, nodes }: SourceState): ReadonlyMap<string, number> {
  let pods = 0;
  let policies = 0;
  let services = 0;
  for (const held of contents.values()) {
    for (const { count } of held.pods) pods += count;
    policies += held.policies.length + held.rejectedPolicies.length;
    services += held.services.length;
  }
  return new Map([
    ['Namespace', namespaces.length],
    ['Pod', pods],
    ['NetworkPolicy', policies],
    ['Service', services],
    ['Node', nodes.length],
  ]);
}

function stateText(entries: readonly Coverage[], { source, now }: WorkspaceSnapshot): string {
  const whole = entries.find(({ namespace }) => namespace === undefined);
  const parts = entries.filter(({ namespace }) => namespace !== undefined);
  const read = parts.filter(({ status }) => isRead(status)).length;
  const isPartly = parts.length > 0 && (whole === undefined || isRefused(whole.status));
  if (isPartly && (read > 0 || whole === undefined)) {
    return `read in ${read} of ${parts.length} ${parts.length === 1 ? 'namespace' : 'namespaces'}`;
  }
  if (whole === undefined) return 'not read';
  const readAt = source.kind === 'snapshot' ? source.state.origin.readAt : undefined;
  return oneState(whole.status, now) + (readAt === undefined ? '' : ` · ${timeText(readAt, now)}`);
}

function oneState(status: CoverageStatus, now: number): string {
  switch (status.state) {
    case 'complete':
      return 'read completely';
    case 'unstated':
      return 'as saved';
    case 'reading':
      return status.fraction === undefined ? 'reading …' : `reading … ${percent(status.fraction)}`;
    case 'forbidden':
      return 'may not be listed';
    case 'failed':
      return 'could not be read';
    case 'stale':
      return `stale since ${timeText(status.since, now)}`;
  }
}

function stateProblems(snapshot: WorkspaceSnapshot, { coverage }: SourceState): readonly string[] {
  const stale = staleSince(coverage) === undefined ? [] : [`${sourceText(snapshot)}.`];
  const why = coverage.flatMap(({ status }) =>
    status.state === 'failed' || status.state === 'stale' ? [sentence(status.why)] : [],
  );
  return [...new Set([...stale, ...why, ...missingRightsText(coverage)])];
}

function shortened(problems: readonly string[]): readonly string[] {
  if (problems.length <= MOST_PROBLEMS) return problems;
  return [...problems.slice(0, MOST_PROBLEMS - 1), `… and ${problems.length - MOST_PROBLEMS + 1} more.`];
}

function isRead({ state }: CoverageStatus): boolean {
  return state === 'complete' || state === 'unstated' || state === 'stale';
}

function isRefused({ state }: CoverageStatus): boolean {
  return state === 'forbidden' || state === 'failed';
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

function percent(fraction: number): string {
  return `${Math.floor(Math.min(1, Math.max(0, fraction)) * 100)} %`;
}
