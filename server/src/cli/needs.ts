import { portList } from '../analysis/wording.ts';
import { tableOf } from '../workspace/objectTable.ts';
import type { BrokenNeed } from '../workspace/needs/brokenNeeds.ts';
import { breakText, evidencePlace } from '../workspace/needs/breakText.ts';
import type { Need } from '../workspace/needs/need.ts';
import { needsOf } from '../workspace/needs/needsOf.ts';
import type { UniverseParts } from '../workspace/universe.ts';
import type { Inputs } from './inputs.ts';
import type { ShownCause } from '../workspace/report/diffReport.ts';

/** What is needed in a state, by what the inputs say; of several the later ones count. */
export function needsIn(parts: UniverseParts, inputs: readonly Inputs[]): readonly Need[] {
  const [only] = inputs;
  const manifests =
    inputs.length === 1 && only !== undefined ? only.table : tableOf(inputs.flatMap(({ table }) => [...table.files]));
  const files = inputs.flatMap((each) => each.files.map((file) => ({ file, namespace: each.namespaceOf(file.uri) })));
  const references = inputs.flatMap(({ source }) => source?.references ?? []);
  return needsOf({ parts, manifests, files, references });
}

/** A need that a change takes away, as the command line's JSON has it. `line` is 0-based. */
export interface ShownBreak {
  readonly need: Need['kind'];
  readonly text: string;
  readonly sureness: Need['sureness'];
  /** `unknown`: it was allowed, and whether it still is, is not decided. */
  readonly verdict: BrokenNeed['verdict'];
  /** Some of its pods, or some of those that it needs, still have it. */
  readonly partly: boolean;
  /** Pairs that lose it; an end that is no known workload is `outside`. */
  readonly lost: readonly {
    readonly from: string;
    readonly to: string;
    readonly connections: readonly { readonly protocol: string; readonly ports: string }[];
  }[];
  readonly service?: { readonly namespace: string; readonly name: string; readonly port: number };
  readonly evidence: { readonly what: string; readonly file?: string; readonly line?: number };
  readonly because: readonly ShownCause[];
}

export function shownBreak(
  broken: BrokenNeed,
  inputs: readonly Inputs[],
  cause: (cause: BrokenNeed['because'][number]) => ShownCause,
): ShownBreak {
  const { need, verdict, partly, lost, because } = broken;
  const { evidence, service, kind, sureness } = need;
  const fileOf = (uri: string): Inputs['files'][number] | undefined =>
    inputs
      .flatMap(({ files }) => files)
      .findLast(
        (file) =>
          file.uri === uri && file.parsed.documents.some(({ document }) => document === evidence.written?.document),
      );
  const place = evidencePlace(evidence.written, fileOf);
  return {
    need: kind,
    text: breakText(broken),
    sureness,
    verdict,
    partly,
    lost: lost.map(({ from, to, protocol, port }) => ({
      from,
      to,
      connections: [{ protocol, ports: portList([{ from: port, to: port }]) }],
    })),
    ...(service !== undefined && { service }),
    evidence: {
      what: evidence.what,
      ...(place !== undefined && { file: place.uri, line: place.range.start.line }),
    },
    because: because.map(cause),
  };
}
