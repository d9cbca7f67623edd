import { describe, expect, test } from 'vitest';
import { chooseProxy, proxyText } from '../../../server/src/cluster/proxyChoice.ts';
import type { KubeEnvironment } from '../../../server/src/workspace/clusterModule.ts';

type Setting = Partial<Pick<KubeEnvironment, 'variables' | 'platform' | 'editorProxy'>>;

/** `http://p:3128 by HTTPS_PROXY`, `direct`, or the sentence that says why the proxy cannot be used. */
function choice(server: string, setting: Setting, proxyUrl?: string): string {
  const chosen = chooseProxy(server, proxyUrl, { variables: {}, platform: 'linux', ...setting });
  if (chosen.kind === 'proxy') return `${proxyText(chosen.proxy)} by ${chosen.from}`;
  return chosen.kind === 'direct' ? 'direct' : chosen.problem;
}

const EDITOR = { url: 'http://editor:8080', except: ['.corp'] };

test.each<[string, string, Setting, string | undefined, string]>([
  ['nothing is set', 'https://api.example', {}, undefined, 'direct'],
  [
    'the kubeconfig comes first',
    'https://api.example',
    { variables: { HTTPS_PROXY: 'http://env:1' }, editorProxy: EDITOR },
    'https://kube:9',
    'https://kube:9 by proxy-url',
  ],
  [
    'the kubeconfig’s proxy has no exceptions',
    'https://127.0.0.1:6443',
    { variables: { NO_PROXY: '*' } },
    'socks5://kube',
    'socks5://kube:1080 by proxy-url',
  ],
  [
    'then the environment',
    'https://api.example',
    { variables: { HTTPS_PROXY: 'http://env:3128' }, editorProxy: EDITOR },
    undefined,
    'http://env:3128 by HTTPS_PROXY',
  ],
  [
    'in lower case too',
    'https://api.example',
    { variables: { https_proxy: 'http://env' } },
    undefined,
    'http://env:80 by https_proxy',
  ],
  [
    'capitals before lower case',
    'https://api.example',
    { variables: { https_proxy: 'http://small', HTTPS_PROXY: 'http://large' } },
    undefined,
    'http://large:80 by HTTPS_PROXY',
  ],
  [
    'an empty variable is none',
    'https://api.example',
    { variables: { HTTPS_PROXY: '', https_proxy: 'http://env:2' } },
    undefined,
    'http://env:2 by https_proxy',
  ],
  [
    'the variable of the other scheme does not count',
    'https://api.example',
    { variables: { HTTP_PROXY: 'http://env:3128' } },
    undefined,
    'direct',
  ],
  [
    'a server over http',
    'http://api.example',
    { variables: { HTTP_PROXY: 'http://env:3128' } },
    undefined,
    'http://env:3128 by HTTP_PROXY',
  ],
  [
    'a proxy without a scheme is http',
    'https://api.example',
    { variables: { HTTPS_PROXY: 'proxy.corp:3128' } },
    undefined,
    'http://proxy.corp:3128 by HTTPS_PROXY',
  ],
  [
    'a proxy with an IPv6 address',
    'https://api.example',
    { variables: { HTTPS_PROXY: 'http://[fd00::1]:3128' } },
    undefined,
    'http://[fd00::1]:3128 by HTTPS_PROXY',
  ],
  [
    'names on Windows are the same in any case',
    'https://api.example',
    { platform: 'win32', variables: { Https_Proxy: 'http://env:1' } },
    undefined,
    'http://env:1 by HTTPS_PROXY',
  ],
  ['then the editor', 'https://api.example', { editorProxy: EDITOR }, undefined, 'http://editor:8080 by http.proxy'],
  ['the editor’s own exceptions', 'https://api.corp', { editorProxy: EDITOR }, undefined, 'direct'],
  [
    'NO_PROXY holds for the editor’s proxy too',
    'https://api.example',
    { variables: { NO_PROXY: 'api.example' }, editorProxy: EDITOR },
    undefined,
    'direct',
  ],
  [
    'an exception of the environment is not the editor’s to overrule',
    'https://api.example',
    { variables: { HTTPS_PROXY: 'http://env', NO_PROXY: 'api.example' }, editorProxy: EDITOR },
    undefined,
    'direct',
  ],
  [
    'another kind of proxy',
    'https://api.example',
    {},
    'socks4://kube:1080',
    'The proxy of proxy-url is socks4; http, https and socks5 are possible.',
  ],
  [
    'socks5h is the same as socks5, as in Go',
    'https://api.example',
    {},
    'socks5h://kube',
    'socks5://kube:1080 by proxy-url',
  ],
  ['no address', 'https://api.example', {}, 'kube', 'The proxy that proxy-url names is not an address.'],
])('%s', (_, server, setting, proxyUrl, chosen) => {
  expect(choice(server, setting, proxyUrl)).toBe(chosen);
});

