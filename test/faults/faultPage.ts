import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { ROOT } from '../scripts/manifest.ts';

/** What was seen of one fault. */
export interface ObservedFault {
  readonly title: string;
  readonly intro: string;
  readonly name: string;
  readonly seen: string;
}

export const FAULT_PAGE = join(ROOT, 'test', 'faults', 'README.md');

/** The page as it is: what it says of each fault, by `title: name`. */
export function readFaultPage(): ReadonlyMap<string, string> {
  const rows = new Map<string, string>();
  if (!existsSync(FAULT_PAGE)) return rows;
  let title = '';
  for (const line of readFileSync(FAULT_PAGE, 'utf8').split('\n')) {
    if (line.startsWith('## ')) title = line.slice(3);
    const [, name = '', seen = ''] = /^\| (.*?) +\| (.*?) +\|$/.exec(line) ?? [];
    if (name !== '' && name !== 'Fault' && !name.startsWith(':--')) rows.set(`${title}: ${name}`, seen);
  }
  return rows;
}

/** The page as it should be. */
export async function faultPage(faults: readonly ObservedFault[]): Promise<string> {
  const groups = Map.groupBy(faults, ({ title }) => title);
  const sections = [...groups].map(([title, rows]) => {
    const lines = rows.map(({ name, seen }) => `| ${cell(name)} | ${cell(seen)} |`);
    return `## ${title}\n\n${rows[0]?.intro ?? ''}\n\n| Fault | What is seen |\n| :-- | :-- |\n${lines.join('\n')}\n`;
  });
  return format(`${HEAD(faults.length)}\n${sections.join('\n')}`, {
    ...(await resolveConfig(FAULT_PAGE)),
    parser: 'markdown',
  });
}

const HEAD = (count: number): string => `# Faults

${count} faults that are made to happen to a guarded change, and what is then seen. \`npm run faults\` writes this page from runs; the tests fail where a run shows something else.
`;

function cell(text: string): string {
  return text.replaceAll('|', String.raw`\|`).replaceAll('\n', ' ');
}
