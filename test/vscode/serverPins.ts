/** The exact packages of one VS Code server, as `test/scripts/pinServer.ts` resolved and wrote them. */
import { readFileSync } from 'node:fs';

export interface ServerPins {
  /** Version of npm's `code-server`; 4.139.1 carries VS Code 1.139.1. */
  readonly codeServer: string;
  /** Of the `code-server` tarball, in the form of npm's `dist.integrity`. */
  readonly integrity: string;
  readonly dependencies: Readonly<Record<string, string>>;
  /** Node itself, where the server runs on another major version than our tools. */
  readonly optionalDependencies: Readonly<Record<string, string>>;
  readonly overrides: Readonly<Record<string, string>>;
  /** The `packages` of a lockfile, version 3, without its root entry. */
  readonly packages: Readonly<Record<string, LockEntry>>;
}

export interface LockEntry {
  readonly version: string;
  readonly integrity?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** The VS Code that every suite runs in unless it asks for another one. */
export const CURRENT_SERVER = '4.139.1';
/** The oldest that npm has for `engines.vscode` (^1.108.0). */
export const OLDEST_SERVER = '4.108.2';

export function readServerPins(version: string): ServerPins {
  return JSON.parse(readFileSync(new URL(`./servers/${version}.json`, import.meta.url), 'utf8')) as ServerPins;
}
