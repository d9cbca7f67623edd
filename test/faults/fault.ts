import type { GuardRecord, ObjectOutcome } from '../../server/src/guard/guardRecord.ts';

/** One fault that is made to happen, and what is then seen. */
export interface Fault {
  readonly name: string;
  /** One sentence of what was observed; the same at each run. */
  readonly observe: () => Promise<string>;
}

export interface FaultGroup {
  readonly title: string;
  /** What the faults of the group happen to, one sentence. */
  readonly intro: string;
  readonly faults: readonly Fault[];
}

/** How a guard has ended, in words; `held` is what the cluster holds then. */
export function endWords(record: GuardRecord | undefined, held: string): string {
  const outcomes = (record?.outcomes ?? []).map(outcomeWords).filter((words) => words !== '');
  const detail = outcomes.length === 0 ? '' : ` (${outcomes.join('; ')})`;
  return `${STATES[record?.state ?? 'gone']}${detail}; the cluster holds ${held}.`;
}

const STATES: Readonly<Record<GuardRecord['state'] | 'gone', string>> = {
  prepared: 'Nothing was sent',
  aboutToWrite: 'The record says “about to write”',
  written: 'The record says “written”',
  rollingBack: 'The record says “rolling back”',
  kept: 'Kept',
  notWritten: 'Nothing was written',
  rolledBack: 'Rolled back',
  leftAlone: 'Left alone',
  couldNot: 'Not rolled back, and offered at the next start',
  gone: 'There is no record',
};

function outcomeWords({ result, why, by }: ObjectOutcome): string {
  if (result === 'couldNot') return why !== undefined && 'message' in why ? quoted(why.message) : '';
  if (result === 'leftAlone') return `${why?.kind}${by === undefined ? '' : ` by ${by.manager}`}`;
  return result === 'alreadyBack' ? 'it was back already' : '';
}

/** Texts without what differs from run to run. */
export function quoted(...texts: readonly string[]): string {
  return [...new Set(texts)].map((text) => `“${steady(text)}”`).join(', ');
}

function steady(text: string): string {
  return text
    .replaceAll(/127\.0\.0\.1:\d+/g, 'HOST')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    .replaceAll(/(?:\/[\w.-]+)*\/bulkhead-faults-\w+\/[\w-]+\//g, '…/')
    .replaceAll(/process \d+ on [\w.-]+/g, 'process N');
}
