/** A change of the cluster from the command to its result: what a person is asked, and what is sent for their answer. */
import { beforeEach, describe, expect, test } from 'vitest';
import { applyPolicies, rollBackLast, type Applier } from '../../../client/src/apply.ts';
import type { PreviewAnswer, RefusedObject, SendAnswer, SendResult } from '../../../server/src/protocol/apply.ts';
import { effectOf, previewOf, stepOf } from '../../support/applyPreviews.ts';
import { executed, person, workspace, type Shown } from '../../support/fakeVscode.ts';

const LENS = { uri: 'file:///w/web.yaml', policy: 'shop/web' };
const GUARDED = 'Apply, roll back after 120 s unless kept';
const DONE: SendAnswer = { results: [resultOf('shop/web')], changed: true };

function resultOf(key: string, outcome: SendResult['outcome'] = 'applied', text = `${key} is created`): SendResult {
  return { key, outcome, text };
}

/** What the server is asked, and what it answers: previews and results, one after the other; the last one stays. */
interface Server {
  readonly previews: PreviewAnswer[];
  readonly results: SendAnswer[];
  readonly asked: (readonly [method: string, params: unknown])[];
  readonly faults: string[];
}

let server: Server;

beforeEach(() => {
  person.shown.length = 0;
  person.answers = [];
  executed.length = 0;
  workspace.isTrusted = true;
  workspace.textDocuments = [];
  workspace.settings.clear();
});

/** Runs a command against these answers; the person answers what is asked, in this order. */
async function run(
  answers: Partial<Pick<Server, 'previews' | 'results'>>,
  person_: readonly (string | readonly string[])[] = [],
  command: (parts: Applier) => Promise<void> = (parts) => applyPolicies(parts, 'apply', LENS, undefined),
): Promise<readonly Shown[]> {
  server = { previews: [previewOf()], results: [DONE], asked: [], faults: [], ...answers };
  person.answers = [...person_];
  await command(partsOf(server));
  return person.shown.filter(({ kind }) => kind !== 'progress');
}

function partsOf({ previews, results, asked, faults }: Server): Applier {
  const next = <T>(some: T[]): T | undefined => (some.length > 1 ? some.shift() : some[0]);
  const request = (method: { readonly name: string }, params: unknown): Promise<unknown> => {
    asked.push([method.name.replace('bulkhead/', ''), params]);
    if (method.name.endsWith('previewApply')) return Promise.resolve(next(previews));
    if (method.name.endsWith('exportApply')) {
      return Promise.resolve({ manifests: 'kind: NetworkPolicy', markdown: '# Change', kubectl: 'kubectl apply' });
    }
    return Promise.resolve(next(results));
  };
  return {
    session: { request },
    memory: { get: () => ({ kind: 'context', context: 'dev', identity: 'x' }) },
    prompts: { during: (work: () => Promise<unknown>) => work() },
    diffs: { open: () => Promise.resolve() },
    previews: { open: (wanted: unknown) => Promise.resolve(void asked.push(['preview', wanted])) },
    faults: { show: (refused: readonly RefusedObject[]) => void faults.push(refused.map(({ name }) => name).join()) },
  } as unknown as Applier;
}

const sent = (): unknown[] => server.asked.filter(([method]) => method === 'sendApply').map(([, params]) => params);
const previewed = (): unknown[] =>
  server.asked.filter(([method]) => method === 'previewApply').map(([, params]) => params);

