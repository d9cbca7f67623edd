/** What may lie beside a checkout and is never part of it: test data, the sources of an API server. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The path of `../shared/NAME` where it exists. */
export function sharedFolder(name: string): string | undefined {
  const path = fileURLToPath(new URL(`../../../shared/${name}`, import.meta.url));
  return existsSync(path) ? path : undefined;
}
