import type { ReachEnd } from '../../engine/reachability.ts';
import type { PreviewAnswerBase, PreviewEnd, PreviewUnknown, PreviewUnknownRow } from '../../protocol/preview.ts';
import type { PreviewedWorkload } from '../../workspace/preview/comparisonRows.ts';
import type { PreviewModel } from '../../workspace/preview/previewModel.ts';
import { undecidedEntries } from '../../workspace/preview/undecidedEntries.ts';
import { foldedKey } from '../../workspace/preview/undecidedReasons.ts';
import { paged, type Page } from './previewPage.ts';
import { shortId, shownWorkload } from './previewWire.ts';

/** What is not decided, as `bulkhead diff` lists it. */
export function unknownAnswer(model: PreviewModel, base: PreviewAnswerBase, page: Page): PreviewUnknown {
  const entries = [...(model.undecided.pairs === 0 ? [] : undecidedEntries(model.comparison)), ...model.states.unseen];
  const { workloads } = model.comparison;
  const byId = new Map(workloads.map((workload) => [workload.id, workload]));
  const end = (each: ReachEnd): PreviewEnd => {
    if (typeof each !== 'string') {
      const { cidrs } = each;
      return {
        kind: 'external',
        cidrs: cidrs.slice(0, 20),
        more: Math.max(0, cidrs.length - 20),
        // All of IPv4, and of IPv6 all or nothing.
        everywhere: cidrs[0] === '0.0.0.0/0' && (cidrs.length === 1 || (cidrs.length === 2 && cidrs[1] === '::/0')),
      };
    }
    return { kind: 'workload', ...shownWorkload(byId.get(each) as PreviewedWorkload) };
  };
  const covers = (subject: string): number =>
    subject === '*'
      ? workloads.length
      : subject.endsWith('/*')
        ? workloads.filter(({ ref }) => ref.namespace === subject.slice(0, -2)).length
        : 1;
  const { namespaces = [], workload = '' } = page.filter ?? {};
  const isMeant = (text: string): boolean =>
    (namespaces.length === 0 || namespaces.some((name) => text === '*' || text.startsWith(`${name}/`))) &&
    (text === '*' || text.toLowerCase().includes(workload.toLowerCase()));
  const meant = entries.filter(({ subject, from, to }) =>
    [subject, from, to].some((each) => typeof each === 'string' && isMeant(each)),
  );
  const rows = paged(meant, page).map(({ subject, direction, from, to, why, reasons }): PreviewUnknownRow => {
    const others = workloads.length - 1;
    const isPair = from !== undefined && to !== undefined;
    const pairs = isPair ? 1 : covers(subject) * (direction === undefined ? 2 * (others + 1) : others + 1);
    return {
      id: shortId(JSON.stringify([subject, direction, from, to])),
      reason: shortId(foldedKey(reasons)),
      subject,
      ...(direction !== undefined && { direction }),
      ...(isPair && { from: end(from), to: end(to) }),
      pairs,
      why,
    };
  });
  return { ...base, rows, total: meant.length };
}
