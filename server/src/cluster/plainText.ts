const LONGEST = 300;

/**
 * Text from a server or a program as one line for a person: no control characters, no line breaks, no direction
 * marks, at most `longest` characters, and without what looks like a secret.
 */
export function plainText(text: string, longest = LONGEST): string {
  const line = text
    .slice(0, longest * 8)
    // oxlint-disable-next-line no-control-regex -- removing them is the point
    .replaceAll(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]+/g, ' ')
    .replaceAll(/ {2,}/g, ' ')
    .trim();
  const safe = withoutSecrets(line);
  return safe.length > longest ? `${safe.slice(0, longest - 1)}…` : safe;
}

/** Web tokens, bearer headers, `password=…` and long runs that only a machine writes. */
function withoutSecrets(line: string): string {
  return line
    .replaceAll(/\beyJ[\w-]+\.[\w-]*(\.[\w-]*)?/g, '…')
    .replaceAll(/\b(bearer|basic)\s+[\w+/=.~-]+/gi, '$1 …')
    .replaceAll(/\b(\w*(?:password|passwd|secret|token|api[_-]?key))(\s*[=:]\s*)[^\s,;]+/gi, '$1$2…')
    .replaceAll(/:\/\/[^\s/@:]+:[^\s/@]+@/g, '://…@')
    .replaceAll(/[A-Za-z0-9+/_-]{60,}={0,2}/g, '…');
}