describe('what is sent is what the person has chosen', () => {
  const lost = previewOf({ effect: effectOf({ lost: ['frontend → web'] }) });
  test.each<
    readonly [answers: readonly (string | readonly string[])[], preview: PreviewAnswer, sent: readonly object[]]
  >([
    [['Apply to shop'], previewOf(), [{ id: 'p1', stopAtError: true }]],
    [[GUARDED], previewOf(), [{ id: 'p1', stopAtError: true, guardSeconds: 120 }]],
    [[GUARDED], lost, [{ id: 'p1', stopAtError: true, guardSeconds: 120 }]],
    [['Apply without a guard'], lost, [{ id: 'p1', stopAtError: true }]],
    [[], previewOf(), []],
    [['Look first'], previewOf(), []],
    [['Look first', 'Decide…', 'Apply to shop'], previewOf(), [{ id: 'p1', stopAtError: true }]],
    [
      ['Apply to shop', 'Go on with the others'],
      previewOf({ steps: [stepOf('shop/a'), stepOf('shop/b')] }),
      [{ id: 'p1', stopAtError: false }],
    ],
    [['Apply to shop'], previewOf({ steps: [stepOf('shop/a'), stepOf('shop/b')] }), []],
    [['Apply to shop', 'dev'], previewOf({ protection: 'typed' }), [{ id: 'p1', stopAtError: true }]],
    [['Apply to shop', 'dve'], previewOf({ protection: 'typed' }), []],
    [['Apply to shop'], previewOf({ protection: 'typed' }), []],
  ])('%j', async (answers, preview, params) => {
    await run({ previews: [preview] }, answers);
    expect(sent()).toEqual(params);
  });

  test('who looks first is shown what it does to traffic, beside the diff', async () => {
    await run({ previews: [previewOf()] }, ['Look first']);
    expect(server.asked).toContainEqual([
      'preview',
      expect.objectContaining({ tab: 'changes', before: { kind: 'source' } }),
    ]);
  });

  test('how long a guarded change stands is a setting', async () => {
    workspace.settings.set('bulkhead.apply.guardSeconds', 30);
    await run({}, ['Apply, roll back after 30 s unless kept']);
    expect(sent()).toEqual([{ id: 'p1', stopAtError: true, guardSeconds: 30 }]);
  });
});

describe('nothing is asked where there is nothing to confirm', () => {
  const refused = [{ name: 'shop/web', why: 'shop/web: spec: Required value', places: [placeOf()] }];
  test.each<readonly [said: string, choices: readonly string[], preview: PreviewAnswer]>([
    ['No cluster is chosen.', ['Choose a cluster context…'], { problem: 'No cluster is chosen.', chooseContext: true }],
    ['There is no NetworkPolicy.', [], { problem: 'There is no NetworkPolicy.' }],
    ['shop/web in dev is so already.', [], previewOf({ steps: [stepOf('shop/web', { change: 'nothing' })] })],
    [
      'There is nothing to change in dev. 1 Pod is left alone.',
      [],
      previewOf({ steps: [], leftAlone: '1 Pod is left alone' }),
    ],
    ['shop/web: spec: Required value', ['Show problems'], previewOf({ steps: [], refused })],
    [
      'shop/web: spec: Required value (and 1 more are refused)',
      ['Show problems'],
      previewOf({ steps: [], refused: [...refused, { name: 'b', why: 'b', places: [] }] }),
    ],
  ])('%s', async (text, choices, preview) => {
    expect(await run({ previews: [preview] })).toEqual([expect.objectContaining({ text, choices })]);
    expect(sent()).toEqual([]);
  });

  test('nor in a workspace that is not trusted, where nothing is even tried', async () => {
    workspace.isTrusted = false;
    await run({});
    expect(server.asked).toEqual([]);
  });
});

function placeOf(): RefusedObject['places'][number] {
  return {
    uri: LENS.uri,
    range: { start: { line: 1, character: 0 }, end: { line: 1, character: 4 } },
    message: 'spec',
  };
}

test('what was refused the last time is taken back before the next', async () => {
  await run({ previews: [previewOf({ refused: [{ name: 'shop/db', why: 'no', places: [placeOf()] }] })] });
  expect(server.faults).toEqual(['', 'shop/db']);
});

