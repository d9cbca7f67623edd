import { FAULT_KINDS } from './serverFaults.ts';
import { CHECKS } from './registry.ts';
import type { Severity } from '../model/finding.ts';

/** What explains one code of a finding: a check, or the faults of one judge. */
export interface Page {
  readonly code: string;
  readonly severity: Severity;
  readonly title: string;
  readonly docs: string;
}

/** A page for every code that a finding can have. */
export const PAGES: readonly Page[] = [...CHECKS, ...FAULT_KINDS];

/** The page of a code as Markdown; undefined for a code that no finding has. */
export function pageOf(code: string): string | undefined {
  const page = PAGES.find((candidate) => candidate.code === code);
  return page === undefined ? undefined : pageText(page);
}

function pageText({ code, severity, title, docs }: Page): string {
  return `# ${code}\n\n**${title}.**\n\n${docs}\n\n## Severity\n\n${severityText(code, severity)}\n`;
}

function severityText(code: string, severity: Severity): string {
  if (FAULT_KINDS.some((kind) => kind.code === code)) return `Always ${articled(severity)}.`;
  return `${capitalized(articled(severity))}, unless a \`bulkhead.yaml\` beside the manifests or above them says otherwise:

\`\`\`yaml
checks:
  ${code}: { severity: off, reason: "why it is no goal here" }
\`\`\`

For one place a comment above its line does the same: \`# bulkhead-disable-next-line ${code} — why\`.`;
}

function articled(severity: Severity): string {
  return `${/^[aeiou]/.test(severity) ? 'an' : 'a'} ${severity}`;
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
