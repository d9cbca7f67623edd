/** Codes are kebab-case; nothing else can name a file. */
const CODE = /^[a-z0-9]+(?:-[a-z0-9]+){0,12}$/;

/**
 * The check that a URI `SCHEME://bulkhead.bulkhead/check/CODE` names. Any page and any program can open such a URI: it
 * is taken only where nothing is in it but the code of a page that ships with us.
 */
export function checkCodeOf(uri: {
  readonly path: string;
  readonly query: string;
  readonly fragment: string;
}): string | undefined {
  const [, code] = /^\/check\/([^/]{1,80})$/.exec(uri.path) ?? [];
  if (code === undefined || uri.query !== '' || uri.fragment !== '') return undefined;
  return isCheckCode(code) ? code : undefined;
}

export function isCheckCode(value: unknown): value is string {
  return typeof value === 'string' && CODE.test(value);
}
