import { expect, it } from 'vitest';
import { IntentDesk } from '../../../server/src/lsp/intents/intentDesk.ts';
import { FolderWorkspace } from '../../../server/src/workspace/folderWorkspace.ts';
import { deployment, documents } from '../../support/checkFindings.ts';
import { FakeClock } from '../../support/fakeClock.ts';

const FOLDER = 'file:///w/folder';

function keptIn(uri: string): string {
  const folder = new FolderWorkspace(FOLDER, { now: () => 0, date: () => 0 });
  folder.putFile(`${FOLDER}/apps/all.yaml`, documents(deployment('web'), deployment('db')));
  folder.setIndexing(undefined);
  const desk = new IntentDesk({
    workspaceOf: () => folder,
    workspaceAround: () => folder,
    tell: () => undefined,
    yieldOnce: () => Promise.resolve(),
    clock: new FakeClock(),
    views: false,
  });
  const ends = { from: 'shop/web[Deployment]', to: 'shop/db[Deployment]' };
  const kept = desk.keep({ uri, ...ends, ports: ['5432/TCP'], expect: 'allow' });
  return 'problem' in kept ? kept.problem : kept.uri;
}

it.each([
  ['a document', `${FOLDER}/apps/all.yaml`, `${FOLDER}/apps/shop.bulkhead-test.yaml`],
  ['the whole folder', FOLDER, `${FOLDER}/shop.bulkhead-test.yaml`],
  ['a document that was never saved', 'untitled:Untitled-1', `${FOLDER}/shop.bulkhead-test.yaml`],
  ['what was rendered', 'bulkhead-rendered:/w/folder/apps/out.yaml', `${FOLDER}/shop.bulkhead-test.yaml`],
])('an answer about %s is kept within the folder', (_, uri, expected) => {
  expect(keptIn(uri)).toBe(expected);
});