describe('NO_PROXY, as golang.org/x/net/http/httpproxy reads it', () => {
  const isDirect = (noProxy: string, server: string): boolean =>
    choice(server, { variables: { HTTPS_PROXY: 'http://env', NO_PROXY: noProxy } }) === 'direct';

  test.each<[string, readonly string[], readonly string[]]>([
    [
      'example.com',
      ['https://example.com', 'https://api.example.com', 'https://EXAMPLE.com'],
      ['https://notexample.com'],
    ],
    ['.example.com', ['https://api.example.com'], ['https://example.com']],
    ['*.example.com', ['https://api.example.com'], ['https://example.com']],
    ['example.com:6443', ['https://example.com:6443', 'https://a.example.com:6443'], ['https://example.com']],
    ['example.com:443', ['https://example.com'], ['https://example.com:6443']],
    ['10.0.0.0/8', ['https://10.1.2.3:6443'], ['https://11.1.2.3', 'https://ten.example']],
    ['10.1.2.3', ['https://10.1.2.3', 'https://10.1.2.3:6443'], ['https://10.1.2.4']],
    ['10.1.2.3:6443', ['https://10.1.2.3:6443'], ['https://10.1.2.3']],
    ['fd00::/8', ['https://[fd00::1]:6443'], ['https://[fe80::1]']],
    ['[fd00::1]:6443', ['https://[fd00::1]:6443'], ['https://[fd00::1]']],
    ['fd00::1', ['https://[fd00::1]:6443'], ['https://[fd00::2]']],
    [' a.example , b.example ', ['https://a.example', 'https://b.example'], ['https://c.example']],
    ['*', ['https://example.com', 'https://10.0.0.1'], []],
    ['bücher.example', ['https://bücher.example'], ['https://buecher.example']],
    [':443, ,10.0.0.0/99,*.', [], ['https://example.com', 'https://10.0.0.1']],
    ['10.1.2.', [], ['https://10.1.2.3']],
    [
      '',
      ['https://localhost:6443', 'https://127.0.0.1', 'https://127.9.9.9', 'https://[::1]'],
      ['https://localhost.example'],
    ],
  ])('%s', (noProxy, direct, proxied) => {
    expect(direct.filter((server) => !isDirect(noProxy, server))).toEqual([]);
    expect(proxied.filter((server) => isDirect(noProxy, server))).toEqual([]);
  });
});

test('the login of a proxy is read, and never a part of its text', () => {
  const chosen = chooseProxy('https://api.example', 'http://eve:p%40ss@kube:3128', {
    variables: {},
    platform: 'linux',
  });
  expect(chosen).toMatchObject({ proxy: { username: 'eve', password: 'p@ss' } });
  expect(chosen.kind === 'proxy' && proxyText(chosen.proxy)).toBe('http://kube:3128');
});

describe('http.proxyAuthorization', () => {
  const chosen = (url: string, authorization: string) =>
    chooseProxy('https://api.example', undefined, {
      variables: {},
      platform: 'linux',
      editorProxy: { url, except: [], authorization },
    });

  test('goes to the editor’s own proxy, whole, and is shown nowhere', () => {
    const choice = chosen('http://editor:8080', 'Basic czNjcmV0');
    expect(choice).toMatchObject({ kind: 'proxy', proxy: { authorization: 'Basic czNjcmV0' } });
    if (choice.kind === 'proxy') expect(proxyText(choice.proxy)).toBe('http://editor:8080');
  });

  test('goes to no other proxy', () => {
    const choice = chooseProxy('https://api.example', undefined, {
      variables: { HTTPS_PROXY: 'http://env:1' },
      platform: 'linux',
      editorProxy: { ...EDITOR, authorization: 'Basic czNjcmV0' },
    });
    expect(JSON.stringify(choice)).not.toContain('czNjcmV0');
  });

  test('means nothing to SOCKS, which has no headers', () => {
    expect(chosen('socks5://editor', 'Basic czNjcmV0')).not.toHaveProperty('proxy.authorization');
  });

  test.each(['Basic x\r\nX-Evil: 1', 'Basic \u20ac'])(
    'that no header can hold is said, and not repeated: %j',
    (value) => {
      const choice = chosen('http://editor:8080', value);
      expect(choice).toMatchObject({ kind: 'unusable', from: 'http.proxyAuthorization' });
      expect(JSON.stringify(choice)).not.toContain('Basic');
    },
  );
});
