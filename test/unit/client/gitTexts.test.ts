import { afterEach, describe, expect, it } from 'vitest';
import type { Uri as VscodeUri } from 'vscode';
import { textsOfRevision } from '../../../client/src/preview/gitTexts.ts';
import { extensions, Uri } from '../../support/fakeVscode.ts';

const FOLDER = uri('file:///w');
const POLICY = uri('file:///w/shop/policy.yaml');
const COMMIT = 'f00dfeed';

function uri(text: string): VscodeUri {
  return new Uri(text) as unknown as VscodeUri;
}

/** VS Code's Git extension over one repository with one commit, in a folder below the window's. */
function useGit(
  texts: Readonly<Record<string, string>>,
  changes: readonly { readonly uri: VscodeUri; readonly originalUri: VscodeUri }[] = [],
): readonly string[] {
  const asked: string[] = [];
  const repository = {
    rootUri: uri('file:///w/shop'),
    getCommit: async (ref: string) => {
      asked.push(ref);
      if (ref !== 'HEAD') throw new Error('unknown revision');
      return { hash: COMMIT };
    },
    diffWith: async () => changes,
    show: async (ref: string, path: string) => {
      asked.push(ref);
      const text = texts[path];
      if (ref !== COMMIT || text === undefined) throw new Error('Could not show object.');
      return text;
    },
  };
  const api = {
    state: 'initialized',
    getRepository: ({ path }: VscodeUri) => (path.startsWith('/w/shop') ? repository : null),
  };
  extensions.installed.set('vscode.git', { activate: async () => ({ enabled: true, getAPI: () => api }) });
  return asked;
}

afterEach(() => extensions.installed.clear());

describe('texts of a revision', () => {
  it('are read from the repository of the document, also where that is not at the root of the folder', async () => {
    useGit({ '/w/shop/policy.yaml': 'kind: NetworkPolicy' });
    expect(await textsOfRevision('HEAD', FOLDER, [POLICY])).toEqual([
      { uri: String(POLICY), text: 'kind: NetworkPolicy' },
    ]);
  });

  it('are none of a file that the commit does not hold, and of one that was never saved', async () => {
    useGit({});
    const untitled = uri('untitled:Untitled-1');
    expect(await textsOfRevision('HEAD', FOLDER, [POLICY, untitled])).toEqual([
      { uri: String(POLICY) },
      { uri: String(untitled) },
    ]);
  });

  it('are those of the name that a file had then', async () => {
    const former = uri('file:///w/shop/old.yaml');
    useGit({ '/w/shop/old.yaml': 'kind: NetworkPolicy' }, [{ uri: POLICY, originalUri: former }]);
    expect(await textsOfRevision('HEAD', FOLDER, [POLICY])).toEqual([
      { uri: String(POLICY) },
      { uri: String(former), text: 'kind: NetworkPolicy' },
    ]);
  });

  it('are not taken for new files where there is no such revision', async () => {
    useGit({ '/w/shop/policy.yaml': 'kind: NetworkPolicy' });
    expect(await textsOfRevision('gone', FOLDER, [POLICY])).toEqual({ problem: 'Git knows no revision gone.' });
  });

  it('are none of what Git would take for an option', async () => {
    const asked = useGit({});
    expect(await textsOfRevision('--output=/tmp/x', FOLDER, [POLICY])).toHaveProperty('problem');
    expect(asked).toEqual([]);
  });

  it('are none of a document that is in no repository', async () => {
    useGit({});
    expect(await textsOfRevision('HEAD', FOLDER, [uri('file:///w/other.yaml')])).toHaveProperty('problem');
  });
});
