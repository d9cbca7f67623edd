/** How much of a label and of a text beside it a row of VS Code's list shows, in letters of the label. */
const ROW = 42;
/** What stands beside the label is written smaller. */
const SMALLER = 1.15;
/** Less than this of a sentence says nothing. */
const LEAST = 16;

/**
 * What a row says beside its label: the clauses of the detail (`4 pods · api · snapshot: …`) that fit, or the beginning
 * of the first. Empty where there is no room: a list cuts a label to make room for what stands beside it, and the label
 * is what a person chooses by. The whole detail stands in the panel beside the list.
 */
export function rowText(label: string, detail: string): string {
  const room = Math.floor((ROW - label.length) * SMALLER);
  const clauses = detail.split(' · ');
  let text = clauses[0] ?? '';
  if (text.length > room) return room < LEAST ? '' : `${text.slice(0, room - 1).replace(/\s+\S*$/, '')}…`;
  for (const clause of clauses.slice(1)) {
    if (`${text} · ${clause}`.length > room) break;
    text += ` · ${clause}`;
  }
  return text;
}