describe('Namespaces', () => {
  const offering = previewOf({ namespaces: ['shop', 'billing'] });
  const withShop = previewOf({ id: 'p2', steps: [stepOf('shop'), stepOf('shop/web')] });

  test('are applied where a person ticks them, after another preview', async () => {
    await run({ previews: [offering, withShop] }, [['shop'], 'Apply to shop', 'Stop there']);
    expect(previewed()).toEqual([
      { action: 'apply', uris: [LENS.uri], policies: [LENS.policy] },
      { action: 'apply', uris: [LENS.uri], policies: [LENS.policy], namespaces: ['shop'] },
    ]);
    expect(sent()).toEqual([{ id: 'p2', stopAtError: true }]);
  });

  test('are left alone without a tick', async () => {
    await run({ previews: [offering] }, [[], 'Apply to shop']);
    expect(previewed()).toHaveLength(1);
    expect(sent()).toEqual([{ id: 'p1', stopAtError: true }]);
  });

  test('nothing goes on where the person leaves', async () => {
    await run({ previews: [offering] });
    expect(sent()).toEqual([]);
  });
});

describe('what became of it is one sentence', () => {
  test.each<readonly [kind: string, text: string, answer: SendAnswer, choices: readonly string[]]>([
    ['information', 'Applied to dev: shop/web is created.', DONE, []],
    [
      'information',
      'Applied to dev: all 2 changes are done.',
      { results: [resultOf('shop/a'), resultOf('shop/b', 'unchanged')], changed: true },
      [],
    ],
    ['statusBar', '$(check) Applied to dev: shop/web is created.', { ...DONE, guard: 'g1' }, []],
    [
      'warning',
      'dev: shop/web was changed meanwhile by kubectl.',
      { results: [resultOf('shop/web', 'moved', 'shop/web was changed meanwhile by kubectl')], changed: false },
      ['Preview again'],
    ],
    [
      'pick',
      'dev: 1 of 3 changes are done.',
      {
        results: [resultOf('shop/a'), resultOf('shop/b', 'refused', 'no'), resultOf('shop/c', 'notSent', 'not sent')],
        changed: true,
        canUndo: true,
      },
      ['Preview again', 'Undo what was applied', '$(error) shop/b', '$(circle-slash) shop/c', '$(check) shop/a'],
    ],
    [
      'pick',
      'dev: 1 of 2 changes are done.',
      { results: [resultOf('shop/a'), resultOf('shop/b', 'refused', 'no')], changed: true, guard: 'g1' },
      // The countdown has its own way back.
      ['Preview again', '$(error) shop/b', '$(check) shop/a'],
    ],
    [
      'error',
      'This preview is not known any more.',
      { problem: 'This preview is not known any more.' },
      ['Preview again'],
    ],
  ])('%s: %s', async (kind, text, answer, choices) => {
    const shown = await run({ results: [answer] }, ['Apply to shop']);
    expect(shown.at(-1)).toMatchObject({ kind, text, choices });
  });

  test('what is not known of the process that would roll back is said with it', async () => {
    const noted: SendAnswer = { ...DONE, guard: 'g1', guardNote: 'A container may stop with the editor.' };
    const shown = await run({ results: [noted] }, ['Apply to shop']);
    expect(shown).toContainEqual(
      expect.objectContaining({ kind: 'warning', text: 'A container may stop with the editor.' }),
    );
  });

  test('where somebody was faster, it is previewed again', async () => {
    const moved: SendAnswer = { results: [resultOf('shop/web', 'moved')], changed: false };
    await run({ results: [moved, DONE] }, ['Apply to shop', 'Preview again', 'Apply to shop']);
    expect(previewed()).toHaveLength(2);
    expect(sent()).toHaveLength(2);
  });

  test('what is half done can be undone, with a preview of its own', async () => {
    const half: SendAnswer = {
      results: [resultOf('shop/a'), resultOf('shop/b', 'refused')],
      changed: true,
      canUndo: true,
    };
    await run({ results: [half] }, ['Apply to shop', 'Undo what was applied']);
    // The file says in which cluster.
    expect(previewed().at(-1)).toEqual({ action: 'rollBack', uris: ['file:///w/web.yaml'] });
    expect(sent()).toHaveLength(1);
  });
});

