import { describe, expect, it } from 'vitest';
import { findingsOf } from '../../../server/src/lsp/diagnostics.ts';
import { WorkspaceProblems, type FileReport } from '../../../server/src/lsp/workspaceProblems.ts';
import { FolderWorkspace } from '../../../server/src/workspace/folderWorkspace.ts';
import { readSettings } from '../../../server/src/workspace/settings.ts';
import { deployment, networkPolicy } from '../../support/checkFindings.ts';
import { FakeClock } from '../../support/fakeClock.ts';

const ROOT = 'file:///shop';
const DENY = `${ROOT}/deny.yaml`;
const WEB = `${ROOT}/web.yaml`;
const BAD = networkPolicy('  podSelector: {}\n  policyTypes: [ingress]\n', 'deny');

function start(problems: string) {
  const clock = new FakeClock();
  const folder = new FolderWorkspace(ROOT, { now: clock.now, date: clock.now });
  folder.setSettings(readSettings({ problems }));
  folder.putFile(DENY, BAD);
  folder.putFile(WEB, deployment('web'));
  folder.setIndexing(undefined);
  let judged = 0;
  const workspace = new WorkspaceProblems({
    folders: () => [folder],
    folderOf: () => folder,
    findings: (...parts) => {
      judged++;
      return findingsOf(...parts);
    },
    clock,
    yieldOnce: () => Promise.resolve(),
  });
  const controller = new AbortController();
  const cancellation = { isCancelled: () => controller.signal.aborted, signal: () => controller.signal };
  /** What the client knows. */
  const told = new Map<string, string>();
  const learn = (reports: readonly FileReport[]): string[] => {
    for (const { uri, id } of reports) {
      if (id === undefined) told.delete(uri);
      else told.set(uri, id);
    }
    return reports
      .filter(({ uri }) => uri === DENY)
      .map(({ findings }) => findings.map(({ code }) => code).join(' ') || 'nothing');
  };
  const news = async (): Promise<string[]> => learn(await workspace.news(told, cancellation));
  return { folder, clock, workspace, cancellation, controller, told, news, learn, judged: () => judged };
}

describe('the problems of a workspace', () => {
  it('are those of files that no editor shows', async () => {
    const { news } = start('workspace');
    expect(await news()).toEqual(['namespace-without-default-deny validation']);
  });

  it('are none unless the setting wants them', async () => {
    const { news } = start('openFiles');
    expect(await news()).toEqual([]);
  });

  it('are judged again only where something has changed', async () => {
    const { folder, news, judged } = start('workspace');
    await news();
    const before = judged();
    expect(await news()).toEqual([]);
    expect(judged()).toBe(before);
    folder.putFile(DENY, BAD.replace('[ingress]', '[Ingress, Egress]'));
    expect(await news()).toEqual(['egress-without-dns']);
  });

  it('are taken back when their file goes, or the setting', async () => {
    const { folder, news } = start('workspace');
    await news();
    folder.removeFile(DENY);
    expect(await news()).toEqual(['nothing']);
    folder.putFile(DENY, BAD);
    expect(await news()).toEqual(['namespace-without-default-deny validation']);
    folder.setSettings(readSettings({}));
    expect(await news()).toEqual(['nothing']);
  });

  it('leave an open file to the editor, and come back once it is closed', async () => {
    const { folder, workspace, news } = start('workspace');
    await news();
    folder.openDocument(DENY, BAD);
    workspace.opened(DENY);
    expect(await news()).toEqual([]);
    folder.closeDocument(DENY);
    expect(await news()).toEqual(['namespace-without-default-deny validation']);
  });

  it('wait for a change where there is nothing to say, and not while a person types', async () => {
    const { folder, clock, workspace, cancellation, told, news, learn } = start('workspace');
    await news();
    const pulled = workspace.pull(told, cancellation);
    folder.putFile(DENY, BAD.replace('[ingress]', '[Ingress, Egress]'));
    workspace.edited();
    clock.advance(1000);
    expect(learn(await pulled)).toEqual(['egress-without-dns']);
  });

  it('stop waiting when the client does', async () => {
    const { workspace, cancellation, controller, told, news } = start('workspace');
    await news();
    const pulled = workspace.pull(told, cancellation);
    controller.abort();
    expect(await pulled).toEqual([]);
  });
});
