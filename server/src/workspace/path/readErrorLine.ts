import { formatAddress, parseAddress } from '../../engine/address.ts';
import type { Protocol } from '../../model/networkPolicy.ts';

/**
 * What a pasted line of a program says of a connection that failed. Long, because it is one list of forms. Text of any program and of any length: what is not
 * recognised is absent, and nothing is guessed from a number that stands alone.
 */
export interface ErrorLine {
  /** A host name or an IP address, as `parseEnd` takes it. */
  readonly to: string;
  readonly port?: number;
  /** As far as the line says or implies it: absent where it could be either. */
  readonly protocol?: Protocol;
  /** The address that the connection came from, where the line has it. */
  readonly from?: string;
  readonly fault: ConnectionFault;
  /** The name that was to be resolved, where the failed traffic is DNS: `to` is the DNS server then. */
  readonly lookup?: string;
}

/**
 * `timeout`: nothing came back, as where a policy drops packets. `refused`: somebody answered with a reset, as where
 * nothing listens; most network plug-ins drop and do not refuse. `unreachable`: no route, or a plug-in that rejects.
 * `reset`: a connection that had been made was broken. `dns`: a name was not resolved. `tls`: the connection was made.
 */
export type ConnectionFault = 'timeout' | 'refused' | 'unreachable' | 'reset' | 'dns' | 'tls' | 'unknown';

/** Longer lines are cut: an address stands near the front of what a program says. */
const LONGEST = 8_000;