describe('where it cannot be guarded', () => {
  const cannot: SendAnswer = { problem: 'The login ends before the countdown.', guardProblem: true };

  test('that is said, and nothing is sent', async () => {
    const shown = await run({ results: [cannot] }, [GUARDED]);
    expect(shown.at(-1)).toMatchObject({
      text: 'Nothing was sent, because it could not be guarded.',
      detail: 'The login ends before the countdown.',
      // The return key takes the first.
      choices: ['Export…', 'Apply without a guard'],
    });
    expect(sent()).toHaveLength(1);
  });

  test('it is sent without a guard where the person says so', async () => {
    await run({ results: [cannot, DONE] }, [GUARDED, 'Apply without a guard']);
    expect(sent().at(-1)).toEqual({ id: 'p1', stopAtError: true });
  });

  const onlyHere: SendAnswer = { ...cannot, guardHere: true };
  const HERE = 'Apply, roll back after 120 s while this editor runs';

  test('where only a person can sign in, this editor can roll back itself, and says for how long', async () => {
    const guarded: SendAnswer = { ...DONE, guard: 'g1', guardNote: 'It is rolled back only while this editor runs.' };
    const shown = await run({ results: [onlyHere, guarded] }, [GUARDED, HERE]);
    expect(shown.find(({ choices }) => choices?.includes(HERE))).toMatchObject({
      detail: 'The login ends before the countdown.\n\nThis editor can roll back itself, but only while it runs.',
      choices: [HERE, 'Apply without a guard'],
    });
    expect(shown.map(({ text }) => text)).toContain('It is rolled back only while this editor runs.');
    expect(sent().at(-1)).toEqual({ id: 'p1', stopAtError: true, guardSeconds: 120, guardBy: 'editor' });
  });

  test('where that fails, too, there is one way left', async () => {
    const shown = await run({ results: [onlyHere, cannot, DONE] }, [GUARDED, HERE, 'Apply without a guard']);
    expect(shown.filter(({ choices }) => choices?.includes(HERE))).toHaveLength(1);
    expect(sent().at(-1)).toEqual({ id: 'p1', stopAtError: true });
  });
});

test('a document that is edited behind the question is previewed again', async () => {
  const document = { uri: { toString: () => LENS.uri, path: '/w/web.yaml' }, version: 1, isDirty: true };
  workspace.textDocuments = [document];
  const edited = previewOf();
  // The person looks at the diff, and types meanwhile.
  Object.defineProperty(edited, 'effect', { get: () => ((document.version = 2), effectOf()) });
  const shown = await run({ previews: [edited] }, ['Apply to shop']);
  expect(shown.at(-1)?.text).toBe('The document has changed since the preview. Nothing was sent.');
  expect(shown[0]?.detail).toContain('Unsaved changes are sent as well: web.yaml.');
  expect(sent()).toEqual([]);
});

test('what may not be sent from here can be taken elsewhere', async () => {
  const preview = previewOf({ missingRights: ['The right to update networkpolicies in shop is missing'] });
  const shown = await run({ previews: [preview] }, ['Export…']);
  expect(shown.at(-1)).toMatchObject({
    text: 'Export shop/web',
    choices: [
      'Manifests as a new document',
      'Markdown for a pull request, into the clipboard',
      'kubectl line, into the clipboard',
      'Markdown for a pull request, as a new document',
      'Manifests, into the clipboard',
    ],
  });
});

test('a closed context leads to the settings that close it', async () => {
  await run({ previews: [previewOf({ protection: 'refused' })] }, ['Open settings']);
  expect(executed).toEqual([['workbench.action.openSettings', 'bulkhead.apply']]);
});

test('the last apply of the folder is rolled back as anything else is', async () => {
  await run({ previews: [previewOf({ action: 'rollBack' })] }, ['Roll back in shop'], (parts) => rollBackLast(parts));
  expect(previewed()).toEqual([{ action: 'rollBack', uris: [''] }]);
  expect(person.shown.at(-1)?.text).toBe('Rolled back in dev: shop/web is created.');
});
