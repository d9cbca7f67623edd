import type { JsonValue } from '../model/manifest.ts';
import { asList, asMap, asString } from '../syntax/objects/jsonAccess.ts';
import type { DryRunAnswer, DryRunRequest } from '../workspace/clusterModule.ts';
import { ApiError } from './apiFault.ts';
import type { ApiResponse, Transport } from './apiTransport.ts';
import { readText } from './apiTransport.ts';
import { NETWORK_POLICIES, resourcePath } from './resource.ts';
import { warningTexts } from './warningTexts.ts';

const IDLE_MS = 30_000;

/**
 * Sends one policy's text as it is, strictly and without effect (`dryRun=All`, `fieldValidation=Strict`): created
 * where there is none of its name, else in its place. Never throws; where no answer comes the status is 0.
 */
export async function dryRun(transport: Transport, policy: DryRunRequest, signal: AbortSignal): Promise<DryRunAnswer> {
  const collection = resourcePath(NETWORK_POLICIES, policy.namespace);
  const send = (method: 'POST' | 'PUT', path: string): Promise<ApiResponse> =>
    transport({
      method,
      path,
      query: { dryRun: 'All', fieldValidation: 'Strict' },
      headers: { 'Content-Type': isJson(policy.text) ? 'application/json' : 'application/yaml' },
      body: policy.text,
      idleMs: () => IDLE_MS,
      signal,
    });
  try {
    const created = await answer(await send('POST', collection));
    if (created.reason !== 'AlreadyExists') return created;
    return await answer(await send('PUT', `${collection}/${encodeURIComponent(policy.name)}`));
  } catch (error) {
    const message = error instanceof ApiError ? error.message : String(error);
    return { status: 0, reason: '', message, causes: [], warnings: [] };
  }
}

async function answer(response: ApiResponse): Promise<DryRunAnswer> {
  const text = await readText(response);
  const warnings = warningTexts(response.header('warning'));
  const { status } = response;
  if (status >= 200 && status < 300) return { status, reason: '', message: '', causes: [], warnings };
  const body = parse(text);
  return {
    status,
    reason: asString(body['reason']),
    message: asString(body['message']),
    causes: asList(asMap(body['details'])['causes']).map((cause) => {
      const { field, reason, message } = asMap(cause);
      return { field: asString(field), reason: asString(reason), message: asString(message) };
    }),
    warnings,
  };
}

function isJson(text: string): boolean {
  return /^\s*\{\s*["}]/.test(text);
}

function parse(text: string): { [key: string]: JsonValue } {
  try {
    return asMap(JSON.parse(text) as JsonValue);
  } catch {
    return {};
  }
}
