import { listSome } from '../analysis/wording.ts';
import type { Coverage } from '../workspace/clusterSource.ts';

/** So many are said one by one, in the server's words; of more nobody reads each. */
const MOST_SINGLE = 2;
const MOST_KINDS = 6;
const MOST_NAMESPACES = 3;

/** Sentences about what may not be read: of each missing right, or, where they are many, of each place. */
export function missingRightsText(coverage: readonly Coverage[]): readonly string[] {
  const refused = coverage.flatMap(({ kind, namespace, status }) =>
    status.state === 'forbidden' ? [{ kind, namespace, status }] : [],
  );
  const single = [
    ...new Set(refused.map(({ status }) => `${ended(status.why)} The right that mends it: ${status.mend}.`)),
  ];
  if (single.length <= MOST_SINGLE) return single;
  const places = Map.groupBy(refused, ({ namespace }) => namespace);
  const alike = Map.groupBy(places, ([, entries]) => [...new Set(entries.map(({ kind }) => kind))].join('\n'));
  const sentences = [...alike].map(([kinds, of]) => {
    const namespaces = of.flatMap(([namespace]) => namespace ?? []);
    const where = [
      ...(namespaces.length < of.length ? ['the whole cluster'] : []),
      ...(namespaces.length === 0
        ? []
        : [`${namespaces.length === 1 ? 'namespace' : 'namespaces'} ${listSome(namespaces, MOST_NAMESPACES)}`]),
    ];
    return `Not allowed to read in ${where.join(' and in ')}: ${listSome(kinds.split('\n'), MOST_KINDS)}.`;
  });
  return [...sentences, 'The rights that mend it: “Copy the read role that Bulkhead needs”.'];
}

function ended(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
