/** The texts of a `Warning` header: `299 - "text", 299 - "text"` (RFC 7234, 5.5). */
export function warningTexts(header: string | undefined): readonly string[] {
  const texts = (header ?? '').matchAll(/\d{3} \S+ "((?:[^"\\]|\\.)*)"/g);
  return [...texts].map(([, text = '']) => text.replaceAll(/\\(.)/g, '$1'));
}
