import type { JsonValue } from '../model/manifest.ts';
import { asList, asMap, asString, isJsonMap } from '../syntax/objects/jsonAccess.ts';
import type { Coverage, CoverageStatus, SourceOrigin } from './clusterSource.ts';
import { FOREIGN_POLICIES_KIND } from './clusterSource.ts';
import { statedPlugins } from './cni/statedPlugins.ts';
import type { NetworkPlugins } from '../model/networkPlugin.ts';

/** The annotation of the List that says when, from where and how completely a snapshot was taken. */
export const COVERAGE_ANNOTATION = 'bulkhead/coverage';

export interface StatedCoverage {
  readonly origin: Omit<SourceOrigin & { readonly kind: 'snapshot' }, 'kind'>;
  readonly coverage: readonly Coverage[];
  readonly plugins?: NetworkPlugins;
}

/** What the annotation says; undefined where there is none, or where it cannot be read, which is a problem then. */
export function statedCoverage(values: readonly JsonValue[], problems: string[]): StatedCoverage | undefined {
  for (const value of values) {
    const text = asMap(asMap(asMap(value)['metadata'])['annotations'])[COVERAGE_ANNOTATION];
    if (typeof text !== 'string') continue;
    const stated = parsed(text);
    if (!isJsonMap(stated)) {
      problems.push(`its annotation ${COVERAGE_ANNOTATION} cannot be read, so what it left out is not known`);
      return undefined;
    }
    const readAt = Date.parse(asString(stated['readAt']));
    const context = asString(stated['context']);
    const server = asString(stated['server']);
    const version = asString(stated['serverVersion']);
    const plugins = statedPlugins(stated['plugins']);
    return {
      origin: {
        ...(context === '' ? {} : { context }),
        ...(server === '' ? {} : { server }),
        ...(version === '' ? {} : { version }),
        ...(Number.isNaN(readAt) ? {} : { readAt }),
      },
      coverage: asList(stated['coverage']).flatMap(coverageEntry),
      ...(plugins === undefined ? {} : { plugins }),
    };
  }
  return undefined;
}

function coverageEntry(value: JsonValue): readonly Coverage[] {
  const entry = asMap(value);
  const status = coverageStatus(asMap(entry['status']));
  const namespace = entry['namespace'];
  return [
    {
      kind: asString(entry['kind']),
      group: asString(entry['group']),
      ...(typeof namespace === 'string' ? { namespace } : {}),
      status,
    },
  ];
}

function coverageStatus(status: { readonly [key: string]: JsonValue }): CoverageStatus {
  const why = asString(status['why']) || 'it was not read';
  switch (asString(status['state'])) {
    case 'complete':
    case 'stale':
      return { state: 'complete' };
    case 'forbidden':
      return { state: 'forbidden', why, mend: asString(status['mend']) };
    case 'unstated':
      return { state: 'unstated' };
    default:
      return { state: 'failed', why };
  }
}

/** A file that says nothing of what it left out is taken at its word for the kinds that it holds. */
export function unstatedCoverage(kinds: ReadonlySet<string>): readonly Coverage[] {
  const status: CoverageStatus = { state: 'unstated' };
  const entries: Coverage[] = [{ kind: 'NetworkPolicy', group: 'networking.k8s.io', status }];
  entries.push({ kind: FOREIGN_POLICIES_KIND, group: '', status });
  entries.push({ kind: 'Pod', group: '', status });
  if (kinds.has('Namespace')) entries.push({ kind: 'Namespace', group: '', status });
  return entries;
}

function parsed(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}
