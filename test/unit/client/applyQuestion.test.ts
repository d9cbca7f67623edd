/** The one question before a cluster is changed: what it names, what it says, and which button comes first. */
import { describe, expect, test } from 'vitest';
import { applyQuestion } from '../../../client/src/applyQuestion.ts';
import type { ApplyPreview } from '../../../server/src/protocol/apply.ts';
import { effectOf, previewOf, stepOf } from '../../support/applyPreviews.ts';

const ask = (changes: Partial<ApplyPreview>, unsaved: readonly string[] = []) =>
  applyQuestion(previewOf(changes), { guardSeconds: 120, unsaved });
const lines = (changes: Partial<ApplyPreview>, unsaved: readonly string[] = []): string[] =>
  ask(changes, unsaved).detail.split('\n').filter(Boolean);

const LOST = effectOf({ summary: 'frontend can no longer reach web', lost: ['frontend → web 8080/TCP'] });
const OWNED = [stepOf('shop/web', { owners: ['Argo CD (Application shop-prod) puts it back by itself'] })];
const GUARDED = 'Apply, roll back after 120 s unless kept';

describe('the first button is what a careful person would press', () => {
  test.each<readonly [what: string, changes: Partial<ApplyPreview>, buttons: readonly string[]]>([
    ['no access is lost', {}, ['Apply to shop', GUARDED, 'Look first']],
    ['access is lost', { effect: LOST }, [GUARDED, 'Apply without a guard', 'Look first']],
    [
      'what is lost is not known',
      { effect: effectOf({ undecided: 'pods of shop may not be listed' }) },
      [GUARDED, 'Apply without a guard', 'Look first'],
    ],
    [
      'something may break, though nothing is lost for certain',
      { effect: effectOf({ breaks: 'May break DNS of web' }) },
      [GUARDED, 'Apply without a guard', 'Look first'],
    ],
    [
      'a test would fail, though nothing is lost',
      { brokenTests: '1 test would fail' },
      [GUARDED, 'Apply without a guard', 'Look first'],
    ],
    ['a program puts it back', { steps: OWNED }, ['Export…', 'Apply to shop', GUARDED, 'Look first']],
    [
      'a program puts it back, and access is lost',
      { steps: OWNED, effect: LOST },
      ['Export…', GUARDED, 'Apply without a guard', 'Look first'],
    ],
    ['a right is missing', { missingRights: ['The right to update x is missing'] }, ['Export…', 'Look first']],
    ['the context is closed', { protection: 'refused' }, ['Export…', 'Open settings', 'Look first']],
    ['the context is typed later', { protection: 'typed' }, ['Apply to shop', GUARDED, 'Look first']],
    [
      'it goes to two namespaces',
      { steps: [stepOf('shop/web'), stepOf('billing/db'), stepOf('shop/out')] },
      ['Apply to shop and billing', GUARDED, 'Look first'],
    ],
    [
      'it goes to many',
      { steps: ['a/x', 'b/x', 'c/x', 'd/x'].map((key) => stepOf(key)) },
      ['Apply to 4 namespaces', GUARDED, 'Look first'],
    ],
    [
      'it is deleted',
      { action: 'delete' },
      ['Delete from shop', 'Delete, roll back after 120 s unless kept', 'Look first'],
    ],
    [
      'it is rolled back, and access is lost',
      { action: 'rollBack', effect: LOST },
      ['Roll back, undo that after 120 s unless kept', 'Roll back without a guard', 'Look first'],
    ],
  ])('%s', (_, changes, buttons) => expect(ask(changes).buttons.map(({ title }) => title)).toEqual(buttons));
});

describe('the message names what, where and on which server', () => {
  test.each<readonly [message: string, changes: Partial<ApplyPreview>]>([
    ['Apply shop/web to dev (https://10.0.0.1:6443)?', {}],
    ['Delete shop/web from dev (https://10.0.0.1:6443)?', { action: 'delete' }],
    ['Roll back shop/web in dev (https://10.0.0.1:6443)?', { action: 'rollBack' }],
    [
      'Apply Namespace shop and shop/web to dev (https://10.0.0.1:6443)?',
      { steps: [stepOf('shop'), stepOf('shop/web')] },
    ],
    [
      'Apply 3 policies and 1 Namespace to dev (https://10.0.0.1:6443)?',
      { steps: [stepOf('shop'), stepOf('shop/a'), stepOf('shop/b'), stepOf('shop/c')] },
    ],
    // What is so already is not sent.
    [
      'Apply shop/web to dev (https://10.0.0.1:6443)?',
      { steps: [stepOf('shop/web'), stepOf('shop/old', { change: 'nothing' })] },
    ],
  ])('%s', (message, changes) => expect(ask(changes).message).toBe(message));
});

