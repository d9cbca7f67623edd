/**
 * Host names in the texts that programs are configured with. Such texts hold passwords beside the hosts, so that nothing
 * of them is kept but what stands where a host and its port stand; whoever asks keeps only what turns out to be a Service.
 */
import type { Protocol } from '../../model/networkPolicy.ts';

/** A host name with what the text says of its port. */
export interface HostMention {
  /** Labels in lower case, without the dot at the end. */
  readonly host: string;
  readonly protocol: Protocol;
  readonly port?: number;
  /** `url`: of a URL or a connection string. `address`: `host:port`. `name`: the name alone. */
  readonly form: 'url' | 'address' | 'name';
  /** The port is the scheme's own: the text does not write it. */
  readonly portImplied?: true;
}

/** One setting of a program: a variable, a flag, a key of a ConfigMap. */
export interface Setting {
  readonly name: string;
  readonly text: string;
}

/** Longer texts are no setting. */
const LONGEST = 8192;
/** A list of more hosts than this is something else. */
const MOST_HOSTS = 16;

/**
 * The hosts that a setting names. A name alone counts only where the setting's own name says that it is a host; nothing
 * counts where it says that the program does not connect there (`NO_PROXY`, `ALLOWED_HOSTS`), or that it is a secret.
 */
export function hostMentions({ name, text }: Setting, all: readonly Setting[] = []): readonly HostMention[] {
  if (text.length === 0 || text.length > LONGEST) return [];
  const words = wordsOf(name);
  if (words.some((word) => ELSEWHERE.has(word)) || SECRETS.has(words.at(-1) ?? '') || isNoProxy(words)) return [];
  const urls = urlHosts(text);
  if (urls.length > 0 || text.includes('://')) return urls;
  const strings = connectionString(text);
  if (strings.length > 0) return strings;
  const listed = listedHosts(text, isHostWord(words.at(-1) ?? ''));
  return listed.map((mention) => {
    if (mention.form !== 'name') return mention;
    const port = portBeside(words, all) ?? schemePort(words.slice(0, -1));
    if (port === undefined) return mention;
    return portBeside(words, all) === undefined ? { ...mention, port, portImplied: true } : { ...mention, port };
  });
}

/** The hosts of URLs and of `host:port` in a longer text, such as a script or a configuration file. */
export function hostsInText(text: string): readonly HostMention[] {
  const addresses = text.split(/[\s"'`,;=()[\]{}<>|&]+/).flatMap((token) => {
    const found = token.includes('://') ? undefined : addressIn(token);
    return found?.port === undefined ? [] : [found];
  });
  return [...urlHosts(text), ...addresses];
}

/** Ports of schemes, and of what variables are called after, where no port is written. */
const SCHEME_PORTS: ReadonlyMap<string, number> = new Map([
  ['http', 80],
  ['https', 443],
  ['ws', 80],
  ['wss', 443],
  ['postgres', 5432],
  ['postgresql', 5432],
  ['pg', 5432],
  ['mysql', 3306],
  ['mariadb', 3306],
  ['redis', 6379],
  ['rediss', 6379],
  ['mongodb', 27017],
  ['mongo', 27017],
  ['amqp', 5672],
  ['amqps', 5671],
  ['rabbitmq', 5672],
  ['nats', 4222],
  ['kafka', 9092],
  ['ldap', 389],
  ['ldaps', 636],
  ['smtp', 25],
  ['smtps', 465],
  ['sqlserver', 1433],
  ['mssql', 1433],
  ['clickhouse', 9000],
  ['cassandra', 9042],
  ['memcached', 11211],
  ['mqtt', 1883],
  ['mqtts', 8883],
  ['zookeeper', 2181],
  ['etcd', 2379],
  ['elasticsearch', 9200],
  ['opensearch', 9200],
  ['neo4j', 7687],
  ['bolt', 7687],
  ['consul', 8500],
  ['vault', 8200],
  ['ftp', 21],
  ['sftp', 22],
  ['ssh', 22],
]);

