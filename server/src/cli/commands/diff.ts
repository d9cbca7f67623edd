import { diffClusters, type ClusterChange } from '../../engine/diffClusters.ts';
import type { ChangeCause } from '../../engine/changeCauses.ts';
import { lineIndex } from '../../syntax/lineIndex.ts';
import { brokenNeeds } from '../../workspace/needs/brokenNeeds.ts';
import type { PlacedObject } from '../../workspace/objectTable.ts';
import { universeOf, type Inputs } from '../inputs.ts';
import { needsIn, shownBreak } from '../needs.ts';
import type { FailOnDiff, InputOptions, OutputOptions } from '../options.ts';
import { openOutput } from '../output.ts';
import type { ShownCause } from '../../workspace/report/diffReport.ts';
import { DIFF_REPORTERS, type DiffFormat } from '../reporters/diffReporters.ts';
import { overlay, readState } from '../states.ts';
import { unseenPods } from '../unseenPods.ts';

export interface DiffOptions extends InputOptions, OutputOptions {
  readonly format: DiffFormat;
  readonly overlay?: boolean;
  readonly ipv6?: boolean;
  readonly failOn: FailOnDiff;
}

/** `bulkhead diff`: whose access changes between two states. */
export async function diff(before: string, after: string, options: DiffOptions): Promise<number> {
  const [first, second] = [await readState(before, options), await readState(after, options)];
  const old = universeOf(first.inputs, options);
  const next = options.overlay === true ? overlay(first, second, options) : universeOf(second.inputs, options);
  const answer = diffClusters(old.cluster, next.cluster, options.ipv6 === undefined ? {} : { ipv6: options.ipv6 });
  const output = await openOutput(options.output, options.color !== false);
  const laidOver = options.overlay === true ? `${second.label} laid over it` : second.label;
  const reporter = DIFF_REPORTERS[options.format](output, { before: first.label, after: laidOver });
  const place = causePlaces(first.inputs, second.inputs);
  let failed = false;
  for (const row of answer.changes()) {
    for (const change of row) {
      failed ||= counts(change, options.failOn);
      reporter.change(change, change.because.map(place));
    }
    await output.drain();
  }
  // What lies under an overlay stays, and needs what it needed.
  const stated = options.overlay === true ? [first.inputs, second.inputs] : [second.inputs];
  const broken = brokenNeeds(old.cluster, next.cluster, needsIn(next.parts, stated));
  const unseen = [...unseenPods(first.inputs), ...unseenPods(second.inputs)];
  reporter.end(
    answer.workloads,
    [...answer.unknown(), ...unseen],
    [...first.inputs.notEvaluated, ...second.inputs.notEvaluated],
    { broken, shown: broken.map((each) => shownBreak(each, stated, place)) },
  );
  await output.close();
  return failed ? 1 : 0;
}

function counts({ type }: ClusterChange, failOn: FailOnDiff): boolean {
  switch (failOn) {
    case 'change':
      return true;
    case 'lost':
      return type !== 'added';
    case 'gained':
      return type !== 'removed';
    case 'never':
      return false;
  }
}

/** Where a cause is written, in the state that it belongs to. */
function causePlaces(before: Inputs, after: Inputs): (cause: ChangeCause) => ShownCause {
  const written = (inputs: Inputs, { policy }: ChangeCause): PlacedObject | undefined => {
    const namespace = policy.namespace ?? '';
    return inputs.table.namespaces.get(namespace)?.get(`${policy.kind}/${namespace}/${policy.name}`)?.at(-1);
  };
  return (cause) => {
    const { policy, direction, rule } = cause;
    const name = policy.namespace === undefined ? policy.name : `${policy.namespace}/${policy.name}`;
    const origin = (
      cause.state === 'after' ? (written(after, cause) ?? written(before, cause)) : written(before, cause)
    )?.origin;
    if (origin === undefined) return { policy: name, direction, ...(rule === undefined ? {} : { rule }) };
    const { file, placed, manifest } = origin;
    const path = rule === undefined ? ['spec'] : ['spec', direction, rule];
    const range = placed.document.sourceMap.nearest([...manifest.path, ...path]);
    const { line } = lineIndex(file.text).position(placed.start + range.start);
    return { policy: name, file: file.uri, line, direction, ...(rule === undefined ? {} : { rule }) };
  };
}
