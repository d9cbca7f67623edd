/** What a person reads while a cluster is connected: which machine's kubeconfig it is, and what a login program asks. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { loginPrompts, promptActions, promptText } from '../../../client/src/loginPrompts.ts';
import { machineText } from '../../../client/src/machine.ts';
import { KUBECTL_LINE, noContextText } from '../../../client/src/missingKubeconfig.ts';
import type { SessionState } from '../../../client/src/serverSession.ts';
import type { LoginPromptParams } from '../../../server/src/protocol/contexts.ts';
import { CORE_KINDS, REFERRING_RESOURCES } from '../../../server/src/cluster/clusterReaders.ts';
import { DAEMON_SETS } from '../../../server/src/cluster/readPlugins.ts';
import { ROOT } from '../../scripts/manifest.ts';
import { EventEmitter, messages, person } from '../../support/fakeVscode.ts';

test.each([
  ['devbox', undefined, 'devbox'],
  ['devbox', 'ssh-remote', 'devbox (SSH)'],
  ['devbox', 'wsl', 'devbox (WSL)'],
  ['devbox', 'another-kind', 'devbox (another-kind)'],
  ['devbox', 'localhost:8080', 'devbox'],
  [undefined, undefined, 'this machine'],
])('the machine %s, remote %s', (host, remote, text) => expect(machineText(host, remote)).toBe(text));

describe('without a context to choose, the machine is named', () => {
  test.each([
    [{ files: [], machine: 'devbox' }, 'No kubeconfig was found on devbox (SSH).'],
    [{ files: ['/k/a', '/k/b'], machine: 'devbox' }, 'There is no context in /k/a, /k/b on devbox (SSH).'],
    [
      { files: ['/k'], problem: '/k is not valid YAML (line 3).' },
      'On this machine (SSH): /k is not valid YAML (line 3).',
    ],
  ])('%j', (list, text) => expect(noContextText(list, 'ssh-remote')).toBe(text));

  test('the kubectl line lists every kind that answers are made from', () => {
    const kinds = /get (\S+)/.exec(KUBECTL_LINE)?.[1]?.split(',');
    expect(kinds?.sort()).toEqual(
      [...CORE_KINDS, ...REFERRING_RESOURCES, DAEMON_SETS].map(({ plural }) => plural).sort(),
    );
    expect(readFileSync(join(ROOT, 'README.md'), 'utf8')).toContain(KUBECTL_LINE);
  });
});

describe('what a login program asks', () => {
  const asked = {
    folder: 'file:///w',
    context: 'prod-eu',
    prompt: { program: 'kubelogin', text: '…', url: 'https://login.example/device?a=b', code: 'ABCD-1234' },
  };

  test('is one sentence with the page and the code', () => {
    expect(promptText(asked)).toBe(
      'kubelogin asks you to sign in to prod-eu at https://login.example/device?a=b, with the code ABCD-1234.',
    );
  });

  test('is opened and copied by a person, who sees the host before', () => {
    expect(promptActions(asked)).toEqual([
      { kind: 'open', title: 'Open login.example', text: 'https://login.example/device?a=b' },
      { kind: 'copy', title: 'Copy code', text: 'ABCD-1234' },
      { kind: 'copy', title: 'Copy address', text: 'https://login.example/device?a=b' },
    ]);
  });

  test.each(['file:///etc/passwd', 'vscode://evil.example', 'command:workbench.action.quit', 'https://'])(
    'leads nowhere but to a web page: %s',
    (url) => expect(promptActions({ prompt: { ...asked.prompt, url } }).map(({ kind }) => kind)).toEqual(['copy']),
  );
});

describe('a login program', () => {
  let hear: (params: LoginPromptParams) => void;
  let notices: Map<string, string>;
  let asks: boolean;
  const states = new EventEmitter<SessionState>();
  const ASKED: LoginPromptParams = {
    folder: 'file:///w',
    context: 'prod-eu',
    prompt: { program: 'aws', text: '', url: 'https://login.example' },
  };
  const open = () =>
    loginPrompts({
      session: { onNotification: (_, handler) => void (hear = handler as never), onDidChangeState: states.event },
      status: {
        say: (key, notice) => void (notice === undefined ? notices.delete(key) : notices.set(key, notice)),
        asksToSignIn: (now) => void (asks = now),
      },
    });

  beforeEach(() => {
    notices = new Map();
    asks = false;
    messages.length = 0;
    person.answers = [];
  });

  test('that runs by itself shows in the status item alone, until it has ended', () => {
    open();
    hear(ASKED);
    expect([[...notices.values()], asks, messages]).toEqual([
      ['aws asks you to sign in to prod-eu at https://login.example.'],
      true,
      [],
    ]);
    hear({ folder: 'file:///w', context: 'prod-eu' });
    expect([notices.size, asks]).toEqual([0, false]);
  });

  test('that runs for a person who waits is shown to them at once', async () => {
    const prompts = open();
    await prompts.during(async () => hear(ASKED));
    expect(messages).toEqual(['aws asks you to sign in to prod-eu at https://login.example.']);
  });

  test('that has ended says so to whoever answers its message later', async () => {
    const prompts = open();
    person.answers = ['Open login.example'];
    await prompts.during(async () => {
      hear(ASKED);
      // Before the person has clicked.
      hear({ folder: 'file:///w', context: 'prod-eu' });
    });
    await Promise.resolve();
    expect(messages.at(-1)).toBe('The login to prod-eu is over: nothing is asked any more.');
  });

  test('of one context asks on while that of another has ended', () => {
    open();
    hear(ASKED);
    hear({ ...ASKED, context: 'dev' });
    hear({ folder: 'file:///w', context: 'dev' });
    expect([[...notices.values()], asks]).toEqual([
      ['aws asks you to sign in to prod-eu at https://login.example.'],
      true,
    ]);
  });

  test('has ended with the server', () => {
    open();
    hear(ASKED);
    states.fire('starting');
    expect([notices.size, asks]).toEqual([0, false]);
  });
});