/** What stands behind `://` of these is no host of a network. */
const NO_HOSTS: ReadonlySet<string> = new Set([
  'file',
  'unix',
  'data',
  's3',
  's3a',
  'gs',
  'oci',
  'docker',
  'arn',
  'urn',
  'spiffe',
  'classpath',
  // Resolves SRV records, whose ports are written nowhere here.
  'mongodb+srv',
]);

// Bounded, so that no text makes it look back far.
const URL_AUTHORITY = /([A-Za-z][A-Za-z0-9+.-]{0,30}):\/\/([^\s"'`<>\\^{}|/?#;]{1,1024})/g;

function urlHosts(text: string): readonly HostMention[] {
  return [...text.matchAll(URL_AUTHORITY)].flatMap(([, scheme = '', authority = '']) => {
    const name = scheme.toLowerCase();
    if (NO_HOSTS.has(name)) return [];
    const protocol = name === 'udp' || name === 'statsd' ? 'UDP' : 'TCP';
    const implied = SCHEME_PORTS.get(name.replace(/^.*\+/, '')) ?? SCHEME_PORTS.get(name.replace(/\+.*$/, ''));
    return authority
      .slice(authority.lastIndexOf('@') + 1)
      .split(',')
      .flatMap((part): readonly HostMention[] => {
        const found = hostAndPort(part);
        if (found === undefined) return [];
        if (found.port !== undefined || implied === undefined) return [{ ...found, protocol, form: 'url' }];
        return [{ ...found, protocol, port: implied, portImplied: true, form: 'url' }];
      });
  });
}

/** `user:secret@tcp(db:3306)/x`, `host=db port=5432`, `Server=tcp:db,1433`, `jdbc:oracle:thin:@db:1521:x`. */
function connectionString(text: string): readonly HostMention[] {
  const mention = (host: string, port: string | undefined): readonly HostMention[] => {
    const found = hostAndPort(port === undefined ? host : `${host}:${port}`);
    return found === undefined ? [] : [{ ...found, protocol: 'TCP', form: 'url' }];
  };
  const mysql = /@tcp\(([^)\s]{1,300})\)/i.exec(text);
  if (mysql !== null) return mention(mysql[1] ?? '', undefined);
  const oracle = /^jdbc:oracle:[a-z]{2,6}:@(?:\/\/)?([^\s:/]{1,253}):(\d{1,5})/i.exec(text);
  if (oracle !== null) return mention(oracle[1] ?? '', oracle[2]);
  const server =
    /(?:^|;)\s*(?:server|data source|address)\s*=\s*(?:tcp:)?([^\s,;:]{1,253})(?:[,:](\d{1,5}))?\s*(?:;|$)/i.exec(text);
  if (server !== null) return mention(server[1] ?? '', server[2]);
  const libpq = /(?:^|[\s;])host\s*=\s*'?([^\s;,']{1,253})/i.exec(text);
  if (libpq !== null) return mention(libpq[1] ?? '', /(?:^|[\s;])port\s*=\s*'?(\d{1,5})/i.exec(text)?.[1]);
  return [];
}

/** `redis:6379`, `kafka-0.kafka:9092,kafka-1.kafka:9092`; names alone where `namesCount`, or where they say `.svc`. */
function listedHosts(text: string, namesCount: boolean): readonly HostMention[] {
  const items = text.split(/[\s,;]+/).filter((item) => item !== '');
  const isSentence = /[^\s,;]\s+[^\s,;]/.test(text);
  if (items.length > MOST_HOSTS) return [];
  const found = items.map(addressIn);
  return found.every((each) => each !== undefined)
    ? found.filter(({ host, port }) => port !== undefined || (namesCount && !isSentence) || /\.svc(?:\.|$)/.test(host))
    : [];
}

/** `host`, `host:port`, with a path behind or a user before. */
function addressIn(item: string): HostMention | undefined {
  if (item.length > 512) return undefined;
  const slash = item.indexOf('/');
  const authority = slash < 0 ? item : item.slice(0, slash);
  const found = hostAndPort(authority.slice(authority.lastIndexOf('@') + 1));
  return found && { ...found, protocol: 'TCP', form: found.port === undefined ? 'name' : 'address' };
}

