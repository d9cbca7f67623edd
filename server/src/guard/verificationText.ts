import type { Verification } from './journal.ts';

/** What a person is told of a journal that was verified. */
export function verificationText(found: Verification): string {
  const lines = numbered(found.lines, 'line');
  if (!found.intact) {
    const where = `Line ${found.line} of ${found.lines}`;
    switch (found.why) {
      case 'hash':
        return `${where} does not follow from the one before it: one of the two was changed, or lines between them were taken out.`;
      case 'number':
        return `${where} does not have the number that comes next: lines were taken out or put in.`;
      case 'unreadable':
        return `${where} is no line of the journal.`;
    }
  }
  if (found.lines === 0) return 'The journal is empty.';
  const cut =
    found.cut.length === 0 ? '' : ` ${numbered(found.cut.length, 'write')} broke off (line ${found.cut.join(', ')}).`;
  return `The journal is intact: ${lines}, each follows from the one before it.${cut}`;
}

function numbered(number: number, one: string): string {
  return `${number.toLocaleString('en-US')} ${one}${number === 1 ? '' : 's'}`;
}
