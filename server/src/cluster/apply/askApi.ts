import type { JsonValue } from '../../model/manifest.ts';
import { asMap, type JsonMap } from '../../syntax/objects/jsonAccess.ts';
import { ApiError } from '../apiFault.ts';
import type { ApiRequest, Transport } from '../apiTransport.ts';
import { readText } from '../apiTransport.ts';
import { plainText } from '../plainText.ts';
import { warningTexts } from '../warningTexts.ts';

/** A request about one object. */
export interface ObjectRequest {
  readonly method: NonNullable<ApiRequest['method']>;
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: JsonMap;
  readonly contentType?: string;
}

/** An answer of any status; the body is `{}` where it is no JSON object. */
export interface ApiAnswer {
  readonly status: number;
  readonly body: JsonMap;
  readonly warnings: readonly string[];
  readonly retryAfterMs?: number;
}

const IDLE_MS = 30_000;
/** The server may ask for any wait; nobody waits longer than this. */
const LONGEST_WAIT_S = 300;
const LONGEST_WARNING = 1_000;

/** Sends one request. Throws ApiError where no answer of an API server comes: a proxy's page tells nothing of an object. */
export async function askApi(transport: Transport, request: ObjectRequest, signal: AbortSignal): Promise<ApiAnswer> {
  const { method, path, query, body, contentType = 'application/json' } = request;
  const response = await transport({
    method,
    path,
    ...(query !== undefined && { query }),
    ...(body !== undefined && { headers: { 'Content-Type': contentType }, body: JSON.stringify(body) }),
    idleMs: () => IDLE_MS,
    signal,
  });
  const answer = parsed(await readText(response));
  if (isSuccess(response) && answer['kind'] === undefined) {
    throw new ApiError({ kind: 'unavailable', why: 'The answer is not that of an API server.' });
  }
  const seconds = Number(response.header('retry-after'));
  return {
    status: response.status,
    body: answer,
    warnings: warningTexts(response.header('warning')).map((warning) => plainText(warning, LONGEST_WARNING)),
    ...(seconds > 0 && { retryAfterMs: Math.min(seconds, LONGEST_WAIT_S) * 1000 }),
  };
}

/** The fault of a request that got no answer. */
export function lostRequest(error: unknown): ApiError {
  return error instanceof ApiError ? error : new ApiError({ kind: 'unavailable', why: plainText(String(error)) });
}

export function isSuccess({ status }: Pick<ApiAnswer, 'status'>): boolean {
  return status >= 200 && status < 300;
}

function parsed(text: string): JsonMap {
  try {
    return asMap(JSON.parse(text) as JsonValue);
  } catch {
    return {};
  }
}