function hostAndPort(text: string): { readonly host: string; readonly port?: number } | undefined {
  const [host = '', port, ...more] = text.split(':');
  const name = host.toLowerCase().replace(/\.$/, '');
  if (more.length > 0 || !isHostName(name)) return undefined;
  if (port === undefined || port === '') return { host: name };
  const number = /^\d{1,5}$/.test(port) ? Number(port) : 0;
  return number >= 1 && number <= 65_535 ? { host: name, port: number } : undefined;
}

/** No IP address: its last label is no number. */
function isHostName(text: string): boolean {
  if (text.length > 253) return false;
  const labels = text.split('.');
  return labels.every((label) => LABEL.test(label)) && !/^\d+$/.test(labels.at(-1) ?? '');
}

const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** `DB_HOST`, `db.host`, `--db-host` and `dbHost` are DB, HOST. */
function wordsOf(name: string): readonly string[] {
  return name
    .slice(0, 256)
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toUpperCase()
    .split(/[^A-Z0-9]+/)
    .filter((word) => word !== '');
}

function isHostWord(word: string): boolean {
  return HOST_WORDS.has(word) || /(?:HOST|HOSTNAME|ADDR|SERVER|URL)$/.test(word);
}

const HOST_WORDS: ReadonlySet<string> = new Set([
  'HOST',
  'HOSTS',
  'HOSTNAME',
  'HOSTNAMES',
  'ADDR',
  'ADDRS',
  'ADDRESS',
  'ADDRESSES',
  'SERVER',
  'SERVERS',
  'ENDPOINT',
  'ENDPOINTS',
  'URL',
  'URLS',
  'URI',
  'URIS',
  'BROKER',
  'BROKERS',
  'UPSTREAM',
  'UPSTREAMS',
  'BACKEND',
  'PEERS',
  'SEEDS',
  'DSN',
]);

/** The program compares or announces such names; it does not connect there. */
const ELSEWHERE: ReadonlySet<string> = new Set([
  'ALLOW',
  'ALLOWED',
  'ALLOWLIST',
  'WHITELIST',
  'ORIGIN',
  'ORIGINS',
  'CORS',
  'TRUSTED',
  'REDIRECT',
  'CALLBACK',
  'AUDIENCE',
  'ADVERTISE',
  'ADVERTISED',
  'LISTEN',
  'LISTENER',
  'LISTENERS',
  'BIND',
  'VIRTUAL',
  'EXCLUDE',
  'EXCLUDED',
  'IGNORE',
  'IGNORED',
]);

const SECRETS: ReadonlySet<string> = new Set([
  'PASSWORD',
  'PASSWD',
  'PASSPHRASE',
  'PASS',
  'PWD',
  'SECRET',
  'SECRETS',
  'TOKEN',
  'KEY',
  'CREDENTIAL',
  'CREDENTIALS',
  'SALT',
  'HASH',
]);

function isNoProxy(words: readonly string[]): boolean {
  return words.includes('NOPROXY') || words.some((word, at) => word === 'NO' && words[at + 1] === 'PROXY');
}

/** `DB_PORT` beside `DB_HOST`, `PGPORT` beside `PGHOST`. */
function portBeside(words: readonly string[], all: readonly Setting[]): number | undefined {
  const last = words.at(-1) ?? '';
  const start = words.slice(0, -1);
  const wanted =
    isHostWord(last) && !HOST_WORDS.has(last)
      ? [...start, last.replace(/(?:HOST|HOSTNAME|ADDR|SERVER|URL)$/, 'PORT')]
      : [...start, 'PORT'];
  const text = all.find(({ name }) => wordsOf(name).join('_') === wanted.join('_'))?.text;
  return text !== undefined && /^\d{1,5}$/.test(text.trim()) ? Number(text) : undefined;
}

function schemePort(words: readonly string[]): number | undefined {
  for (const word of words) {
    const port = SCHEME_PORTS.get(word.toLowerCase());
    if (port !== undefined) return port;
  }
  return undefined;
}
