import { listSome, thousands } from '../analysis/wording.ts';
import type { IsolationCount } from '../engine/isolationCounts.ts';
import { matches } from '../workspace/configuration.ts';
import { coverageTotals, type CoverageTotals } from '../workspace/policyCoverage.ts';
import type { WorkspaceSnapshot } from '../workspace/snapshot.ts';

/** Names beyond this many are counted. */
const MOST_NAMES = 4;

/**
 * The numbers of `bulkhead coverage` in one line, for the status item's hover: `Coverage: ingress 7 of 9 pods isolated,
 * egress 2 of 9; namespaces without default-deny: shop (egress)`. Undefined where no pods are known.
 */
export function coverageText({ universe, settings }: WorkspaceSnapshot): string | undefined {
  const { total, namespaces } = coverageTotals(universe);
  if (total.pods === 0) return undefined;
  const isolated = `ingress ${share(total.ingress, total.pods, ' pods isolated')}, egress ${share(total.egress, total.pods)}`;
  const judged = namespaces.filter(({ name, pods }) => pods > 0 && !matches(settings.systemNamespaces, name));
  const without = judged.flatMap(lacking);
  return `Coverage: ${isolated}; ${
    without.length === 0
      ? defaultDenyEverywhere(judged)
      : `namespaces without default-deny: ${listSome(without, MOST_NAMES)}`
  }`;
}

function share({ isolated, unknown }: IsolationCount, pods: number, what = ''): string {
  const of = `${thousands(isolated)} of ${thousands(pods)}${what}`;
  return unknown === 0 ? of : `${of} (${thousands(unknown)} not known)`;
}

function lacking({ name, defaultDeny }: CoverageTotals['namespaces'][number]): readonly string[] {
  const directions = (['ingress', 'egress'] as const).filter((direction) => defaultDeny[direction] === false);
  if (directions.length === 0) return [];
  return [directions.length === 2 ? name : `${name} (${directions.join()})`];
}

function defaultDenyEverywhere(judged: CoverageTotals['namespaces']): string {
  const unknown = judged.filter(({ defaultDeny }) => Object.values(defaultDeny).includes('unknown')).length;
  if (unknown > 0)
    return `of ${thousands(unknown)} of ${thousands(judged.length)} namespaces default-deny is not known`;
  return 'every namespace has default-deny';
}
