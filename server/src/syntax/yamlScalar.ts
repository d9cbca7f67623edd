import { resolvePlain } from './goScalar.ts';

/** How the text around a scalar is written: flow collections end a plain scalar sooner, JSON has none. */
export interface ScalarContext {
  readonly flow: boolean;
  readonly json: boolean;
  /** The quotes of the scalar that is replaced, to be kept where the new text is a string. */
  readonly quotes?: 'single' | 'double';
}

/**
 * A scalar as it is written: a string plain only where the API server's YAML 1.1 reader takes exactly that string from
 * it and no YAML 1.2 reader takes anything else; quoted otherwise.
 */
export function scalarSource(value: string | number | boolean | null, context: ScalarContext): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  if (context.json || context.quotes === 'double') return doubleQuoted(value);
  if (context.quotes === 'single' && SINGLE_QUOTABLE.test(value)) return `'${value.replaceAll("'", "''")}'`;
  return isPlainString(value, context.flow) ? value : doubleQuoted(value);
}

/** Whether a string may stand without quotes and stay that string. */
export function isPlainString(text: string, flow: boolean): boolean {
  if (!(flow ? PLAIN_IN_FLOW : PLAIN).test(text)) return false;
  return resolvePlain(text) === text && !READ_OTHERWISE.test(text);
}

const PLAIN_IN_FLOW = /^[A-Za-z0-9_./](?:[A-Za-z0-9_./+@-]*[A-Za-z0-9_./+-])?$/;
/** A colon that no space follows stands in addresses such as `2001:db8::/32`. */
const PLAIN = /^[A-Za-z0-9_./](?:[A-Za-z0-9_./+@:-]*[A-Za-z0-9_./+-])?$/;
/** Dates, sexagesimal numbers and document markers: Go's reader keeps strings, other YAML readers do not. */
const READ_OTHERWISE = /^(?:\d{4}-\d\d?-\d\d?.*|[-+]?\d[\d_]*(?::\d[\d_.]*)+|\.\.\.|[\d_.]+)$/;
const SINGLE_QUOTABLE = /^[\x20-\x7e]*$/;

function doubleQuoted(text: string): string {
  return JSON.stringify(text).replaceAll(
    NEEDS_ESCAPE,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** What JSON lets stand in a string and YAML 1.1 does not, or takes for a line's end. */
const NEEDS_ESCAPE = /[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g;
