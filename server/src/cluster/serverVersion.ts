import { asMap, asString } from '../syntax/objects/jsonAccess.ts';
import type { JsonValue } from '../model/manifest.ts';
import { ApiError } from './apiFault.ts';
import type { Transport } from './apiTransport.ts';
import { requestJson } from './apiTransport.ts';
import { plainText } from './plainText.ts';

const IDLE_MS = 10_000;

/** The API server's version as it names itself (`v1.36.3`, `v1.30.5-gke.1014001`), or why it is not known. */
export async function serverVersion(
  transport: Transport,
  signal: AbortSignal,
): Promise<{ readonly gitVersion: string } | { readonly problem: string }> {
  try {
    const gitVersion = await readVersion(transport, signal);
    return gitVersion === undefined ? { problem: 'The server does not say its version.' } : { gitVersion };
  } catch (error) {
    return { problem: error instanceof ApiError ? error.message : plainText(String(error)) };
  }
}

/** The version, undefined where the server keeps it to itself. Throws ApiError where the server cannot be used. */
export async function readVersion(transport: Transport, signal: AbortSignal): Promise<string | undefined> {
  try {
    const answer = await requestJson(transport, { path: '/version', idleMs: () => IDLE_MS, signal });
    return plainText(asString(asMap(answer as JsonValue)['gitVersion'])) || undefined;
  } catch (error) {
    if (error instanceof ApiError && ['forbidden', 'notServed', 'refused'].includes(error.fault.kind)) return undefined;
    throw error;
  }
}
