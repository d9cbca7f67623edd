import { describe, expect, it } from 'vitest';
import { needLines, needsIn } from '../../../support/needs.ts';
import { snapshotOf, uriOf } from '../../../support/snapshotOf.ts';

/** A Deployment whose only container is configured so. */
function program(name: string, settings: string, spec = '', namespace = 'shop'): string {
  return `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  replicas: 2
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
${spec}      containers:
      - name: main
        image: x
        ports: [{ name: main, containerPort: 9999 }]
${settings.replace(/^/gm, '        ')}
`;
}

function service(name: string, ports: string, namespace = 'shop', more = ''): string {
  return `---
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: ${namespace} }
spec: { selector: { app: ${name} }, ports: [${ports}]${more} }
`;
}

const BEHIND = [
  program('db', ''),
  service('db', '{ port: 5432 }'),
  program('api', ''),
  service('api', '{ name: http, port: 8080, targetPort: main }, { name: metrics, port: 9090 }'),
  program('db', '', '', 'data'),
  service('db', '{ port: 5432, targetPort: 15432 }', 'data'),
  program('redis', ''),
  service('redis', '{ port: 6379 }'),
  program('kafka', ''),
  service('kafka', '{ port: 9092 }', 'shop', ', clusterIP: None'),
  program('statsd', ''),
  service('statsd', '{ port: 8125, protocol: UDP }'),
].join('');

function needs(settings: string, more = '', spec = ''): readonly string[] {
  return needLines({ 'a.yaml': program('web', settings, spec) + more, 'b.yaml': BEHIND }, ['environment', 'apiServer']);
}

const env = (...entries: readonly string[]): string => `env:\n${entries.map((entry) => `- { ${entry} }`).join('\n')}`;

describe('a variable that names a Service', () => {
  it.each([
    [
      'with scheme and port',
      'name: DATABASE_URL, value: "postgres://u:p@db:5432/x"',
      'DATABASE_URL of web: → shop/db[Deployment] 5432/TCP, certain',
    ],
    [
      'with a scheme alone',
      'name: DATABASE_URL, value: postgres://db/x',
      'DATABASE_URL of web: → shop/db[Deployment] 5432/TCP, likely',
    ],
    [
      'of another namespace',
      'name: DATABASE_URL, value: "postgres://db.data:5432"',
      'DATABASE_URL of web: → data/db[Deployment] 15432/TCP, certain',
    ],
    [
      'in full',
      'name: A, value: "http://api.shop.svc.cluster.local:8080"',
      'A of web: → shop/api[Deployment] main/TCP, certain',
    ],
    ['with its port', 'name: CACHE, value: "redis:6379"', 'CACHE of web: → shop/redis[Deployment] 6379/TCP, certain'],
    [
      'by name, as a host',
      'name: REDIS_HOST, value: redis',
      'REDIS_HOST of web: → shop/redis[Deployment] 6379/TCP, likely',
    ],
    [
      'by name, with the one port that it has',
      'name: STORE_HOST, value: db',
      'STORE_HOST of web: → shop/db[Deployment] 5432/TCP, likely',
    ],
    [
      'and one of its pods',
      'name: BROKERS, value: "kafka-0.kafka:9092,kafka-1.kafka.shop.svc:9092"',
      'BROKERS of web: → shop/kafka[Deployment] 9092/TCP, certain',
    ],
    [
      'of a headless Service, and a port that its pods alone have',
      'name: A, value: "http://kafka:9999"',
      'A of web: → shop/kafka[Deployment] 9999/TCP, certain',
    ],
    [
      'over UDP',
      'name: STATSD_ADDR, value: "statsd:8125"',
      'STATSD_ADDR of web: → shop/statsd[Deployment] 8125/UDP, certain',
    ],
    [
      'that is the API server',
      'name: A, value: "https://kubernetes.default.svc"',
      'A of web: → somewhere 443/TCP or somewhere 6443/TCP, certain',
    ],
  ])('%s', (_, entry, expected) => {
    expect(needs(env(entry))).toEqual([`${expected}, a.yaml:16`]);
  });

  it('takes its port from the variable beside it', () => {
    const found = needs(env('name: DB_HOST, value: api', 'name: DB_PORT, value: "9090"'));
    expect(found).toEqual(['DB_HOST of web: → shop/api[Deployment] 9090/TCP, certain, a.yaml:16']);
  });

  it('may be put together from others', () => {
    const found = needs(env('name: DB, value: "db.data"', 'name: URL, value: "postgres://$(DB):5432"'));
    expect(found).toEqual(['URL of web: → data/db[Deployment] 15432/TCP, certain, a.yaml:17']);
  });

  it('counts once, as the surest that says it', () => {
    const found = needs(
      env('name: DB_HOST, value: db', 'name: URL, value: "postgres://db:5432"', 'name: Z, value: "db:5432"'),
    );
    expect(found).toEqual(['URL of web: → shop/db[Deployment] 5432/TCP, certain, a.yaml:17']);
  });
});

describe('arguments that name a Service', () => {
  it.each([
    [
      'a flag with its value',
      'args: ["--redis=redis:6379"]',
      '--redis of web: → shop/redis[Deployment] 6379/TCP, certain',
    ],
    ['a flag before its value', 'args:\n- --db-host\n- db', '--db-host of web: → shop/db[Deployment] 5432/TCP, likely'],
    ['an argument of its own', 'args: ["db:5432"]', 'an argument of web: → shop/db[Deployment] 5432/TCP, likely'],
    [
      'a script',
      'command: [sh, -c, "until nc -z db:5432; do sleep 1; done; exec x"]',
      'an argument of web: → shop/db[Deployment] 5432/TCP, likely',
    ],
  ])('%s', (_, settings, expected) => {
    expect(needs(settings).map((line) => line.replace(/, a\.yaml:\d+$/, ''))).toEqual([expected]);
  });
});

