import { readFileSync } from 'node:fs';
import { sharedFolder } from './sharedFolder.ts';

/** The folder of ground-truth corpora beside the repository; undefined where it is not present. */
export const CORPORA: string | undefined = sharedFolder('corpora');

/** The end of a suite's title, so that a skipped suite says why it was skipped. */
export const CORPORA_NOTE = CORPORA === undefined ? ' (skipped: ../shared/corpora is not present)' : '';

/** Reads one of the corpora's JSON files. Only called where `CORPORA` is there. */
// eslint-disable-next-line typescript/no-unnecessary-type-parameters
export function readCorpus<T>(name: string): T {
  return JSON.parse(readFileSync(`${CORPORA}/${name}`, 'utf8')) as T;
}
