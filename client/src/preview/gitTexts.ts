import { extensions, l10n, workspace, type Uri } from 'vscode';
import { visible } from '../hostileText.ts';

/** What is used of the API that VS Code's own Git extension exports (version 1). */
interface GitExtension {
  readonly enabled: boolean;
  getAPI(version: 1): GitApi;
}

interface GitApi {
  readonly state: 'uninitialized' | 'initialized';
  readonly onDidChangeState: (listener: () => void) => { dispose(): void };
  getRepository(uri: Uri): Repository | null;
}

interface Repository {
  readonly rootUri: Uri;
  getCommit(ref: string): Promise<{ readonly hash: string }>;
  show(ref: string, path: string): Promise<string>;
  diffWith(ref: string): Promise<readonly { readonly uri: Uri; readonly originalUri: Uri }[]>;
  getRefs(query: {
    readonly sort?: 'committerdate';
    readonly count?: number;
  }): Promise<readonly { readonly name?: string; readonly commit?: string }[]>;
  log(options: {
    readonly maxEntries: number;
    readonly path?: string;
  }): Promise<readonly { readonly hash: string; readonly message: string; readonly commitDate?: Date }[]>;
}

export interface Revision {
  readonly name: string;
  readonly detail: string;
}

/** A file as it was; without text it did not exist. */
export interface PastFile {
  readonly uri: string;
  readonly text?: string;
}

const MANIFEST = /\.(ya?ml|json)$/;

/** What a person may compare a file with: its last commits, branches and tags. */
export async function revisionsOf(uri: Uri): Promise<readonly Revision[]> {
  const repository = await repositoryOf(uri);
  if (repository === undefined) return [];
  const [commits, refs] = await Promise.all([
    repository.log({ maxEntries: 20, path: uri.fsPath }).catch(() => []),
    repository.getRefs({ sort: 'committerdate', count: 30 }).catch(() => []),
  ]);
  return [
    { name: 'HEAD', detail: l10n.t('the last commit') },
    ...refs.flatMap(({ name, commit }) => (name === undefined ? [] : [{ name, detail: commit?.slice(0, 8) ?? '' }])),
    ...commits.map(({ hash, message }) => ({ name: hash.slice(0, 10), detail: message.split('\n')[0] ?? '' })),
  ];
}

/**
 * Files as they were in a commit.
 *
 * @param uris the documents that are compared; undefined: every manifest below the folder that has changed since
 */
export async function textsOfRevision(
  revision: string,
  folder: Uri,
  uris: readonly Uri[] | undefined,
): Promise<readonly PastFile[] | { readonly problem: string }> {
  const place = uris?.find(({ scheme }) => scheme === 'file') ?? uris?.[0] ?? folder;
  // A folder may hold several repositories, or lie above the only one.
  const repository = await repositoryOf(place);
  if (repository === undefined) return { problem: inNone(place) };
  // A revision is an argument of Git, and what begins with a dash would be an option. Without the commit, every file
  // would seem to be new.
  const commit = REVISION.test(revision) ? await repository.getCommit(revision).catch(() => undefined) : undefined;
  if (commit === undefined) return { problem: l10n.t('Git knows no revision {0}.', visible(revision)) };
  const wanted = uris ?? (await changedBelow(repository, commit.hash, folder));
  const root = repository.rootUri.toString();
  const files = await Promise.all(
    wanted.map(async (uri): Promise<PastFile | undefined> => {
      // What was never saved is in no commit.
      if (uri.scheme === 'untitled') return { uri: uri.toString() };
      if ((await repositoryOf(uri))?.rootUri.toString() !== root) return undefined;
      // A path that the commit does not hold is a file that is new.
      const text = await repository.show(commit.hash, uri.fsPath).catch(() => undefined);
      return { uri: uri.toString(), ...(text !== undefined && { text }) };
    }),
  );
  const elsewhere = files.indexOf(undefined);
  if (elsewhere >= 0) return { problem: inNone(wanted[elsewhere] ?? place) };
  const known = files.filter((file) => file !== undefined);
  return uris === undefined ? known : [...known, ...(await formerNames(repository, commit.hash, known))];
}

/** What stood under another name in a commit is not new. */
async function formerNames(
  repository: Repository,
  commit: string,
  files: readonly PastFile[],
): Promise<readonly PastFile[]> {
  const missing = new Set(files.flatMap(({ uri, text }) => (text === undefined ? [uri] : [])));
  if (missing.size === 0) return [];
  const changes = await repository.diffWith(commit).catch(() => []);
  const former = changes.filter(
    ({ uri, originalUri }) => missing.has(uri.toString()) && originalUri.toString() !== uri.toString(),
  );
  const found = await Promise.all(
    former.map(async ({ originalUri }): Promise<readonly PastFile[]> => {
      const text = await repository.show(commit, originalUri.fsPath).catch(() => undefined);
      return text === undefined ? [] : [{ uri: originalUri.toString(), text }];
    }),
  );
  return found.flat();
}

const REVISION = /^[^-\p{Cc}][^\p{Cc}]*$/u;

function inNone({ path }: Uri): string {
  return l10n.t('{0} is in no Git repository that the editor knows.', visible(path));
}

async function changedBelow(repository: Repository, revision: string, folder: Uri): Promise<readonly Uri[]> {
  const below = `${folder.path.replace(/\/$/, '')}/`;
  const changes = await repository.diffWith(revision);
  const paths = changes.flatMap(({ uri, originalUri }) => [uri, originalUri]);
  const unique = new Map(paths.map((uri) => [uri.toString(), uri]));
  return [...unique.values()].filter(({ path }) => path.startsWith(below) && MANIFEST.test(path));
}

async function repositoryOf(uri: Uri): Promise<Repository | undefined> {
  const extension = extensions.getExtension<GitExtension>('vscode.git');
  if (extension === undefined || !workspace.isTrusted) return undefined;
  const git = await extension.activate();
  if (!git.enabled) return undefined;
  const api = git.getAPI(1);
  if (api.state !== 'initialized') {
    await new Promise<void>((resolve) => {
      const listening = api.onDidChangeState(() => {
        listening.dispose();
        resolve();
      });
    });
  }
  return api.getRepository(uri) ?? undefined;
}
