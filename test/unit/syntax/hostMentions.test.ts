import { describe, expect, it } from 'vitest';
import { hostMentions, hostsInText } from '../../../server/src/syntax/objects/hostMentions.ts';

/** The hosts of a setting, `host:port` each; `host` where no port is known, `host:80?` where it is the scheme's. */
function hosts(name: string, text: string, beside: Readonly<Record<string, string>> = {}): readonly string[] {
  const all = Object.entries({ ...beside, [name]: text }).map(([key, value]) => ({ name: key, text: value }));
  return hostMentions({ name, text }, all).map(({ host, port, protocol, portImplied }) => {
    const end = port === undefined ? '' : `:${port}${portImplied === true ? '?' : ''}`;
    return `${host}${end}${protocol === 'TCP' ? '' : `/${protocol}`}`;
  });
}

describe('the hosts of a setting', () => {
  it.each([
    ['DATABASE_URL', 'postgres://db.shop:5432/app', 'db.shop:5432'],
    ['DATABASE_URL', 'postgresql://user:s3cr3t@db/app?sslmode=disable', 'db:5432?'],
    ['DATABASE_URL', 'postgres://user:p@ss@db:5433/app', 'db:5433'],
    ['SPRING_DATASOURCE_URL', 'jdbc:postgresql://db:5432/app', 'db:5432'],
    ['SPRING_DATASOURCE_URL', 'jdbc:sqlserver://mssql:1433;databaseName=x', 'mssql:1433'],
    ['ORACLE', 'jdbc:oracle:thin:@ora:1521:ORCL', 'ora:1521'],
    ['ORACLE', 'jdbc:oracle:thin:@//ora:1521/svc', 'ora:1521'],
    ['MONGO', 'mongodb://a.mongo:27017,b.mongo:27018/x?replicaSet=rs', 'a.mongo:27017 b.mongo:27018'],
    ['DSN', 'root:secret@tcp(mysql:3306)/app', 'mysql:3306'],
    ['PG_DSN', 'host=db port=5433 user=x password=y', 'db:5433'],
    ['ConnectionStrings__Default', 'Server=tcp:sql,1433;Database=x;User Id=sa', 'sql:1433'],
    ['API', 'http://api:8080/v1', 'api:8080'],
    ['API', 'HTTPS://Api.shop.svc.cluster.local./v1', 'api.shop.svc.cluster.local:443?'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'grpc://collector:4317', 'collector:4317'],
    ['STATSD', 'udp://statsd:8125', 'statsd:8125/UDP'],
    ['REDIS_HOST', 'redis', 'redis:6379?'],
    ['redisHost', 'cache', 'cache:6379?'],
    ['CACHE_HOST', 'cache', 'cache'],
    ['PRODUCT_CATALOG_SERVICE_ADDR', 'productcatalog:3550', 'productcatalog:3550'],
    ['BOOTSTRAP_SERVERS', 'kafka-0.kafka:9092, kafka-1.kafka:9092', 'kafka-0.kafka:9092 kafka-1.kafka:9092'],
    ['--redis-addr', 'redis:6379/0', 'redis:6379'],
    ['ANYTHING', 'api.shop.svc.cluster.local', 'api.shop.svc.cluster.local'],
    ['HTTP_PROXY', 'http://squid.egress:3128', 'squid.egress:3128'],
  ])('%s=%s', (name, text, expected) => {
    expect(hosts(name, text).join(' ')).toBe(expected);
  });

  it.each([
    ['DB_HOST', 'DB_PORT'],
    ['PGHOST', 'PGPORT'],
    ['db.host', 'db.port'],
    ['--db-host', '--db-port'],
    ['dbHost', 'dbPort'],
  ])('takes the port of %s from %s beside it', (name, port) => {
    expect(hosts(name, 'db', { [port]: '6543' })).toEqual(['db:6543']);
  });

  it.each([
    ['OTEL_SERVICE_NAME', 'api', 'a name that the program gives itself'],
    ['DD_SERVICE', 'api', 'the same'],
    ['ALLOWED_HOSTS', 'web,api', 'names by which it is called'],
    ['CORS_ORIGINS', 'http://web:8080', 'where browsers come from'],
    ['NO_PROXY', 'db,redis,.svc', 'a proxy that it does without'],
    ['no_proxy', 'http://db:5432', 'the same'],
    ['OAUTH_REDIRECT_URL', 'http://web/callback', 'where a browser goes'],
    ['KAFKA_ADVERTISED_LISTENERS', 'PLAINTEXT://kafka:9092', 'what it says of itself'],
    ['BIND_ADDR', 'web:8080', 'where it listens'],
    ['DB_PASSWORD', 'db', 'a secret'],
    ['API_TOKEN', 'http://api:8080', 'a secret'],
    ['MODE', 'redis', 'a word'],
    ['CACHE_HOST', '10.0.0.7', 'an address'],
    ['CACHE_HOST', '10.0.0.7:6379', 'an address'],
    ['IMAGE', 'redis:7.2-alpine', 'an image'],
    ['TIME', '12:30:00', 'a time'],
    ['BUCKET', 's3://backups/db', 'a bucket'],
    ['SOCKET', 'unix:///var/run/db.sock', 'a socket'],
    ['MONGO', 'mongodb+srv://db.shop/x', 'a name of SRV records'],
    ['DATABASE_URL', 'postgres://$(DB_HOST):5432/x', 'a placeholder'],
    ['DATABASE_URL', 'postgres://${DB_HOST}:5432/x', 'a placeholder'],
    ['DATABASE_URL', 'postgres://u:pa/ss@db:5432/x', 'a secret that breaks the URL'],
    ['DB_HOST', 'this is a sentence, no host', 'words that are no hosts of their own'],
    ['PORT', 'db:99999', 'no port'],
    ['CACHE_HOST', '', 'nothing'],
  ])('says nothing of %s=%s: %s', (name, text) => {
    expect(hosts(name, text)).toEqual([]);
  });

  it('is quick for hostile texts', () => {
    for (const text of ['a'.repeat(8000), `${'a.'.repeat(4000)}x`, 'http:'.repeat(1600), '@'.repeat(8000)]) {
      expect(hosts('X_HOST', text)).toEqual([]);
    }
  });
});

describe('the hosts of a longer text', () => {
  it('are those of URLs, and names with a port', () => {
    const text = `
      upstream: { api: http://api:8080/v1, cache: "redis:6379" }
      log: info
      until nc -z db:5432; do sleep 1; done
      time: 12:30:00 ratio 16:9
    `;
    const found = hostsInText(text).map(({ host, port }) => `${host}:${port}`);
    expect(found).toEqual(expect.arrayContaining(['api:8080', 'redis:6379', 'db:5432']));
    expect(found.every((host) => /^(api|redis|db):/.test(host))).toBe(true);
  });
});
