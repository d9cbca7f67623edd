/** X.509 certificates for tests (RFC 5280), made on the spot, so that none can run out and no key is stored. */
import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { isIP } from 'node:net';

export interface Issued {
  /** PEM. */
  readonly certificate: string;
  /** PEM. */
  readonly key: string;
}

export interface CertificateFields {
  /** The common name. */
  readonly subject: string;
  /** Kubernetes reads a client's groups from it. */
  readonly organization?: string;
  /** Names and addresses that the certificate is for. */
  readonly names?: readonly string[];
  /** By default from yesterday for ten years. */
  readonly from?: Date;
  readonly until?: Date;
}

export interface Authority extends Issued {
  readonly issue: (fields: CertificateFields) => Issued;
}

const DAY_MS = 86_400_000;

export function certificateAuthority(name: string): Authority {
  const own = keyPair();
  const certificate = certify({ subject: name }, own.publicKey, name, own.privateKey, true);
  return {
    certificate,
    key: own.pem,
    issue: (fields) => {
      const { publicKey, pem } = keyPair();
      return { certificate: certify(fields, publicKey, name, own.privateKey, false), key: pem };
    },
  };
}

function keyPair() {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  return { publicKey, privateKey, pem: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string };
}

function certify(
  { subject, organization, names = [], from, until }: CertificateFields,
  publicKey: KeyObject,
  issuer: string,
  issuerKey: KeyObject,
  isAuthority: boolean,
): string {
  const now = Date.now();
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const algorithm = sequence(oid('1.2.840.10045.4.3.2'));
  const alternatives = names.map((name) =>
    isIP(name) === 4 ? tagged(0x87, Buffer.from(name.split('.').map(Number))) : tagged(0x82, Buffer.from(name)),
  );
  const extensions = [
    extension('2.5.29.19', isAuthority ? sequence(tagged(0x01, Buffer.from([255]))) : sequence(), true),
    extension('2.5.29.14', tagged(0x04, createHash('sha1').update(spki).digest())),
    ...(alternatives.length === 0 ? [] : [extension('2.5.29.17', sequence(...alternatives))]),
  ];
  const body = sequence(
    tagged(0xa0, tagged(0x02, Buffer.from([2]))),
    tagged(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    algorithm,
    distinguishedName(issuer),
    sequence(time(from ?? new Date(now - DAY_MS)), time(until ?? new Date(now + 3650 * DAY_MS))),
    distinguishedName(subject, organization),
    spki,
    tagged(0xa3, sequence(...extensions)),
  );
  const signature = sign('sha256', body, issuerKey);
  const der = sequence(body, algorithm, tagged(0x03, Buffer.concat([Buffer.from([0]), signature])));
  const base64 = der.toString('base64').replace(/.{64}/g, '$&\n');
  return `-----BEGIN CERTIFICATE-----\n${base64.trimEnd()}\n-----END CERTIFICATE-----\n`;
}

function tagged(tag: number, ...content: readonly Buffer[]): Buffer {
  const body = Buffer.concat(content);
  if (body.length < 128) return Buffer.concat([Buffer.from([tag, body.length]), body]);
  const hex = body.length.toString(16);
  const length = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  return Buffer.concat([Buffer.from([tag, 0x80 | length.length]), length, body]);
}

function sequence(...content: readonly Buffer[]): Buffer {
  return tagged(0x30, ...content);
}

function oid(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number);
  const bytes = [first * 40 + second];
  for (const part of rest) {
    const digits = [part & 127];
    for (let more = part >> 7; more > 0; more >>= 7) digits.unshift((more & 127) | 128);
    bytes.push(...digits);
  }
  return tagged(0x06, Buffer.from(bytes));
}

function distinguishedName(common: string, organization?: string): Buffer {
  const attribute = (type: string, value: string): Buffer =>
    tagged(0x31, sequence(oid(type), tagged(0x0c, Buffer.from(value))));
  return sequence(
    ...(organization === undefined ? [] : [attribute('2.5.4.10', organization)]),
    attribute('2.5.4.3', common),
  );
}

/** UTCTime until 2049, then GeneralizedTime. */
function time(date: Date): Buffer {
  const digits = date.toISOString().replace(/[-:T]|\.\d+/g, '');
  return date.getUTCFullYear() < 2050 ? tagged(0x17, Buffer.from(digits.slice(2))) : tagged(0x18, Buffer.from(digits));
}

function extension(type: string, value: Buffer, critical = false): Buffer {
  return sequence(oid(type), ...(critical ? [tagged(0x01, Buffer.from([255]))] : []), tagged(0x04, value));
}
