import { count, listSome } from '../../analysis/wording.ts';
import type { PreviewAnswerBase, PreviewDenied } from '../../protocol/preview.ts';
import { countWithout, type PreviewedWorkload } from '../../workspace/preview/comparisonRows.ts';
import { policyName, type PreviewModel } from '../../workspace/preview/previewModel.ts';
import { joinedPlaces } from '../../workspace/preview/rowFilter.ts';
import { ends, paged, type Page } from './previewPage.ts';
import { shortId, shownCause, shownPolicy, shownPorts, shownWorkload, shownWorkloads } from './previewWire.ts';

const MOST_POLICIES = 10;

/** What the edit opens on one side and the other side still denies. */
export function deniedAnswer(model: PreviewModel, base: PreviewAnswerBase, page: Page): PreviewDenied {
  const { workloads, states } = model.comparison;
  const { namespaces = [], workload = '', direction, port } = page.filter ?? {};
  const text = workload.toLowerCase();
  const wanted = new Set(namespaces);
  const means = (place: number): boolean => {
    const { id, ref } = workloads[place] as PreviewedWorkload;
    return (wanted.size === 0 || wanted.has(ref.namespace)) && id.toLowerCase().includes(text);
  };
  const rows = model.denied.flatMap((row) => {
    if (direction !== undefined && row.direction !== direction) return [];
    const { ports } = states.after;
    const protocols = port?.protocol === undefined ? (['TCP', 'UDP', 'SCTP'] as const) : [port.protocol];
    if (port !== undefined && !protocols.some((protocol) => ports.has(row.ports, protocol, port.port))) return [];
    if (namespaces.length === 0 && text === '') return [row];
    if (means(row.subject)) return [row];
    const others = row.others.map((places) => places.filter(means));
    const pairs = others.reduce((sum, places) => sum + countWithout(places, row.subject), 0);
    return pairs === 0 ? [] : [{ ...row, others, pairs }];
  });
  return {
    ...base,
    rows: paged(rows, page).map((row) => {
      const subject = shownWorkload(workloads[row.subject] as PreviewedWorkload);
      const places = joinedPlaces(row.others, row.subject);
      const other = shownWorkloads(model, places);
      const deniedIn = row.direction === 'ingress' ? 'egress' : 'ingress';
      const policies = row.deniedBy.map(policyName);
      const who = other.kind === 'workload' ? other.name : count(places.length, 'workload');
      return {
        id: shortId(`denied ${row.key}`),
        ...ends(row.direction, { kind: 'workload', ...subject }, other),
        ports: shownPorts(model, row.ports),
        opened: row.direction,
        causes: row.causes.map((cause) => shownCause(model, cause)),
        deniedIn,
        deniedBy: row.deniedBy.slice(0, MOST_POLICIES).map((policy) => shownPolicy(model, policy)),
        morePolicies: Math.max(0, row.deniedBy.length - MOST_POLICIES),
        pairs: row.pairs,
        text: `still denied by ${listSome(policies, 2)} (${deniedIn} of ${who})`,
      };
    }),
    total: rows.length,
    pairs: rows.reduce((sum, { pairs }) => sum + pairs, 0),
  };
}
