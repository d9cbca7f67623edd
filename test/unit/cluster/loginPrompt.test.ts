import { expect, test } from 'vitest';
import { readLoginPrompt } from '../../../server/src/cluster/loginPrompt.ts';

test.each<[string, string, string | undefined, string | undefined]>([
  [
    'a device login of Azure',
    'To sign in, use a web browser to open the page https://microsoft.com/devicelogin and enter the code FX5B7QZ9K to authenticate.\n',
    'https://microsoft.com/devicelogin',
    'FX5B7QZ9K',
  ],
  [
    'a device login of AWS',
    'Attempting to automatically open the SSO authorization page in your default browser.\nIf the browser does not open, open the following URL:\n\nhttps://device.sso.eu-west-1.amazonaws.com/\n\nThen enter the code:\n\nQWER-TYUI\n',
    'https://device.sso.eu-west-1.amazonaws.com/',
    'QWER-TYUI',
  ],
  [
    'a device login of Google',
    'On your phone, visit https://www.google.com/device and enter the code: ABC-DEFG-HIJ.',
    'https://www.google.com/device',
    undefined,
  ],
  [
    'a page on this machine',
    '\u001b[33mPlease visit the following URL in your browser:\u001b[0m http://localhost:8000\n',
    'http://localhost:8000',
    undefined,
  ],
  [
    'a page with a query, before a full stop',
    'Go to <https://login.example/x?code=1&a=b>.',
    'https://login.example/x?code=1&a=b',
    undefined,
  ],
  [
    'the last page counts',
    'See https://docs.example for help.\nOpen https://login.example',
    'https://login.example',
    undefined,
  ],
])('%s', (_, written, url, code) => {
  const prompt = readLoginPrompt('login', written);
  expect([prompt?.url, prompt?.code]).toEqual([url, code]);
});

test.each([
  ['progress', 'Waiting for the login …\nexit code 1\n'],
  ['a login in an address', 'open https://eve:secret@evil.example'],
  ['another scheme', 'open vscode://evil.example or file:///etc/passwd'],
  ['an error', 'error: the code is wrong: invalid_grant'],
])('nothing is asked by %s', (_, written) => {
  expect(readLoginPrompt('login', written)).toBeUndefined();
});

test('control characters and tokens do not get through to a person', () => {
  const prompt = readLoginPrompt('login', 'Open https://login.example\u0007\u001b[2J\npassword=hunter2\u202e');
  expect(prompt?.text).toBe('Open https://login.example\npassword=…');
});
