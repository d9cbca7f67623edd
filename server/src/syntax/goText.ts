/** A string as Go's `%q` writes it: what the API server shows of an invalid value. */
export function goQuote(text: string): string {
  return PRINTABLE_ASCII.test(text) ? `"${text}"` : `"${text.replaceAll(NEEDS_ESCAPE, escapeQuoted)}"`;
}

/** A string as Go's encoding/json writes it, HTML characters escaped: what the server shows of named string types. */
export function goJson(text: string): string {
  return JSON.stringify(text.replaceAll(LONE_SURROGATE, '\ufffd')).replaceAll(
    HTML,
    (unit) => `\\u${hex(unit.charCodeAt(0), 4)}`,
  );
}

/** Length in UTF-8, in which the API server counts. */
export function byteLength(text: string): number {
  let length = 0;
  for (const point of text) {
    const code = point.codePointAt(0) ?? 0;
    length += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return length;
}

const PRINTABLE_ASCII = /^[ !#-[\]-~]*$/;
const NEEDS_ESCAPE = /["\\]|[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu;
/** With the u flag a surrogate matches only where it stands alone. */
const LONE_SURROGATE = /[\ud800-\udfff]/gu;
const HTML = /[<>&\u2028\u2029]/g;

const SHORT: ReadonlyMap<string, string> = new Map([
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\x07', '\\a'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\v', '\\v'],
]);

function escapeQuoted(point: string): string {
  const short = SHORT.get(point);
  if (short !== undefined) return short;
  const code = point.codePointAt(0) ?? 0;
  if (code < 0x80) return `\\x${hex(code, 2)}`;
  // A lone surrogate is no character: Go sees the replacement character there, which is printable.
  if (code >= 0xd800 && code <= 0xdfff) return '\ufffd';
  return code < 0x10000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`;
}

function hex(code: number, width: number): string {
  return code.toString(16).padStart(width, '0');
}