/** Undefined where the line names nobody who could not be reached. */
export function readErrorLine(text: string): ErrorLine | undefined {
  const line = text.slice(0, LONGEST).replace(COLOURS, '').replace(/\s+/g, ' ').trim();
  if (line === '') return undefined;
  const fault = faultOf(line);
  for (const form of FORMS) {
    const found = form(line, fault);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A log may be pasted with its colours. */
const COLOURS = new RegExp(String.raw`\u001b\[[0-9;]*m`, 'g');

type Form = (line: string, fault: ConnectionFault) => ErrorLine | undefined;

/** Which words mean what, the more telling first. */
const FAULTS: readonly (readonly [words: RegExp, fault: ConnectionFault])[] = [
  [/\bECONNREFUSED\b|connection (?:was )?refused|\brefused\b(?! to)|actively refused|WSAECONNREFUSED/i, 'refused'],
  [
    /no such host|ENOTFOUND|EAI_AGAIN|could not resolve|name resolution|name or service not known|bad address|nodename nor servname|UnknownHostException|could not translate host name|server misbehaving|getaddrinfo|name does not resolve|NXDOMAIN|unable to resolve host/i,
    'dns',
  ],
  [
    /no route to host|network is unreachable|host is (?:unreachable|down)|EHOSTUNREACH|ENETUNREACH|NoRouteToHost|administratively prohibited|destination unreachable/i,
    'unreachable',
  ],
  [/ECONNRESET|connection reset|broken pipe|EPIPE|unexpected EOF|reset by peer|closed by (?:the )?remote/i, 'reset'],
  [
    /i\/o timeout|timed? ?out|ETIMEDOUT|deadline exceeded|TimeoutException|context deadline|connection timeout|no response/i,
    'timeout',
  ],
  [/x509|certificate|tls: |SSL_|SSLError|handshake/i, 'tls'],
];

function faultOf(line: string): ConnectionFault {
  return FAULTS.find(([words]) => words.test(line))?.[1] ?? 'unknown';
}

const HOST = String.raw`[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,252}[A-Za-z0-9_.])?`;
const ADDRESS6 = String.raw`[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*(?:%[\w.-]+)?`;
/** `host:port`, `[v6]:port`. */
const PAIR = String.raw`(?:\[(?<v6>${ADDRESS6})\]|(?<host>${HOST})):(?<port>\d{1,5})(?!\d)`;

const FORMS: readonly Form[] = [
  goLookup,
  goSocket,
  grpc,
  nodeLookup,
  javaSocket,
  postgres,
  pythonPool,
  netcat,
  curl,
  wget,
  unresolved,
  anyPair,
];

/** `lookup db.shop.svc.cluster.local on 10.96.0.10:53: read udp 10.1.1.1:4242->10.96.0.10:53: i/o timeout`. */
function goLookup(line: string, fault: ConnectionFault): ErrorLine | undefined {
  const found = new RegExp(String.raw`\blookup (?<name>\S+?) on ${PAIR}`).exec(line);
  if (found === null) return undefined;
  const { groups = {} } = found;
  const source = new RegExp(String.raw`\b(?:read|write|dial) (?<net>udp|tcp)[46]? (?<from>\S+?)->`).exec(line)?.groups;
  // The server that answers "no such host" has been reached.
  const answered = /no such host|NXDOMAIN|server misbehaving/i.test(line);
  const cause = answered ? 'dns' : fault === 'dns' ? 'timeout' : fault;
  return made(groups, cause, {
    protocol: source?.['net'] === 'tcp' ? 'TCP' : 'UDP',
    lookup: groups['name'] ?? '',
    ...fromOf(source?.['from']),
  });
}

/** `dial tcp 10.2.3.4:5432: …`, `read tcp 10.1.1.1:4242->10.2.3.4:5432: …`. */
function goSocket(line: string, fault: ConnectionFault): ErrorLine | undefined {
  const found = new RegExp(
    String.raw`\b(?:dial|read|write|connect) (?<net>tcp|udp|sctp)[46]? (?:(?<from>\[[^\]\s]+\]:\d+|[^\s>-]+:\d+)->)?${PAIR}`,
    'i',
  ).exec(line);
  if (found === null) return undefined;
  const { groups = {} } = found;
  return made(groups, fault, { protocol: groups['net']?.toUpperCase() as Protocol, ...fromOf(groups['from']) });
}

/** gRPC targets: `dns:///db.shop:50051`, `ipv4:10.2.3.4:50051`, `ipv6:%5Bfd00::1%5D:443`. */
function grpc(line: string, fault: ConnectionFault): ErrorLine | undefined {
  const plain = line.replace(/%5B/gi, '[').replace(/%5D/gi, ']');
  const found =
    new RegExp(String.raw`\b(?:ipv[46]:|dns:(?:///)?|passthrough:(?:///)?)${PAIR}`).exec(plain) ??
    new RegExp(String.raw`\bAddr: ?\\?"${PAIR}`).exec(plain);
  return found === null ? undefined : made(found.groups ?? {}, fault, { protocol: 'TCP' });
}

/** Node: `getaddrinfo ENOTFOUND db.shop`, `connect ETIMEDOUT 10.2.3.4:5432`, `connect ECONNREFUSED fd00::1:443`. */
function nodeLookup(line: string, fault: ConnectionFault): ErrorLine | undefined {
  const name = new RegExp(String.raw`getaddrinfo (?:ENOTFOUND|EAI_AGAIN) (?<name>${HOST})`).exec(line)?.groups?.[
    'name'
  ];
  if (name !== undefined) return dnsOf(name);
  const six = /\b(?:connect|read|write) E[A-Z]+ (?<v6>[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*):(?<port>\d{1,5})\b/.exec(line);
  const local = / - Local \((?<from>[^)\s]+):\d+\)/.exec(line)?.groups?.['from'];
  if (six?.groups !== undefined && parseAddress(six.groups['v6'] ?? '') !== undefined) {
    return made(six.groups, fault, { protocol: 'TCP', ...fromOf(local) });
  }
  const found = new RegExp(String.raw`\b(?:connect|read|write) E[A-Z]+ ${PAIR}`).exec(line);
  return found === null ? undefined : made(found.groups ?? {}, fault, { protocol: 'TCP', ...fromOf(local) });
}

/**
 * Java: `java.net.ConnectException: Connection refused: db.shop/10.2.3.4:5432`, `Connect to db:5432 [db/10.2.3.4] failed`,
 * `SocketTimeoutException: connect timed out to /10.2.3.4:5432`.
 */
function javaSocket(line: string, fault: ConnectionFault): ErrorLine | undefined {
  if (!/Exception|\bjava\b|Connect to /.test(line)) return undefined;
  const name = new RegExp(String.raw`UnknownHostException: (?<name>${HOST})`).exec(line)?.groups?.['name'];
  if (name !== undefined) return dnsOf(name);
  const resolved =
    new RegExp(String.raw`(?:${HOST})?/(?:\[(?<v6>${ADDRESS6})\]|(?<host>\d+\.\d+\.\d+\.\d+)):(?<port>\d{1,5})\b`).exec(
      line,
    ) ??
    new RegExp(
      String.raw`host ?= ?(?<host>${HOST}),? port ?= ?(?<port>\d{1,5})|(?<host2>${HOST}):(?<port2>\d{1,5}) \[`,
    ).exec(line);
  if (resolved === null) return undefined;
  const { groups = {} } = resolved;
  const local = /from \/?(?<from>\d+\.\d+\.\d+\.\d+(?::\d+)?)/.exec(line)?.groups?.['from'];
  return made(
    { ...groups, host: groups['host'] ?? groups['host2'] ?? '', port: groups['port'] ?? groups['port2'] ?? '' },
    fault,
    { protocol: 'TCP', ...fromOf(local) },
  );
}

/** libpq: `connection to server at "db.shop" (10.2.3.4), port 5432 failed: …`, and before 14 `could not connect …`. */
function postgres(line: string, fault: ConnectionFault): ErrorLine | undefined {
  const unknown = /could not translate host name "(?<name>[^"]+)"/.exec(line)?.groups?.['name'];
  if (unknown !== undefined) return dnsOf(unknown);
  const found =
    /(?:server at|running on host) "(?<name>[^"]+)"(?: \((?<host>[^)]+)\))?(?:,| and accepting TCP\/IP connections on) port (?<port>\d{1,5})/.exec(
      line,
    ) ?? /Can't connect to (?:MySQL )?server on '(?<name>[^':]+)(?::(?<port>\d{1,5}))?'/i.exec(line);
  if (found === null) return undefined;
  const { groups = {} } = found;
  return made({ ...groups, host: groups['host'] ?? groups['name'] ?? '' }, fault, { protocol: 'TCP' });
}

/** Python's urllib3 and requests: `HTTPSConnectionPool(host='db.shop', port=8443): Max retries exceeded …`. */
function pythonPool(line: string, fault: ConnectionFault): ErrorLine | undefined {
  const found =
    /ConnectionPool\(host=['"](?<host>[^'"]+)['"], port=(?<port>\d{1,5})\)/.exec(line) ??
    /Cannot connect to host (?<host>[^\s:]+):(?<port>\d{1,5})/.exec(line) ??
    /\[Errno \d+\].*\(['"](?<host>[^'"]+)['"], (?<port>\d{1,5})\)/.exec(line) ??
    /Error \d+ connecting to (?<host>[^\s:]+):(?<port>\d{1,5})/.exec(line);
  if (found?.groups === undefined) return undefined;
  if (fault === 'dns') return dnsOf(found.groups['host'] ?? '');
  return made(found.groups, fault, { protocol: 'TCP' });
}

/** `curl: (28) Failed to connect to db.shop port 5432 after 130000 ms: …`, `connect to 10.2.3.4 port 80 failed`. */
function curl(line: string, fault: ConnectionFault): ErrorLine | undefined {
  const unknown = /Could not resolve host: (?<name>[^\s;]+)/i.exec(line)?.groups?.['name'];
  if (unknown !== undefined) return dnsOf(unknown);
  const found =
    /connect to (?<host>\S+)(?: \([^)]*\))? port (?<port>\d{1,5})(?: from (?<from>\S+) port \d+)?/i.exec(line) ??
    /connection to (?<host>\S+) port (?<port>\d{1,5})/i.exec(line);
  if (found?.groups === undefined) return undefined;
  const { from, ...groups } = found.groups;
  return made(groups, fault, { protocol: 'TCP', ...fromOf(from) });
}

