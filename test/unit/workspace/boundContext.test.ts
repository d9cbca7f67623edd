import { beforeEach, describe, expect, test } from 'vitest';
import { codeLenses } from '../../../server/src/features/codeLens.ts';
import { bindingProblem, boundContext, boundContexts } from '../../../server/src/workspace/boundContext.ts';
import { FolderWorkspace } from '../../../server/src/workspace/folderWorkspace.ts';
import { liveSource } from '../../support/clusterSource.ts';
import { FROM_GONE, SHOP } from '../../support/shopManifests.ts';

let folder: FolderWorkspace;

beforeEach(() => {
  folder = new FolderWorkspace('file:///w', { now: () => 0, date: () => 0 });
  folder.putFile(
    'file:///w/bulkhead.yaml',
    `contexts:
- { files: ["clusters/prod/**"], context: prod-eu }
- { files: ["clusters/**"], context: dev-eu, namespace: shop }
`,
  );
});

describe('the context that a file is bound to', () => {
  test.each([
    ['clusters/prod/web.yaml', 'prod-eu'],
    ['clusters/test/web.yaml', 'dev-eu'],
    ['web.yaml', undefined],
    ['other/clusters/prod/web.yaml', undefined],
  ])('%s: %s', (path, context) => {
    const bound = boundContext(folder, `file:///w/${path}`);
    expect(bound).toEqual(context && { context, by: '/w/bulkhead.yaml' });
  });

  test('is that of the nearest bulkhead.yaml alone', () => {
    folder.putFile('file:///w/clusters/prod/eu/bulkhead.yaml', 'contexts: [{ files: ["a.yaml"], context: eu }]');
    expect(boundContext(folder, 'file:///w/clusters/prod/eu/a.yaml')?.context).toBe('eu');
    expect(boundContext(folder, 'file:///w/clusters/prod/eu/b.yaml')).toBeUndefined();
  });

  test('of a revision is that of its file', () => {
    const revision = `git:/w/clusters/prod/web.yaml?${JSON.stringify({ path: '/w/clusters/prod/web.yaml', ref: '~' })}`;
    expect(boundContext(folder, revision)?.context).toBe('prod-eu');
  });

  test('is listed with the files of all its entries, for a person to choose', () => {
    folder.putFile(
      'file:///w/more/bulkhead.yaml',
      'contexts: [{ files: ["x/**"], context: prod-eu }, { files: ["y"] }]',
    );
    expect(boundContexts(folder.configurations())).toEqual([
      { context: 'prod-eu', files: ['clusters/prod/**', 'x/**'] },
      { context: 'dev-eu', files: ['clusters/**'] },
    ]);
  });
});

describe('that another cluster than the bound one is connected', () => {
  const source = liveSource(SHOP, 0);
  const problem = (path: string): string | undefined => bindingProblem(folder, `file:///w/${path}`);

  test('is said of the files that are meant for another one', () => {
    if (source.kind === 'live') folder.setSource(source);
    expect(problem('clusters/test/web.yaml')).toBe(
      'This file is meant for the context dev-eu (bulkhead.yaml), and the pods are those of prod-eu.',
    );
    expect([problem('clusters/prod/web.yaml'), problem('web.yaml')]).toEqual([undefined, undefined]);
  });

  test('stands in the lens that names the source, above the policies of these files', () => {
    folder.setIndexing(undefined);
    if (source.kind === 'live') folder.setSource(source);
    const lens = (path: string): readonly (string | undefined)[] => {
      const uri = `file:///w/${path}`;
      folder.openDocument(uri, FROM_GONE);
      return codeLenses(folder.snapshot(uri), uri).map(({ command }) => command?.title);
    };
    expect(lens('clusters/prod/web.yaml')).not.toContainEqual(expect.stringContaining('meant for'));
    expect(lens('clusters/test/web.yaml')).toContainEqual(
      expect.stringMatching(/^live: prod-eu.* · this file is meant for dev-eu$/),
    );
    folder.putFile('file:///w/bulkhead.yaml', '');
    expect(lens('clusters/test/web.yaml')).not.toContainEqual(expect.stringContaining('meant for'));
  });

  test('is no matter while none is connected', () => {
    expect(problem('clusters/test/web.yaml')).toBeUndefined();
  });
});
