import { expect, test } from 'vitest';
import { execDetail } from '../../../client/src/execConsent.ts';
import { matchPicks } from '../../../client/src/showMatches.ts';
import { beginsLikeSnapshot } from '../../../client/src/snapshotFiles.ts';

test('the question before a program runs shows all of it, and of the environment names only', () => {
  const exec = {
    command: '/opt/cloud tools/login',
    args: ['--cluster', 'prod eu', '', '--region\u202e=x'],
    env: ['CLOUD_PROFILE', 'HTTPS_PROXY'],
    identity: 'x',
    installHint: 'Install the cloud tools.',
  };
  expect(execDetail(exec).split('\n').filter(Boolean)).toEqual([
    'Command: "/opt/cloud tools/login"',
    'Arguments:',
    '    --cluster',
    '    "prod eu"',
    '    ""',
    '    --region\\u{202e}=x',
    'Sets the environment variables: CLOUD_PROFILE, HTTPS_PROXY',
    'Its install hint: Install the cloud tools.',
    'You are asked again when any of this changes.',
  ]);
});

test('a list of matches begins with what leads to a manifest', () => {
  const location = { uri: 'file:///web.yaml', line: 3, character: 0 };
  const picks = matchPicks([
    { label: 'old', description: 'Deployment · 1 pod' },
    { label: 'web', description: 'Deployment · 4 pods', location },
  ]);
  expect(picks.map(({ label, location }) => [label, location])).toEqual([
    ['web', location],
    ['Without a manifest here', undefined],
    ['old', undefined],
  ]);
});

test('without such rows there is no separator', () => {
  expect(matchPicks([])).toEqual([]);
});

test.each([
  ['what kubectl writes', '{\n    "apiVersion": "v1",\n    "items": [', true],
  ['a list that names its kind first', '{"kind":"List","apiVersion":"v1"', true],
  ['a package', '{\n  "name": "shop",\n  "apiVersion": "1"', false],
  ['a list of something', '[{"apiVersion": "v1"}]', false],
  ['an empty file', '', false],
])('a snapshot is known by its beginning: %s', (_, head, offered) => expect(beginsLikeSnapshot(head)).toBe(offered));
