import http from 'node:http';
import https from 'node:https';
import type { ProxyAddress } from './proxyChoice.ts';
import { proxyAuthorization } from './proxyChoice.ts';
import type { Ca } from './proxyTunnel.ts';
import { proxyTls } from './proxyTunnel.ts';

/** How requests to a server over http go through a proxy. */
export interface PlainForward {
  readonly proxy: ProxyAddress;
  readonly agent: http.Agent;
  readonly request: (url: URL, options: ForwardedOptions, ca: Ca) => http.ClientRequest;
}

interface ForwardedOptions extends Pick<http.RequestOptions, 'method' | 'signal'> {
  readonly headers: http.OutgoingHttpHeaders;
}

/**
 * A server over http is asked for by its whole URL (RFC 9112 §3.2.2), as Go does: many proxies open tunnels to port 443
 * alone. Undefined where the connection is to be a tunnel.
 */
export function plainForward(proxy: ProxyAddress | undefined, secure: boolean): PlainForward | undefined {
  if (secure || proxy === undefined || proxy.protocol === 'socks5') return undefined;
  const { request, Agent } = proxy.protocol === 'https' ? https : http;
  const agent = new Agent({ keepAlive: true });
  const authorization = proxyAuthorization(proxy);
  return {
    proxy,
    agent,
    request: (url, options, ca) =>
      request({
        ...options,
        agent,
        host: proxy.host,
        port: proxy.port,
        path: url.href,
        headers: {
          ...options.headers,
          Host: url.host,
          ...(authorization !== undefined && { 'Proxy-Authorization': authorization }),
        },
        ...(proxy.protocol === 'https' && proxyTls(proxy, ca)),
      }),
  };
}
