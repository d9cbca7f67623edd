/** Adds lines to the journal of a folder, one after the other: `appendLines.ts FOLDER NAME COUNT`. */
import { openJournal } from '../../../server/src/guard/journal.ts';
import { journalEvent } from './journalEvent.ts';

const [folder = '', name = '', count] = process.argv.slice(2);
const journal = openJournal(folder);
for (let index = 0; index < Number(count); index++) {
  await journal.append([journalEvent({ object: { kind: 'NetworkPolicy', namespace: 'shop', name } })]);
}
