/** `bulkhead.apply.protectedContexts`: names that stand for clusters where a slip costs most. */
export const DEFAULT_PROTECTED: readonly string[] = ['*prod*', '*prd*', '*live*'];

/** The pattern that protects a context: `*` stands for any text, and case does not matter. */
export function protectingPattern(context: string, patterns: readonly string[]): string | undefined {
  const name = context.toLowerCase();
  return patterns.find((pattern) => isMatch(pattern.toLowerCase(), name));
}

/** Parts between stars are looked for from left to right, so that no pattern takes long. */
function isMatch(pattern: string, name: string): boolean {
  const parts = pattern.split('*');
  const [first = ''] = parts;
  const last = parts.at(-1) ?? '';
  if (parts.length === 1) return name === pattern;
  if (!name.startsWith(first) || name.length < first.length + last.length || !name.endsWith(last)) return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = name.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= name.length - last.length;
}
