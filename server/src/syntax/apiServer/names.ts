import { byteLength } from '../goText.ts';

/** How an API server words its rules; the limits are the same in all versions. */
export interface Wording {
  /** Up to 1.33: `a qualified name must …`, lengths of labels in characters. */
  readonly labels: 'label key' | 'qualified name';
}

/** What is wrong with a label's key (or an annotation's, in lower case), in the server's words; empty: nothing. */
export function labelKeyFaults(key: string, wording: Wording): readonly string[] {
  // Nearly every key is fine: one pattern says so.
  if (key.length <= NAME_LENGTH && SIMPLE_KEY.test(key)) return [];
  const parts = key.split('/');
  const what = wording.labels === 'label key' ? 'a valid label key' : 'a qualified name';
  if (parts.length > 2) {
    return [`${what} ${LABEL_KEY_RULE} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  }
  const faults: string[] = [];
  const name = parts.at(-1) ?? '';
  if (parts.length === 2) {
    const prefix = parts[0] ?? '';
    if (prefix === '') faults.push('prefix part must be non-empty');
    else faults.push(...subdomainFaults(prefix, lengthUnit(wording)).map((fault) => `prefix part ${fault}`));
  }
  if (name === '') faults.push('name part must be non-empty');
  else if (byteLength(name) > NAME_LENGTH) faults.push(`name part ${tooLong(NAME_LENGTH, lengthUnit(wording))}`);
  if (!LABEL_NAME.test(name)) faults.push(`name part ${LABEL_KEY_RULE}`);
  return faults;
}

export function labelValueFaults(value: string, wording: Wording): readonly string[] {
  const faults: string[] = [];
  if (byteLength(value) > NAME_LENGTH) faults.push(tooLong(NAME_LENGTH, lengthUnit(wording)));
  if (value !== '' && !LABEL_NAME.test(value)) faults.push(LABEL_VALUE_RULE);
  return faults;
}

/** An object's name: a DNS subdomain (RFC 1123). */
export function subdomainFaults(name: string, unit: LengthUnit = 'characters'): readonly string[] {
  const faults: string[] = [];
  if (byteLength(name) > SUBDOMAIN_LENGTH) faults.push(tooLong(SUBDOMAIN_LENGTH, unit));
  if (!SUBDOMAIN.test(name)) faults.push(SUBDOMAIN_RULE);
  return faults;
}

/** A namespace's name: a DNS label (RFC 1123). */
export function dnsLabelFaults(name: string): readonly string[] {
  const faults: string[] = [];
  if (byteLength(name) > NAME_LENGTH) faults.push(tooLong(NAME_LENGTH, 'characters'));
  if (!DNS_LABEL.test(name)) faults.push(SUBDOMAIN.test(name) ? 'must not contain dots' : DNS_LABEL_RULE);
  return faults;
}

/** A container port's name (RFC 6335, lower case only). */
export function portNameFaults(name: string): readonly string[] {
  const faults: string[] = [];
  if (byteLength(name) > 15) faults.push(tooLong(15, 'characters'));
  if (!/^[-a-z0-9]+$/.test(name)) {
    faults.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  }
  if (!/[a-z]/.test(name)) faults.push('must contain at least one letter (a-z)');
  if (name.includes('--')) faults.push('must not contain consecutive hyphens');
  if (name.startsWith('-') || name.endsWith('-')) faults.push('must not begin or end with a hyphen');
  return faults;
}

export function portNumberFaults(port: number): readonly string[] {
  return port >= 1 && port <= 65535 ? [] : ['must be between 1 and 65535, inclusive'];
}

type LengthUnit = 'characters' | 'bytes';

function lengthUnit({ labels }: Wording): LengthUnit {
  return labels === 'label key' ? 'bytes' : 'characters';
}

function tooLong(length: number, unit: LengthUnit): string {
  return `must be no more than ${length} ${unit}`;
}

const NAME_LENGTH = 63;
const SUBDOMAIN_LENGTH = 253;

const LABEL_FORMAT = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const DNS_FORMAT = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const SUBDOMAIN_FORMAT = String.raw`${DNS_FORMAT}(\.${DNS_FORMAT})*`;

const SIMPLE_KEY = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const LABEL_NAME = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const DNS_LABEL = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;

const LABEL_KEY_RULE = rule(
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  ['MyName', 'my.name', '123-abc'],
  LABEL_FORMAT,
);
const LABEL_VALUE_RULE = rule(
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  ['MyValue', 'my_value', '12345'],
  `(${LABEL_FORMAT})?`,
);
const SUBDOMAIN_RULE = rule(
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
  ['example.com'],
  SUBDOMAIN_FORMAT,
);
const DNS_LABEL_RULE = rule(
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
  ['my-name', '123-abc'],
  DNS_FORMAT,
);

/** The server puts a comma after every example, and `or` between two. */
function rule(text: string, examples: readonly string[], format: string): string {
  return `${text} (e.g. ${examples.map((example) => `'${example}', `).join(' or ')}regex used for validation is '${format}')`;
}
