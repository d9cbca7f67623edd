import { describe, expect, it } from 'vitest';
import type { WebviewPanel } from 'vscode';
import { PreviewPanel } from '../../../client/src/preview/previewPanel.ts';
import { stateOf } from '../../../client/src/preview/previewPanels.ts';
import type { HostMessage, PanelBefore, PanelState } from '../../../server/src/protocol/panel.ts';
import { PREVIEW_CHANGES } from '../../../server/src/protocol/preview.ts';
import { fakeWebview } from '../../panel/fakeWebview.ts';

const STATE: PanelState = {
  version: 1,
  uri: 'file:///folder/db.yaml',
  follows: true,
  tab: 'changes',
  before: { kind: 'source' },
  after: { kind: 'document' },
  view: undefined,
};
const HEAD: PanelBefore = { kind: 'revision', revision: 'HEAD' };

/** A panel over a server that remembers what each of its sessions compares. */
function opened(): {
  readonly host: PreviewPanel;
  readonly hear: ReturnType<typeof fakeWebview>['hear'];
  readonly posted: HostMessage[];
  readonly sessions: ReadonlyMap<string, string>;
  /** Texts of a revision take until then. */
  readonly read: (result?: { readonly problem: string }) => void;
  readonly failed: string[];
} {
  const posted: HostMessage[] = [];
  const sessions = new Map<string, string>();
  const failed: string[] = [];
  let read: (result?: { readonly problem: string }) => void = () => undefined;
  const { panel, hear } = fakeWebview(async (message) => posted.push(message) > 0);
  const host = new PreviewPanel(panel as unknown as WebviewPanel, STATE, {
    session: {
      request: async ({ name }, params) => {
        const { id, uri, before } = params as { id?: string; uri?: string; before?: { kind: string } };
        if (name === PREVIEW_CHANGES.name) return { id, compares: sessions.get(id ?? '') } as never;
        const session = id ?? `session ${sessions.size + 1}`;
        sessions.set(session, `${uri} ${before?.kind}`);
        return { version: 1, id: session, revision: 1 } as never;
      },
      notify: (_, params) => void sessions.delete((params as { id: string }).id),
    },
    before: async ({ before }) => {
      if (before.kind !== 'revision') return before as { kind: 'source' };
      const result = await new Promise<{ readonly problem: string } | undefined>((resolve) => (read = resolve));
      return result ?? { kind: 'texts', label: before.revision, files: [] };
    },
    act: () => Promise.reject(new Error('gone')),
    changed: () => undefined,
    failed: ({ kind }) => failed.push(kind),
    log: () => undefined,
  });
  return { host, hear, posted, sessions, read: (result) => read(result), failed };
}

/** Everything that waits for nothing but other promises. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
}

describe('what a preview panel compares', () => {
  it('is what was chosen last, also where what was chosen before takes longer', async () => {
    const { host, hear, sessions, read } = opened();
    hear({ kind: 'ready', version: 1, state: undefined });
    await settled();
    void host.show({ before: HEAD });
    void host.show({ before: { kind: 'source' } });
    await settled();
    read();
    await settled();
    expect([...sessions.values()]).toEqual([`${STATE.uri} source`]);
  });

  it('is the document that became active while the panel was opened', async () => {
    const { host, hear, sessions, read } = opened();
    void host.show({ before: HEAD });
    hear({ kind: 'ready', version: 1, state: undefined });
    await settled();
    void host.show({ uri: 'file:///folder/web.yaml', before: { kind: 'source' } });
    await settled();
    read();
    await settled();
    expect([...sessions.values()]).toEqual(['file:///folder/web.yaml source']);
  });

  it('is nothing where it cannot be read: no answer is one of what was compared before', async () => {
    const { host, hear, posted, sessions, read } = opened();
    hear({ kind: 'ready', version: 1, state: undefined });
    await settled();
    void host.show({ before: HEAD });
    await settled();
    read({ problem: 'Git knows no revision HEAD.' });
    await settled();
    expect(sessions.size).toBe(0);
    hear({ kind: 'ask', id: 1, method: PREVIEW_CHANGES.name, params: {} });
    await settled();
    read({ problem: 'Git knows no revision HEAD.' });
    await settled();
    expect(posted).toContainEqual({ kind: 'failed', id: 1, problem: 'Git knows no revision HEAD.' });
  });

  it('stays where a hidden page is made anew, and goes with the panel', async () => {
    const { host, hear, sessions } = opened();
    for (const _ of [1, 2, 3]) {
      hear({ kind: 'ready', version: 1, state: undefined });
      await settled();
    }
    expect(sessions.size).toBe(1);
    host.dispose();
    expect(sessions.size).toBe(0);
  });

  it('is let go where the panel was closed while it was opened', async () => {
    const { host, hear, posted, sessions, read } = opened();
    void host.show({ before: HEAD });
    hear({ kind: 'ready', version: 1, state: undefined });
    await settled();
    host.dispose();
    read();
    await settled();
    expect(sessions.size).toBe(0);
    expect(posted).toEqual([]);
  });
});

describe('a preview panel', () => {
  it('says where something that a person did came to nothing', async () => {
    const { hear, failed } = opened();
    hear({ kind: 'reveal', uri: 'file:///folder/deleted.yaml', line: 3 });
    await settled();
    expect(failed).toEqual(['reveal']);
  });

  it.each([
    ['a text', 'HEAD'],
    ['an unknown kind', { kind: 'texts', files: [] }],
    ['no name', { kind: 'revision' }],
    ['another type', { kind: 'snapshot', path: { toString: 'x' } }],
  ])('takes %s that a page kept for the chosen source', (_, before) => {
    expect(stateOf({ ...STATE, before, after: { kind: 'everything' } })).toMatchObject({
      before: { kind: 'source' },
      after: { kind: 'document' },
    });
    expect(stateOf({ ...STATE, before: HEAD })).toMatchObject({ before: HEAD });
  });
});
