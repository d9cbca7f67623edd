/** The tables of README.md that are made from package.json and from the registry of checks. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { ROOT } from './manifest.ts';

/** One row of the table of checks. */
export interface CheckRow {
  readonly code: string;
  readonly severity: string;
  readonly title: string;
}

interface Property {
  readonly type: string;
  readonly default: unknown;
  readonly description?: string;
  readonly markdownDescription?: string;
  readonly order?: number;
  readonly properties?: Readonly<Record<string, Property>>;
}

interface Contributions {
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string; readonly category: string }[];
    readonly menus: {
      readonly commandPalette: readonly { readonly command: string; readonly when: string }[];
    };
    readonly configuration: { readonly properties: Readonly<Record<string, Property>> };
  };
}

export type Texts = Readonly<Record<string, string>>;

/** The whole text that README.md should have. */
export async function readme(checks: readonly CheckRow[]): Promise<string> {
  const file = join(ROOT, 'README.md');
  const manifest = json('package.json') as Contributions;
  const texts = json('package.nls.json') as Texts;
  const text = withSections(readFileSync(file, 'utf8'), {
    commands: commandsTable(manifest, texts),
    settings: settingsTable(manifest, texts),
    checks: checksTable(checks),
  });
  return format(text, { ...(await resolveConfig(file)), parser: 'markdown' });
}

/** What of the README is about using the extension, as a page that opens in the editor: pictures would only repeat it. */
export async function manual(checks: readonly CheckRow[]): Promise<string> {
  const file = join(ROOT, 'client', 'manual.md');
  return format(manualOf(await readme(checks)), { ...(await resolveConfig(file)), parser: 'markdown' });
}

/** Links lead from `client/` to where they led from the root. */
export function manualOf(text: string): string {
  return text
    .replace(/<picture>[\s\S]*?<\/picture>\n*/g, '')
    .replace(/<!-- (?:generated: \w+|end) -->\n*/g, '')
    .replace(/^## (?:Try it|More)\n[\s\S]*?(?=^## |(?![\s\S]))/gm, '')
    .replaceAll('](server/', '](../server/');
}

/** Puts each section between its markers. A marker without a section, or a section without one, is a mistake here. */
export function withSections(text: string, sections: Texts): string {
  const open = new Set(Object.keys(sections));
  const result = text.replace(
    /(<!-- generated: (\w+) -->\n)[\s\S]*?(<!-- end -->)/g,
    (_, begin: string, name: string, end: string) => {
      const section = sections[name];
      if (section === undefined || !open.delete(name))
        throw new Error(`README.md has an unknown or second section ${name}.`);
      return `${begin}\n${section}\n\n${end}`;
    },
  );
  if (open.size > 0) throw new Error(`README.md has no section ${[...open].join(', ')}.`);
  return result;
}

export function commandsTable({ contributes: { commands, menus } }: Contributions, texts: Texts): string {
  const hidden = new Set(menus.commandPalette.filter(({ when }) => when === 'false').map(({ command }) => command));
  return table(
    ['Command', 'Identifier'],
    commands
      .filter(({ command }) => !hidden.has(command))
      .map(({ command, title, category }) => [`${category}: ${resolve(title, texts)}`, code(command)]),
  );
}

export function settingsTable({ contributes: { configuration } }: Contributions, texts: Texts): string {
  const rows = Object.entries(configuration.properties)
    .sort(([, a], [, b]) => (a.order ?? 0) - (b.order ?? 0))
    .flatMap(([name, property]) => [
      settingRow(name, property, texts),
      ...Object.entries(property.properties ?? {})
        .filter(([, inner]) => isPart(inner))
        .map(([part, inner]) => settingRow(`${name}.${part}`, inner, texts)),
    ]);
  return table(['Setting', 'What it does', 'Default'], rows);
}

function settingRow(name: string, property: Property, texts: Texts): string[] {
  const description = resolve(property.markdownDescription ?? property.description ?? '', texts);
  const isWhole = !Object.values(property.properties ?? {}).some(isPart);
  return [code(name), description, isWhole ? code(JSON.stringify(property.default)) : ''];
}

/** A part of a setting that has a value of its own; keys that are only named are told elsewhere, as the checks are. */
function isPart({ type }: Partial<Property>): boolean {
  return type !== undefined;
}

function checksTable(checks: readonly CheckRow[]): string {
  return table(
    ['Code', 'Severity', 'What it finds'],
    checks.map(({ code: name, severity, title }) => [`[${code(name)}](server/docs/${name}.md)`, severity, title]),
  );
}

/** A text of package.json in the language of the README. */
function resolve(text: string, texts: Texts): string {
  return text.replace(/^%(.+)%$/, (_, key: string) => {
    const found = texts[key];
    if (found === undefined) throw new Error(`package.nls.json has no ${key}.`);
    return found;
  });
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${':--|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

function code(text: string): string {
  return `\`${text}\``;
}

function json(file: string): unknown {
  return JSON.parse(readFileSync(join(ROOT, file), 'utf8'));
}
