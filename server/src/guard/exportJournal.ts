import type { JournalLine } from './journalLine.ts';

export type JournalFormat = 'jsonl' | 'csv' | 'md';

/** The journal's lines for another program or for a report. Pure; texts from a cluster stay texts in each format. */
export function exportJournal(lines: readonly JournalLine[], format: JournalFormat): string {
  if (format === 'jsonl') return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  const rows = [COLUMNS.map(({ title }) => title), ...lines.map((line) => COLUMNS.map(({ of }) => of(line)))];
  if (format === 'csv') return rows.map((row) => `${row.map(csvField).join(',')}\r\n`).join('');
  const [head = [], ...body] = rows.map((row) => `| ${row.map(markdownCell).join(' | ')} |\n`);
  return `${head as string}|${' --- |'.repeat(COLUMNS.length)}\n${body.join('')}`;
}

const COLUMNS: readonly { readonly title: string; readonly of: (line: JournalLine) => string }[] = [
  { title: 'Number', of: ({ number }) => String(number) },
  { title: 'When', of: ({ at, since }) => (since === undefined ? at : `between ${since} and ${at}`) },
  { title: 'What', of: ({ kind, outcome }) => (outcome === undefined ? kind : `${kind} (${OUTCOMES[outcome]})`) },
  { title: 'Who', of: ({ who }) => (who.by === 'fieldManager' ? `field manager ${who.name}` : who.name) },
  { title: 'Who says so', of: ({ who }) => WITNESSES[who.by] },
  { title: 'Context', of: ({ context }) => context },
  { title: 'Server', of: ({ server }) => server },
  {
    title: 'Object',
    of: ({ object: { kind, namespace, name } }) => `${kind} ${namespace === '' ? '' : `${namespace}/`}${name}`,
  },
  { title: 'Before', of: ({ beforeHash }) => hashText(beforeHash) },
  { title: 'After', of: ({ afterHash }) => hashText(afterHash) },
  { title: 'Effect', of: ({ delta }) => delta },
];

const OUTCOMES = { leftAlone: 'left alone', failed: 'failed' } as const;
const WITNESSES = { server: 'API server', kubeconfig: 'kubeconfig', fieldManager: 'managed fields' } as const;

function hashText(hash: string | null | undefined): string {
  return hash === null ? 'none' : (hash ?? 'not known');
}

/** RFC 4180. What a spreadsheet would run as a formula is marked as text. */
function csvField(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function markdownCell(text: string): string {
  return text.replaceAll(/[\r\n]+/g, ' ').replaceAll(/[\\`*_{}[\]<>#|~&]/g, String.raw`\$&`);
}
