/** Lines as programs write them when a connection fails. */
import { describe, expect, test } from 'vitest';
import { readErrorLine } from '../../../../server/src/workspace/path/readErrorLine.ts';

const LINES: readonly (readonly [line: string, means: string])[] = [
  // Go
  ['dial tcp 10.2.3.4:5432: i/o timeout', 'timeout to 10.2.3.4:5432/TCP'],
  ['dial tcp 10.2.3.4:5432: connect: connection refused', 'refused to 10.2.3.4:5432/TCP'],
  [
    'Post "https://vault.ops:8200/v1/auth": dial tcp [fd00::1]:8200: connect: no route to host',
    'unreachable to fd00::1:8200/TCP',
  ],
  ['read tcp 10.1.1.1:4242->10.2.3.4:5432: read: connection reset by peer', 'reset to 10.2.3.4:5432/TCP from 10.1.1.1'],
  ['read tcp [fd00::a]:4242->[fd00::1]:443: i/o timeout', 'timeout to fd00::1:443/TCP from fd00::a'],
  ['dial tcp 127.0.0.1:0->10.2.3.4:80: i/o timeout', 'timeout to 10.2.3.4:80/TCP from 127.0.0.1'],
  [
    'dial tcp: lookup db.shop.svc.cluster.local on 10.96.0.10:53: read udp 10.1.1.1:4242->10.96.0.10:53: i/o timeout',
    'timeout to 10.96.0.10:53/UDP from 10.1.1.1, looking up db.shop.svc.cluster.local',
  ],
  [
    'dial tcp: lookup db.shop on 10.96.0.10:53: dial udp 10.96.0.10:53: i/o timeout',
    'timeout to 10.96.0.10:53/UDP, looking up db.shop',
  ],
  ['dial tcp: lookup dbb.shop on 10.96.0.10:53: no such host', 'dns to 10.96.0.10:53/UDP, looking up dbb.shop'],
  [
    'failed to sync: Get "https://10.96.0.1:443/api?timeout=32s": dial tcp 10.96.0.1:443: i/o timeout',
    'timeout to 10.96.0.1:443/TCP',
  ],
  ['Get "http://web.shop:8080/healthz": context deadline exceeded', 'timeout to web.shop:8080/TCP'],
  // gRPC
  [
    'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial tcp 10.2.3.4:50051: i/o timeout"',
    'timeout to 10.2.3.4:50051/TCP',
  ],
  [
    '14 UNAVAILABLE: No connection established. Last error: connect ETIMEDOUT 10.2.3.4:50051',
    'timeout to 10.2.3.4:50051/TCP',
  ],
  [
    'failed to connect to all addresses; last error: UNKNOWN: ipv4:10.2.3.4:50051: Failed to connect to remote host: Connection refused',
    'refused to 10.2.3.4:50051/TCP',
  ],
  ['last error: UNAVAILABLE: ipv6:%5Bfd00::1%5D:443: connection attempt timed out', 'timeout to fd00::1:443/TCP'],
  // curl
  [
    'curl: (28) Failed to connect to db.shop port 5432 after 130211 ms: Connection timed out',
    'timeout to db.shop:5432/TCP',
  ],
  ['curl: (7) Failed to connect to 10.2.3.4 port 80: Connection refused', 'refused to 10.2.3.4:80/TCP'],
  ['curl: (6) Could not resolve host: db.shop', 'dns to db.shop, looking up db.shop'],
  [
    '* connect to 10.2.3.4 port 443 from 10.1.1.1 port 51000 failed: Connection timed out',
    'timeout to 10.2.3.4:443/TCP from 10.1.1.1',
  ],
  // psql and other databases
  [
    'psql: error: connection to server at "db.shop" (10.2.3.4), port 5432 failed: Connection timed out',
    'timeout to 10.2.3.4:5432/TCP',
  ],
  ['connection to server at "db.shop", port 5432 failed: timeout expired', 'timeout to db.shop:5432/TCP'],
  [
    'could not connect to server: Connection refused Is the server running on host "db" (10.2.3.4) and accepting TCP/IP connections on port 5432?',
    'refused to 10.2.3.4:5432/TCP',
  ],
  [
    'psql: error: could not translate host name "db.shop" to address: Temporary failure in name resolution',
    'dns to db.shop, looking up db.shop',
  ],
  ["ERROR 2003 (HY000): Can't connect to MySQL server on 'mysql.shop:3306' (110)", 'unknown to mysql.shop:3306/TCP'],
  [
    'redis.exceptions.TimeoutError: Error 110 connecting to redis.shop:6379. Connection timed out.',
    'timeout to redis.shop:6379/TCP',
  ],
  // Java
  ['java.net.ConnectException: Connection refused: db.shop/10.2.3.4:5432', 'refused to 10.2.3.4:5432/TCP'],
  [
    'org.apache.http.conn.ConnectTimeoutException: Connect to api.shop:8080 [api.shop/10.2.3.5] failed: connect timed out',
    'timeout to api.shop:8080/TCP',
  ],
  [
    'java.net.SocketTimeoutException: failed to connect to /10.2.3.4 (port 8080) from /10.1.1.1 (port 4242) after 10000ms: /10.2.3.4:8080',
    'timeout to 10.2.3.4:8080/TCP from 10.1.1.1',
  ],
  [
    'io.netty.channel.ConnectTimeoutException: connection timed out after 5000 ms: db.shop/10.2.3.4:9042',
    'timeout to 10.2.3.4:9042/TCP',
  ],
  ['java.net.UnknownHostException: db.shop: Name or service not known', 'dns to db.shop, looking up db.shop'],
  // Node
  ['Error: connect ETIMEDOUT 10.2.3.4:5432', 'timeout to 10.2.3.4:5432/TCP'],
  ['Error: connect ECONNREFUSED 10.2.3.4:5432', 'refused to 10.2.3.4:5432/TCP'],
  ['Error: connect ECONNREFUSED fd00::1:443 - Local (fd00::a:0)', 'refused to fd00::1:443/TCP from fd00::a'],
  [
    'Error: connect EHOSTUNREACH 10.2.3.4:5432 - Local (10.1.1.1:4242)',
    'unreachable to 10.2.3.4:5432/TCP from 10.1.1.1',
  ],
  ['Error: getaddrinfo EAI_AGAIN db.shop', 'dns to db.shop, looking up db.shop'],
  // Python
  [
    "requests.exceptions.ConnectTimeout: HTTPConnectionPool(host='web.shop', port=8080): Max retries exceeded with url: / (Caused by ConnectTimeoutError(<...>, 'Connection to web.shop timed out. (connect timeout=5)'))",
    'timeout to web.shop:8080/TCP',
  ],
  [
    'aiohttp.client_exceptions.ClientConnectorError: Cannot connect to host web.shop:8080 ssl:default [Connect call failed]',
    'unknown to web.shop:8080/TCP',
  ],
  ["OSError: [Errno 110] Connect call failed ('10.2.3.4', 5432) timed out", 'timeout to 10.2.3.4:5432/TCP'],
  // nc, wget
  ['nc: connect to db.shop port 5432 (tcp) timed out: Operation in progress', 'timeout to db.shop:5432/TCP'],
  ['nc: connect to db.shop (10.2.3.4) port 53 (udp) failed: Connection refused', 'refused to db.shop:53/UDP'],
  ['(UNKNOWN) [10.2.3.4] 5432 (postgresql) : Connection timed out', 'timeout to 10.2.3.4:5432/TCP'],
  ['nc: db.shop (10.2.3.4:5432): Connection timed out', 'timeout to db.shop:5432/TCP'],
  ['Connecting to web.shop (10.2.3.4:8080) wget: download timed out', 'timeout to 10.2.3.4:8080/TCP'],
  ['Connecting to web.shop (web.shop)|10.2.3.4|:8080... failed: Connection timed out.', 'timeout to 10.2.3.4:8080/TCP'],
  ["wget: bad address 'web.shop'", 'dns to web.shop, looking up web.shop'],
  // whatever has an address and a port
  ['12:30:05 ERROR upstream 10.2.3.4:8080 timed out', 'timeout to 10.2.3.4:8080/TCP'],
  ['10.1.1.1:4242 -> 10.2.3.4:53 udp dropped', 'unknown to 10.2.3.4:53/UDP from 10.1.1.1'],
  ['redis://:secret@redis.shop/0: timeout', 'timeout to redis.shop:6379/TCP'],
  ['\u001b[31mdial tcp 10.2.3.4:5432: i/o timeout\u001b[0m', 'timeout to 10.2.3.4:5432/TCP'],
];

describe('a pasted error line', () => {
  test.each(LINES)('%s', (line, means) => {
    expect(told(line)).toBe(means);
  });

  test.each(['', 'it is 12:30', 'no idea', 'x'.repeat(100_000), '::::', 'dial tcp :0: boom', '[]:80', '\u0000'])(
    '%j names nobody',
    (line) => {
      expect(told(line)).toBeUndefined();
    },
  );

  test('with a port that cannot be is read without it', () => {
    expect(told('Error: connect ETIMEDOUT 10.2.3.4:99999')).toBe('timeout to 10.2.3.4/TCP');
  });
});

function told(line: string): string | undefined {
  const read = readErrorLine(line);
  if (read === undefined) return undefined;
  const { to, port, protocol, from, fault, lookup } = read;
  return [
    `${fault} to ${to}${port === undefined ? '' : `:${port}`}${protocol === undefined ? '' : `/${protocol}`}`,
    from === undefined ? '' : ` from ${from}`,
    lookup === undefined ? '' : `, looking up ${lookup}`,
  ].join('');
}
