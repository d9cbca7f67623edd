import type { DiagnosisStep } from '../workspace/clusterModule.ts';

/** What a diagnosis is about. */
export interface DiagnosisHead {
  readonly context: string;
  /** The machine whose kubeconfig was read. */
  readonly machine: string;
  /** ISO 8601, UTC. */
  readonly at: string;
}

const SIGNS: Readonly<Record<DiagnosisStep['state'], string>> = { pass: 'ok  ', fail: 'FAIL', skipped: '-   ' };

/** A diagnosis as plain text to read and to paste; the steps hold no secrets. */
export function diagnosisText({ context, machine, at }: DiagnosisHead, steps: readonly DiagnosisStep[]): string {
  const width = Math.max(...steps.map(({ name }) => name.length));
  const failures = steps.filter(({ state }) => state === 'fail').length;
  const outcome =
    failures === 0
      ? 'Everything passes.'
      : `${failures} of ${steps.length} steps ${failures === 1 ? 'fails' : 'fail'}.`;
  const lines = steps.flatMap(({ name, state, says, remedy }) => {
    const [first = '', ...rest] = [...says, ...(remedy === undefined ? [] : [`→ ${remedy}`])];
    const indent = ' '.repeat(SIGNS.pass.length + width + 4);
    return [`${SIGNS[state]}  ${name.padEnd(width)}  ${first}`, ...rest.map((line) => indent + line)];
  });
  return [`Connection to ${context}, tried on ${machine} at ${at}`, outcome, '', ...lines, ''].join('\n');
}
