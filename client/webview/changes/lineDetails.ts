import { l10n } from '../l10n.ts';
import { legible } from '../legible.ts';
import { endText } from '../words.ts';
import type { ChangeLine } from './changeLines.ts';

/** What a line says, in full and in words; undefined where the line has said all. */
export function lineDetails(line: ChangeLine): string | undefined {
  switch (line.kind) {
    case 'row':
    case 'pair': {
      const { from, to, before, after, causes } = line.kind === 'row' ? line.row : line.pair;
      const why = causes.map(({ policy, text }) => `${legible(policy)}: ${legible(text)}`).join('; ');
      const ports = l10n.t(
        'before: {0}; after: {1}',
        before.text || l10n.t('nothing'),
        after.text || l10n.t('nothing'),
      );
      return [`${endText(from)} → ${endText(to)}`, ports, why].filter((part) => part !== '').join(' · ');
    }
    case 'deniedRow':
      return `${endText(line.row.from)} → ${endText(line.row.to)} · ${legible(line.row.text)}`;
    case 'break':
      return legible(line.breaks.text);
    case 'unknownRow':
      return legible(line.row.why);
    case 'reason':
      return [line.reason.why, line.reason.right ?? '']
        .filter((part) => part !== '')
        .map(legible)
        .join(' · ');
    case 'breaks':
    case 'group':
    case 'more':
    case 'denied':
      return undefined;
  }
}
