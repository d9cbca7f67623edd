import { readFile } from 'node:fs/promises';
import path from 'node:path';
import ignore, { type Ignore } from 'ignore';

/**
 * What Git leaves out of a folder: the `.gitignore` of every folder on the way to a file, the nearer one later, so that
 * it may take back what a farther one says (gitignore(5)).
 */
export class IgnoredFiles {
  readonly #root: string;
  readonly #rules = new Map<string, Promise<Ignore | undefined>>();
  /** Folders from the Git root, which may lie above the workspace's, down to it. */
  readonly #above: Promise<readonly string[]>;

  /** @param root the folder's path on disk */
  constructor(root: string) {
    this.#root = root;
    this.#above = foldersFromGitRoot(root);
  }

  async isIgnored(file: string, isFolder: boolean): Promise<boolean> {
    const folders = [...(await this.#above), ...between(this.#root, path.dirname(file))];
    let ignored = false;
    for (const folder of folders) {
      const rules = await this.#rulesOf(folder);
      if (rules === undefined) continue;
      const relative = path.relative(folder, file).replaceAll('\\', '/');
      const result = rules.test(isFolder ? `${relative}/` : relative);
      if (result.ignored) ignored = true;
      else if (result.unignored) ignored = false;
    }
    return ignored;
  }

  /** A file below an ignored folder is ignored whatever else is said of it. */
  async isIgnoredOnTheWay(file: string): Promise<boolean> {
    for (const folder of between(this.#root, path.dirname(file)).slice(1)) {
      if (await this.isIgnored(folder, true)) return true;
    }
    return this.isIgnored(file, false);
  }

  #rulesOf(folder: string): Promise<Ignore | undefined> {
    let rules = this.#rules.get(folder);
    if (rules === undefined) this.#rules.set(folder, (rules = readRules(folder)));
    return rules;
  }
}

async function readRules(folder: string): Promise<Ignore | undefined> {
  const text = await readFile(path.join(folder, '.gitignore'), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : ignore().add(text);
}

/** The folders above the workspace's that belong to the same Git repository; none where it is in none. */
async function foldersFromGitRoot(root: string): Promise<readonly string[]> {
  const above: string[] = [];
  for (let folder = root; ; folder = path.dirname(folder)) {
    if (folder !== root) above.unshift(folder);
    const isRoot = await readFile(path.join(folder, '.git', 'HEAD')).then(
      () => true,
      () =>
        readFile(path.join(folder, '.git')).then(
          () => true,
          () => false,
        ),
    );
    if (isRoot) return above;
    if (path.dirname(folder) === folder) return [];
  }
}

/** The folders from one down to another, both included. */
function between(top: string, bottom: string): readonly string[] {
  const steps = path
    .relative(top, bottom)
    .split(path.sep)
    .filter((step) => step !== '');
  return steps.reduce<string[]>((folders, step) => [...folders, path.join(folders.at(-1) ?? top, step)], [top]);
}
