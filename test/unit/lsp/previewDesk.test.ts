import { describe, expect, it } from 'vitest';
import { PreviewDesk } from '../../../server/src/lsp/preview/previewDesk.ts';
import type { PreviewOpened } from '../../../server/src/protocol/preview.ts';
import { changesAnswer } from '../../../server/src/features/preview/previewChanges.ts';
import { FolderWorkspace } from '../../../server/src/workspace/folderWorkspace.ts';
import { deployment, documents, networkPolicy } from '../../support/checkFindings.ts';
import { FakeClock } from '../../support/fakeClock.ts';

const NEVER = { isCancelled: () => false, signal: () => new AbortController().signal };
const WORKLOADS = documents(deployment('web'), deployment('db'));
const POLICY = networkPolicy(`  podSelector: { matchLabels: { app: db } }
  ingress:
  - from: [{ podSelector: { matchLabels: { app: web } } }]
`);
const URI = 'file:///folder/policy.yaml';
const SOURCE = { before: { kind: 'source' }, after: { kind: 'document' } } as const;

interface Panel {
  readonly desk: PreviewDesk;
  readonly folder: FolderWorkspace;
  readonly clock: FakeClock;
  readonly told: { readonly id: string; readonly revision: number }[];
  readonly opened: PreviewOpened;
  /** The folder leaves the window. */
  readonly leave: () => void;
}

function panel(): Panel {
  const clock = new FakeClock();
  const folder = new FolderWorkspace('file:///folder', { now: clock.now, date: clock.now });
  folder.putFile('file:///folder/workloads.yaml', WORKLOADS);
  folder.putFile(URI, POLICY);
  folder.setIndexing(undefined);
  folder.openDocument(URI, POLICY);
  const told: Panel['told'] = [];
  let isThere = true;
  const desk = new PreviewDesk({
    folderOf: (uri) => (isThere && uri.startsWith('file:///folder') ? folder : undefined),
    tell: (changed) => void told.push(changed),
    yieldOnce: () => Promise.resolve(),
    clock,
    layoutProgram: '/nowhere/layout.cjs',
  });
  const opened = desk.open({ version: 1, uri: URI, ...SOURCE });
  return { desk, folder, clock, told, opened, leave: () => void (isThere = false) };
}

function idOf(opened: PreviewOpened): string {
  if ('problem' in opened) throw new Error(opened.problem);
  return opened.id;
}

async function summary({ desk, opened }: Panel): Promise<string | undefined> {
  const answer = await desk.answer(idOf(opened), NEVER, (model, base) =>
    changesAnswer(model, base, { offset: 0, limit: 10 }),
  );
  return 'problem' in answer ? answer.problem : answer.summary.text;
}

describe('the desk of preview panels', () => {
  it('tells of a burst of edits once, and of nothing that shows the same', async () => {
    const shown = panel();
    const { desk, folder, clock, told, opened } = shown;
    for (const port of [1, 2, 3]) {
      folder.editDocument(URI, POLICY.replace('app: web', `app: nobody${port}`));
      desk.changed();
    }
    clock.advance(1000);
    expect(told.map(({ id }) => id)).toEqual([idOf(opened)]);
    expect(await summary(shown)).toBe('certain: 1 lost');
    desk.changed();
    clock.advance(1000);
    expect(told).toHaveLength(1);
  });

  it('compares something else under the same id, and forgets a panel that has gone', async () => {
    const shown = panel();
    const { desk, folder, opened } = shown;
    const id = idOf(opened);
    const before = { kind: 'texts', label: 'HEAD', files: [{ uri: URI }] } as const;
    const again = desk.compare({ id, before, after: { kind: 'document' } });
    expect(again).toMatchObject({ id });
    expect(await summary(shown)).toMatch(/^certain: \d+ lost/);
    folder.closeDocument(URI);
    desk.close(id);
    expect(await summary(shown)).toBe('This preview is not known any more.');
    expect(desk.compare({ id, ...SOURCE })).toMatchObject({ gone: true });
  });

  it.each([
    ['is closed', (desk: PreviewDesk, id: string) => desk.close(id), 'This preview is not known any more.'],
    ['compares something else', (desk: PreviewDesk, id: string) => void desk.compare({ id, ...SOURCE }), 'answered'],
  ])('comes to an end where a panel %s while a long comparison is made', async (_, meanwhile, expected) => {
    let time = 0;
    let between: (() => void) | undefined;
    const folder = new FolderWorkspace('file:///folder', { now: () => time, date: () => time });
    const names = Array.from({ length: 20 }, (_, at) => deployment(`web${at}`));
    folder.putFile(URI, documents(...names));
    folder.setIndexing(undefined);
    const desk = new PreviewDesk({
      folderOf: () => folder,
      tell: () => undefined,
      yieldOnce: () => {
        between?.();
        between = undefined;
        return Promise.resolve();
      },
      // Every look at the clock takes so long that a comparison gives way after each step.
      clock: { now: () => (time += 100), after: () => () => undefined },
      layoutProgram: '/nowhere/layout.cjs',
    });
    const before = { kind: 'texts', label: 'HEAD', files: [{ uri: URI }] } as const;
    const id = idOf(desk.open({ version: 1, uri: URI, before, after: { kind: 'document' } }));
    between = () => meanwhile(desk, id);
    let asked = 0;
    const patience = { ...NEVER, isCancelled: () => (asked += 1) > 1000 };
    const answer = await desk.answer(id, patience, () => 'answered');
    expect(typeof answer === 'string' ? answer : answer.problem).toBe(expected);
  });

  it('lets go a panel whose folder has left the window', async () => {
    const shown = panel();
    shown.leave();
    shown.desk.changed();
    shown.clock.advance(1000);
    expect(shown.told).toHaveLength(1);
    expect(await summary(shown)).toBe('This preview is not known any more.');
  });

  it('draws a picture in plain columns where no layout can be made', async () => {
    const shown = panel();
    const { desk, folder, opened } = shown;
    folder.editDocument(URI, POLICY.replace('app: web', 'app: nobody'));
    const params = { id: idOf(opened), focus: { kind: 'changes' } } as const;
    const answer = await desk.answer(params.id, NEVER, (model, base) => desk.graph(model, base, params, NEVER));
    expect(answer).toMatchObject({ layoutProblem: expect.stringMatching(/columns/) as string });
    expect(answer).toMatchObject({ edges: [{ state: 'removed', before: 'all ports', pairs: 1 }] });
  });

  it('says why it cannot begin', () => {
    const { desk } = panel();
    expect(desk.open({ version: 1, uri: 'file:///elsewhere/x.yaml', ...SOURCE })).toHaveProperty('problem');
    expect(desk.open({ version: 99, uri: URI, ...SOURCE })).toHaveProperty('problem');
  });

  it('leaves off where a request is cancelled', async () => {
    const { desk, opened } = panel();
    const cancelled = { ...NEVER, isCancelled: () => true };
    await expect(desk.answer(idOf(opened), cancelled, () => 'answered')).rejects.toThrow();
  });
});