const CONFIG = `---
apiVersion: v1
kind: ConfigMap
metadata: { name: settings, namespace: shop }
data:
  REDIS_ADDR: redis:6379
  app.yaml: |
    database: { url: "postgres://db.data:5432/x" }
`;

describe('ConfigMaps that name a Service', () => {
  it.each([
    [
      'as one variable',
      'env: [{ name: CACHE, valueFrom: { configMapKeyRef: { name: settings, key: REDIS_ADDR } } }]',
      '',
      'CACHE of web: → shop/redis[Deployment] 6379/TCP, certain, a.yaml:21',
    ],
    [
      'as variables',
      'envFrom: [{ prefix: X_, configMapRef: { name: settings } }]',
      '',
      'X_REDIS_ADDR of web: → shop/redis[Deployment] 6379/TCP, certain, a.yaml:21',
    ],
    [
      'as a file',
      '',
      '      volumes: [{ name: v, configMap: { name: settings } }]\n',
      'app.yaml of ConfigMap settings of web: → data/db[Deployment] 15432/TCP, possible, a.yaml:22',
    ],
  ])('%s', (_, settings, spec, expected) => {
    const all = needs(settings, CONFIG, spec).map((line) => line.replace(/a\.yaml:\d+$/, 'a.yaml'));
    expect(all).toContain(expected.replace(/:\d+$/, ''));
  });

  it('of another namespace do not count', () => {
    const elsewhere = CONFIG.replace('namespace: shop', 'namespace: data');
    expect(needs('envFrom: [{ configMapRef: { name: settings } }]', elsewhere)).toEqual([]);
  });

  it('count as they stand nearest to the workload', () => {
    const web = program('web', 'envFrom: [{ configMapRef: { name: settings } }]');
    const files = {
      'dev/config.yaml': CONFIG.replace('redis:6379', 'db:5432'),
      'prod/config.yaml': CONFIG,
      'prod/web.yaml': web,
      'b.yaml': BEHIND,
    };
    expect(needLines(files, ['environment'])).toEqual([
      expect.stringContaining('REDIS_ADDR of web: → shop/redis[Deployment] 6379/TCP'),
    ]);
  });
});

describe('what is no dependency', () => {
  it.each([
    ['a Service that does not exist', 'name: URL, value: "http://gone:8080"'],
    ['a Service of another namespace by its bare name', 'name: URL, value: "http://db.ops:5432"'],
    ['a port that the Service does not have', 'name: URL, value: "http://api:1234"'],
    ['a scheme whose port the Service does not have', 'name: URL, value: "https://api"'],
    ['a bare name where the Service has several ports', 'name: BACKEND_HOST, value: api'],
    ['a word that is also a Service', 'name: MODE, value: redis'],
    ['a name that the program gives itself', 'name: OTEL_SERVICE_NAME, value: api'],
    ['the program itself', 'name: PUBLIC_URL, value: "http://web:9999"'],
    ['a host outside', 'name: URL, value: "https://api.example.com:8080"'],
    ['a secret', 'name: DB_PASSWORD, value: "redis:6379"'],
    ['a Secret', 'name: DATABASE_URL, valueFrom: { secretKeyRef: { name: db, key: url } }'],
    ['what no proxy is used for', 'name: NO_PROXY, value: "db:5432"'],
    ['a placeholder', 'name: DATABASE_URL, value: "postgres://${DB}:5432"'],
    ['a label of a longer name', 'name: URL, value: "http://x.db.shop:5432"'],
  ])('%s', (_, entry) => {
    expect(needs(env(entry), service('web', '{ port: 9999 }'))).toEqual([]);
  });

  it('a Service that leads to a name outside', () => {
    const external =
      '---\napiVersion: v1\nkind: Service\nmetadata: { name: mail, namespace: shop }\nspec: { type: ExternalName, externalName: smtp.example.com }\n';
    expect(needs(env('name: SMTP_HOST, value: "mail:25"'), external)).toEqual([]);
  });
});

it('is apart from the objects that universes and snapshots are made of', () => {
  const secret = 'hunter2-very-secret';
  const text = program('web', env(`name: DATABASE_URL, value: "postgres://admin:${secret}@db:5432"`)) + BEHIND;
  const snapshot = snapshotOf(new Map([['a.yaml', text]]));
  const objects = [...(snapshot.manifests.files.get(uriOf('a.yaml')) ?? [])].map(({ object }) => object);
  const contents = [...snapshot.universe.parts.contents.values()];
  expect(JSON.stringify([objects, contents])).toContain('"web"');
  expect(JSON.stringify([objects, contents])).not.toMatch(/DATABASE_URL|hunter2/);
});

it('keeps nothing of a text but its name, the Service and the port', () => {
  const secret = 'hunter2-very-secret';
  const found = needsIn({
    'a.yaml':
      program('web', env(`name: DATABASE_URL, value: "postgres://admin:${secret}@db:5432/${secret}"`), '') +
      CONFIG.replace('redis:6379', `redis://:${secret}@redis:6379`),
    'b.yaml': BEHIND,
  });
  const told = found.map(({ evidence: { written: _written, ...evidence }, ...need }) => ({ ...need, evidence }));
  expect(JSON.stringify(told)).toContain('DATABASE_URL');
  expect(JSON.stringify(told)).not.toContain(secret);
});
