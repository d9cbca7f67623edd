/** Questions about paths: the built server, over standard input and output. */
import { afterEach, describe, expect, test } from 'vitest';
import { COMPLETE_END, EXPLAIN_PATH, EXPOSURE, PROBE_PATH, PROPOSE_EDITS } from '../../server/src/protocol/path.ts';
import { applyChanges } from '../../server/src/syntax/textChange.ts';
import { lineIndex } from '../../server/src/syntax/lineIndex.ts';
import { SHOP } from '../support/shop.ts';
import { openFolder, type OpenFolder } from '../support/openFolder.ts';

const FILES = Object.fromEntries(
  SHOP.split(/^#- /m)
    .slice(1)
    .map((part) => [part.slice(0, part.indexOf('\n')).trim().replace('shop/', ''), part.slice(part.indexOf('\n') + 1)]),
);
const WEB_TO_DB = { folder: '', from: 'shop/web', to: 'shop/db', port: 5432 };

let folder: OpenFolder | undefined;
afterEach(async () => {
  await folder?.close();
  folder = undefined;
});

async function open(files: Readonly<Record<string, string>> = FILES): Promise<OpenFolder> {
  folder = await openFolder(files);
  return folder;
}

describe('a path', () => {
  test('is asked about by type-ahead, with no policy open', async () => {
    const { lsp } = await open();
    const { candidates } = await lsp.request(COMPLETE_END, { folder: '', text: 'w', limit: 10 });
    expect(candidates[0]).toEqual({ text: 'shop/web[Deployment]', kind: 'workload', description: '3 pods' });
  });

  test('is explained, with the place of each rule', async () => {
    const { lsp, uri } = await open();
    const { answer, unclear } = await lsp.request(EXPLAIN_PATH, WEB_TO_DB);
    expect(unclear).toEqual([]);
    expect(answer).toMatchObject({
      headline: 'web cannot reach db on 5432/TCP: shop/db isolates ingress',
      verdict: 'deny',
    });
    expect(answer?.groups[0]?.ingress.lines).toEqual([
      {
        depth: 0,
        text: 'shop/db isolates db: 1 rule',
        place: { uri: uri('db.yaml'), line: 11, character: 18 },
      },
      {
        depth: 1,
        text: 'ingress[0]: web has app=web, and the rule asks for app=api',
        place: { uri: uri('db.yaml'), line: 15, character: 4 },
      },
    ]);
  });

  test('that is unclear says what is missing', async () => {
    const { lsp } = await open();
    const reply = await lsp.request(EXPLAIN_PATH, { folder: '', from: ' ', to: 'shop/dbb', port: 1 });
    expect(reply.answer).toBeUndefined();
    expect(reply.unclear).toEqual([
      { part: 'from', text: 'Name a pod, a workload, a Service or an address', choices: [] },
      {
        part: 'to',
        text: 'No pod, workload or Service is called shop/dbb; did you mean shop/db?',
        choices: ['shop/db'],
      },
    ]);
  });

  test('of a pasted line says what the line shows', async () => {
    const { lsp } = await open();
    const reply = await lsp.request(EXPLAIN_PATH, {
      folder: '',
      from: 'shop/web',
      error: 'connect ECONNREFUSED 10.2.3.4:80',
    });
    expect(reply.error).toContain('most network plug-ins drop what a policy denies');
    expect(reply.answer?.verdict).toBe('allow');
  });

  test('is opened by the edit that is proposed for it, taken into the unsaved text', async () => {
    const { lsp, uri } = await open();
    const text = FILES['db.yaml'] ?? '';
    await lsp.open(uri('db.yaml'), text);
    const asked = { ...WEB_TO_DB, uri: uri('db.yaml'), wanted: 'allow' as const };
    const { proposals } = await lsp.request(PROPOSE_EDITS, asked);
    const [best] = proposals;
    expect(best).toMatchObject({ title: 'Add a peer to ingress[0] of shop/db', summary: 'Changes nothing else' });
    const [file] = best?.files ?? [];
    expect(file).toMatchObject({ uri: uri('db.yaml'), version: 1 });
    const lines = lineIndex(text);
    const changes = (file?.edits ?? []).map(({ range, newText }) => ({
      range: { start: lines.offset(range.start), end: lines.offset(range.end) },
      newText,
    }));
    await lsp.close(uri('db.yaml'));
    await lsp.open(uri('db.yaml'), applyChanges(text, changes));
    const { answer } = await lsp.request(EXPLAIN_PATH, WEB_TO_DB);
    expect(answer?.verdict).toBe('allow');
    const again = await lsp.request(PROPOSE_EDITS, asked);
    expect(again).toEqual({ obstacles: ['It is so already'], proposals: [] });
  });

  test('is proposed an edit of a file that is not open, too', async () => {
    const { lsp, uri } = await open();
    const { proposals } = await lsp.request(PROPOSE_EDITS, { ...WEB_TO_DB, wanted: 'allow' });
    expect(proposals[0]?.title).toBe('Add a peer to ingress[0] of shop/db');
    expect(proposals[0]?.files.map((file) => ({ ...file, edits: file.edits.length }))).toEqual([
      { uri: uri('db.yaml'), edits: 1 },
    ]);
  });

  test('is tried by a command that a person copies', async () => {
    const { lsp } = await open();
    const probe = await lsp.request(PROBE_PATH, { folder: '', from: 'shop/web', to: '10.2.3.4:5432' });
    expect(probe.commands.map(({ command }) => command)).toEqual([
      'kubectl --namespace=shop exec deployment/web -- nc -zv -w 5 10.2.3.4 5432',
    ]);
  });

  test('has a word about what lies open', async () => {
    const { lsp } = await open();
    const { lines } = await lsp.request(EXPOSURE, { folder: '', of: 'shop/db' });
    expect(lines[0]).toMatchObject({
      direction: 'ingress',
      about: 'internet',
      text: 'Nobody on the internet can reach db',
    });
    expect(await lsp.request(EXPOSURE, { folder: '', of: '8.8.8.8' })).toMatchObject({
      lines: [],
      problem: expect.any(String),
    });
  });
});
