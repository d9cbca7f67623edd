/** The repository's package.json, as far as our scripts read it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly publisher: string;
  readonly description: string;
  readonly license: string;
  readonly keywords?: readonly string[];
  readonly bin: Readonly<Record<string, string>>;
  readonly engines: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
}

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export function readManifest(root: string = ROOT): Manifest {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;
}