test('the effect comes first, what is lost before what is gained', () => {
  const effect = effectOf({
    summary: 'frontend can no longer reach web',
    lost: ['frontend → web 8080/TCP'],
    gained: ['api → web 9090/TCP'],
    undecided: 'may not list pods in billing',
  });
  expect(lines({ effect }).slice(0, 4)).toEqual([
    'frontend can no longer reach web.',
    '− frontend → web 8080/TCP',
    '+ api → web 9090/TCP',
    'Not known: may not list pods in billing.',
  ]);
});

test.each([
  [20, 20, 8, 4, '… and 28 more'],
  [2, 20, 2, 10, '… and 10 more'],
  [20, 0, 12, 0, '… and 8 more'],
  [6, 6, 6, 6, undefined],
])('of %i lost and %i gained rows %i and %i are shown', (lost, gained, shownLost, shownGained, more) => {
  const rows = (count: number): string[] => Array.from({ length: count }, (_, index) => `pair ${index}`);
  const said = lines({ effect: effectOf({ lost: rows(lost), gained: rows(gained) }) });
  expect(said.filter((line) => line.startsWith('− '))).toHaveLength(shownLost);
  expect(said.filter((line) => line.startsWith('+ '))).toHaveLength(shownGained);
  expect(said.find((line) => line.startsWith('…'))).toBe(more);
});

describe('what else a person has to know is in the detail', () => {
  test.each<readonly [line: string, changes: Partial<ApplyPreview>]>([
    ['For a moment api cannot reach db.', { gap: 'For a moment api cannot reach db' }],
    [
      '2 tests in a.bulkhead-test.yaml would fail: x, y.',
      { brokenTests: '2 tests in a.bulkhead-test.yaml would fail: x, y.' },
    ],
    ['Would break DATABASE_URL of frontend.', { effect: effectOf({ breaks: 'Would break DATABASE_URL of frontend' }) }],
    ['Argo CD (Application shop-prod) puts it back by itself.', { steps: OWNED }],
    ['Takes over from kubectl: spec.', { steps: [stepOf('shop/web', { notes: ['Takes over from kubectl: spec'] })] }],
    [
      'shop/a: Takes over from kubectl: spec.',
      { steps: [stepOf('shop/a', { notes: ['Takes over from kubectl: spec'] }), stepOf('shop/b')] },
    ],
    [
      'The manifest names no namespace: web goes to namespace shop.',
      { steps: [stepOf('shop/web', { namespaceAssumed: true })] },
    ],
    ['2 Deployments are left alone.', { leftAlone: '2 Deployments are left alone' }],
    [
      'Refused, and not sent: shop/db: no such namespace.',
      { refused: [{ name: 'shop/db', why: 'shop/db: no such namespace', places: [] }] },
    ],
    [
      '2 are refused, and not sent. a.yaml: it is a template.',
      {
        refused: [
          { name: 'a.yaml', why: 'it is a template', places: [] },
          { name: 'b.yaml', why: 'it is a template', places: [] },
        ],
      },
    ],
    ['The right to update x is missing.', { missingRights: ['The right to update x is missing'] }],
    ['Signed in as jane.', { steps: [stepOf('shop/web', { unchecked: true, notes: ['Not checked by the server'] })] }],
    ['The API server has tried it. Signed in as jane.', {}],
    [
      'dev is protected: the settings bulkhead.apply.protectedContexts and bulkhead.apply.protection refuse changes of it from here.',
      { protection: 'refused' },
    ],
    [
      'In this order: shop/a, shop/b, shop/c and shop/d.',
      { steps: ['shop/a', 'shop/b', 'shop/c', 'shop/d'].map((key) => stepOf(key)) },
    ],
  ])('%s', (line, changes) => expect(lines(changes)).toContain(line));

  test('Unsaved changes are sent as well', () => {
    expect(lines({}, ['web.yaml'])).toContain('Unsaved changes are sent as well: web.yaml.');
  });
});

test('a text of the cluster is neither a link nor a second line', () => {
  const hostile = 'x\n[Keep](command:workbench.action.quit)\u202e';
  const { message, detail, buttons } = ask({
    context: hostile,
    identity: hostile,
    leftAlone: hostile,
    steps: [stepOf('shop/web', { namespace: hostile, key: hostile, owners: [hostile], notes: [hostile] })],
    effect: effectOf({ summary: hostile, lost: [hostile], gained: [hostile], undecided: hostile }),
  });
  const said = [message, ...detail.split('\n'), ...buttons.map(({ title }) => title)];
  expect(said.filter((line) => line.startsWith('[Keep]'))).toEqual([]);
  expect(said.join('')).not.toMatch(/\]\(|\u202e/);
});
