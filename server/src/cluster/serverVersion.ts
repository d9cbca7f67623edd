import { asMap, asString } from '../syntax/objects/jsonAccess.ts';
import type { JsonValue } from '../model/manifest.ts';
import { ApiError } from './apiFault.ts';
import type { Transport } from './apiTransport.ts';
import { requestJson } from './apiTransport.ts';
import { plainText } from './plainText.ts';

const IDLE_MS = 10_000;

/** The API server's version as it names itself (`v1.36.3`, `v1.30.5-gke.1014001`). */
export async function serverVersion(
  transport: Transport,
  signal: AbortSignal,
): Promise<{ readonly gitVersion: string } | { readonly problem: string }> {
  try {
    const answer = await requestJson(transport, { path: '/version', idleMs: () => IDLE_MS, signal });
    const gitVersion = plainText(asString(asMap(answer as JsonValue)['gitVersion']));
    return gitVersion === '' ? { problem: 'The server does not say its version.' } : { gitVersion };
  } catch (error) {
    return { problem: error instanceof ApiError ? error.message : String(error) };
  }
}
