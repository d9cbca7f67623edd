import type { EditorProxy, KubeEnvironment } from '../workspace/clusterModule.ts';
import { noProxyList } from './noProxy.ts';
import { plainText } from './plainText.ts';
import { variableOf } from './variables.ts';

/** How a cluster's server is reached, and what decided so. */
export type ProxyChoice =
  | { readonly kind: 'direct'; /** One sentence. */ readonly why: string }
  /** `from`: `proxy-url`, the variable's name or `http.proxy`. */
  | { readonly kind: 'proxy'; readonly proxy: ProxyAddress; readonly from: string }
  | { readonly kind: 'unusable'; /** One sentence. */ readonly problem: string; readonly from: string };

export interface ProxyAddress {
  readonly protocol: 'http' | 'https' | 'socks5';
  /** Without the brackets of an IPv6 address. */
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  /** The whole Proxy-Authorization header, which stands before the login; never shown. */
  readonly authorization?: string;
}

/**
 * Decides as client-go does: the kubeconfig's `proxy-url` holds for every server; else HTTPS_PROXY (HTTP_PROXY for a
 * server over http) and NO_PROXY as golang.org/x/net/http/httpproxy reads them; only where no such variable is set, the
 * editor's `http.proxy`. Pure.
 */
export function chooseProxy(
  server: string,
  proxyUrl: string | undefined,
  environment: Pick<KubeEnvironment, 'variables' | 'platform' | 'editorProxy'>,
): ProxyChoice {
  if (proxyUrl !== undefined) return proxyOf(proxyUrl, 'proxy-url');
  const url = new URL(server);
  const noProxy = variableOf(environment, 'NO_PROXY') ?? variableOf(environment, 'no_proxy') ?? '';
  const name = url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  for (const variable of [name, name.toLowerCase()]) {
    const value = variableOf(environment, variable);
    if (value === undefined) continue;
    const exception = noProxyList(noProxy)(url);
    if (exception !== undefined) return { kind: 'direct', why: `${variable} is set, but ${exception}.` };
    return proxyOf(value, variable);
  }
  return editorChoice(url, noProxy, environment.editorProxy);
}

function editorChoice(url: URL, noProxy: string, editor: EditorProxy | undefined): ProxyChoice {
  if (editor === undefined || editor.url === '') {
    return { kind: 'direct', why: 'Neither the kubeconfig nor the environment nor the editor names a proxy.' };
  }
  const exception = noProxyList(noProxy)(url) ?? noProxyList(editor.except.join(','), 'http.noProxy')(url);
  if (exception !== undefined) return { kind: 'direct', why: `http.proxy is set, but ${exception}.` };
  const choice = proxyOf(editor.url, 'http.proxy');
  return editor.authorization === undefined ? choice : withAuthorization(choice, editor.authorization);
}

/** SOCKS has no headers. */
function withAuthorization(choice: ProxyChoice, authorization: string): ProxyChoice {
  if (choice.kind !== 'proxy' || choice.proxy.protocol === 'socks5') return choice;
  // What is no header would end the request, or begin another one.
  if (/^[\x20-\x7e\x80-\xff]+$/.test(authorization)) return { ...choice, proxy: { ...choice.proxy, authorization } };
  const from = 'http.proxyAuthorization';
  return { kind: 'unusable', from, problem: `The value of ${from} cannot be sent: it holds characters of no header.` };
}

/** A value without a scheme is an http proxy, as in Go; `proxy-url` needs one. */
function proxyOf(value: string, from: string): ProxyChoice {
  const written = value.trim();
  const hasScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(written);
  const text = hasScheme || from === 'proxy-url' ? written : `http://${written}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  // Go sends names to either kind of SOCKS proxy unresolved.
  const protocol = url?.protocol.replace(':', '').replace(/^socks5h$/, 'socks5');
  if (url === undefined || url.hostname === '' || protocol === undefined) {
    return { kind: 'unusable', from, problem: `The proxy that ${from} names is not an address.` };
  }
  if (protocol !== 'http' && protocol !== 'https' && protocol !== 'socks5') {
    const scheme = plainText(protocol);
    return {
      kind: 'unusable',
      from,
      problem: `The proxy of ${from} is ${scheme}; http, https and socks5 are possible.`,
    };
  }
  const proxy = {
    protocol,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? DEFAULT_PORTS[protocol] : Number(url.port),
    username: decoded(url.username),
    password: decoded(url.password),
  } as const;
  return { kind: 'proxy', proxy, from };
}

/** What a proxy over http or https is to be told; undefined: nothing. */
export function proxyAuthorization({ username, password, authorization }: ProxyAddress): string | undefined {
  if (authorization !== undefined) return authorization;
  return username === '' ? undefined : `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

const DEFAULT_PORTS = { http: 80, https: 443, socks5: 1080 } as const;

/** `http://proxy.corp:3128`: for people, without its login. */
export function proxyText({ protocol, host, port }: ProxyAddress): string {
  return `${protocol}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
