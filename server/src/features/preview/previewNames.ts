import type { PreviewAnswerBase, PreviewNames } from '../../protocol/preview.ts';
import type { PreviewedWorkload } from '../../workspace/preview/comparisonRows.ts';
import type { PreviewModel } from '../../workspace/preview/previewModel.ts';
import { shownWorkload } from './previewWire.ts';

/** Names that contain a text. */
export function namesAnswer(
  { comparison }: PreviewModel,
  base: PreviewAnswerBase,
  { text, limit }: { readonly text: string; readonly limit: number },
): PreviewNames {
  const most = Math.min(200, Math.max(0, Math.floor(limit)));
  const wanted = text.toLowerCase();
  const first = (names: Iterable<string>): readonly string[] => {
    const found: string[] = [];
    for (const name of names) {
      if (found.length >= most) break;
      if (name.toLowerCase().includes(wanted)) found.push(name);
    }
    return found;
  };
  const { workloads, states } = comparison;
  const shown: PreviewedWorkload[] = [];
  for (const workload of workloads) {
    if (shown.length >= most) break;
    if (workload.id.toLowerCase().includes(wanted)) shown.push(workload);
  }
  const policies = [states.before, states.after].flatMap(({ cluster }) =>
    [...cluster.policies.entries()].map(([key]) => key),
  );
  return {
    ...base,
    workloads: shown.map(shownWorkload),
    namespaces: first([...new Set(workloads.map(({ ref }) => ref.namespace))].sort()),
    policies: first([...new Set(policies)].sort()),
  };
}