/** `nc: connect to db port 5432 (tcp) timed out`, `(UNKNOWN) [10.2.3.4] 5432 (postgresql) : Connection timed out`. */
function netcat(line: string, fault: ConnectionFault): ErrorLine | undefined {
  const found =
    /\b(?:nc|ncat|netcat)(?:\.\w+)?: connect to (?<host>\S+)(?: \([^)]*\))? port (?<port>\d{1,5})(?: \((?<net>tcp|udp)\))?/i.exec(
      line,
    ) ??
    /\[(?<host>[0-9A-Fa-f.:]+)\] (?<port>\d{1,5}) \([^)]*\)/.exec(line) ??
    /\b(?:nc|ncat|netcat): (?<host>\S+) \((?:[^:)]*:)?(?<port>\d{1,5})\)/.exec(line) ??
    /\btelnet\b.*?\b(?:to|address) (?<host>[0-9A-Fa-f.:]+[0-9A-Fa-f])(?:[ :]+(?<port>\d{1,5}))?/.exec(line);
  if (found?.groups === undefined) return undefined;
  return made(found.groups, fault, { protocol: found.groups['net']?.toLowerCase() === 'udp' ? 'UDP' : 'TCP' });
}

/** `Connecting to db.shop (10.2.3.4:8080)`, `Connecting to db.shop|10.2.3.4|:8080... failed: …`. */
function wget(line: string, fault: ConnectionFault): ErrorLine | undefined {
  const unknown = /wget: (?:bad address|unable to resolve host address) ['"‘]?(?<name>[^'"’\s:]+)/.exec(line)?.groups;
  if (unknown?.['name'] !== undefined) return dnsOf(unknown['name']);
  const found =
    new RegExp(String.raw`Connecting to \S+ \(${PAIR}\)`).exec(line) ??
    /Connecting to [^|]+\|(?<host>[0-9A-Fa-f.:]+)\|:(?<port>\d{1,5})/.exec(line) ??
    /wget: can't connect to remote host \((?<host>[0-9A-Fa-f.:]+)\)/.exec(line);
  return found?.groups === undefined ? undefined : made(found.groups, fault, { protocol: 'TCP' });
}

/** Names that were not resolved, as glibc, musl, dig and others say it. */
function unresolved(line: string, fault: ConnectionFault): ErrorLine | undefined {
  if (fault !== 'dns') return undefined;
  const found = new RegExp(
    String.raw`(?:no such host|lookup|resolve(?: host| hostname)?|bad address|host name):? ['"‘]?(?<name>${HOST})|(?<before>${HOST}): (?:Name|Temporary failure|no such)`,
    'i',
  ).exec(line)?.groups;
  const name = found?.['name'] ?? found?.['before'];
  return name === undefined ? undefined : dnsOf(name);
}

/** Whatever else has an address and a port, or a URL with one; the last one is the one that failed. */
function anyPair(line: string, fault: ConnectionFault): ErrorLine | undefined {
  const arrow = new RegExp(String.raw`(?<from>[\d.]+|\[[0-9A-Fa-f:]+\])(?::\d+)? ?-> ?${PAIR}`).exec(line)?.groups;
  const protocol: { protocol?: Protocol } = /\budp\b/i.test(line) ? { protocol: 'UDP' } : { protocol: 'TCP' };
  if (arrow !== undefined) return made(arrow, fault, { ...protocol, ...fromOf(arrow['from']) });
  const url = new RegExp(
    String.raw`\b(?<scheme>https?|wss?|postgres(?:ql)?|mysql|redis|amqp|mongodb|tcp|udp|grpc)://(?:[^\s/@]*@)?(?:\[(?<v6>${ADDRESS6})\]|(?<host>${HOST}))(?::(?<port>\d{1,5}))?`,
    'i',
  ).exec(line)?.groups;
  if (url !== undefined) {
    const port = url['port'] ?? PORTS[(url['scheme'] ?? '').toLowerCase()];
    return made({ ...url, ...(port === undefined ? {} : { port }) }, fault, protocol);
  }
  // A clock's `12:30` is no host with a port.
  const pairs = [...line.matchAll(new RegExp(String.raw`(?<![\w.:\]/-])${PAIR}`, 'g'))].filter(
    ({ groups = {} }) => !/^\d+$/.test(groups['host'] ?? '') && /[.A-Za-z:]/.test(groups['host'] ?? groups['v6'] ?? ''),
  );
  const best =
    pairs.findLast(({ groups = {} }) => isAddress(groups)) ?? (fault === 'unknown' ? undefined : pairs.at(-1));
  return best === undefined ? undefined : made(best.groups ?? {}, fault, protocol);
}

/** Ports that URLs leave out, by scheme. */
const PORTS: Readonly<Record<string, string>> = {
  http: '80',
  ws: '80',
  https: '443',
  wss: '443',
  postgres: '5432',
  postgresql: '5432',
  mysql: '3306',
  redis: '6379',
  amqp: '5672',
  mongodb: '27017',
};

function isAddress(groups: Record<string, string | undefined>): boolean {
  return parseAddress(bare(groups['v6'] ?? groups['host'] ?? '')) !== undefined;
}

function made(
  groups: Record<string, string | undefined>,
  fault: ConnectionFault,
  more: Partial<ErrorLine>,
): ErrorLine | undefined {
  const named = bare(groups['v6'] ?? groups['host'] ?? '').replace(/[,;:]$/, '');
  if (named === '') return undefined;
  const address = parseAddress(named);
  const to = address === undefined ? named.replace(/\.$/, '') : formatAddress(address);
  const port = Number(groups['port'] ?? NaN);
  const isPort = Number.isInteger(port) && port >= 1 && port <= 65_535;
  // A DNS server is asked over UDP first, whatever the line leaves out.
  return { to, ...(isPort ? { port } : {}), ...more, fault };
}

/** A name that was not resolved: what failed, or gave no answer, is the traffic to the cluster's DNS. */
function dnsOf(name: string): ErrorLine {
  return { to: name.replace(/\.$/, ''), fault: 'dns', lookup: name.replace(/\.$/, '') };
}

/** Without a zone (RFC 4007), which means something on one machine alone. */
function bare(text: string): string {
  return text.replace(/%.*$/, '');
}

/** The address of `10.1.1.1:4242` or `[fd00::1]:4242`. */
function fromOf(text: string | undefined): { readonly from?: string } {
  if (text === undefined) return {};
  const inner =
    /^\[([^\]]+)\](?::\d+)?$/.exec(text)?.[1] ?? (/^[\d.]+:\d+$/.test(text) ? text.replace(/:\d+$/, '') : text);
  const address = parseAddress(bare(inner));
  // A socket that is bound to no address yet.
  const isNone = address !== undefined && Number(address.value) === 0;
  return address === undefined || isNone ? {} : { from: formatAddress(address) };
}
