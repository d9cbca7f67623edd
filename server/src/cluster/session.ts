import type { JsonValue } from '../model/manifest.ts';
import { asList, asMap, asString } from '../syntax/objects/jsonAccess.ts';
import type {
  ClusterSession,
  LoginLife,
  OpenedSession,
  SessionAnswer,
  SessionOptions,
  SessionRequest,
} from '../workspace/clusterSession.ts';
import type { Fault } from './apiFault.ts';
import { ApiError, statusFault } from './apiFault.ts';
import type { ApiResponse, Transport } from './apiTransport.ts';
import { httpTransport, readText } from './apiTransport.ts';
import type { Clock } from './clock.ts';
import type { Login } from './login.ts';
import { prepareLogin } from './login.ts';
import { loginLife } from './loginLife.ts';
import { plainText } from './plainText.ts';

const IDLE_MS = 30_000;

/** Prepares one context's login for single requests; contacts nothing before the first. Never rejects. */
export async function openSession(options: SessionOptions, clock: Clock): Promise<OpenedSession> {
  const closed = new AbortController();
  const { signal } = closed;
  let login: Login;
  try {
    login = await prepareLogin({ ...options, clock, signal });
  } catch (error) {
    return { ok: false, problem: problemOf(error) };
  }
  const { context, credentials, proxy } = login;
  const transport = httpTransport({ server: context.server, credentials, proxy, clock, signal });
  const life = async (): Promise<LoginLife> => {
    const byProgram = context.exec !== undefined;
    try {
      return loginLife(await credentials.get(), byProgram);
    } catch (error) {
      return { of: byProgram ? 'program' : 'unknown', problem: problemOf(error) };
    }
  };
  const session: ClusterSession = {
    context,
    request: (request) => send(transport, request, signal),
    life,
    retryLogin: () => login.retry(),
    close: () => closed.abort(),
  };
  return { ok: true, session };
}

async function send(transport: Transport, request: SessionRequest, signal: AbortSignal): Promise<SessionAnswer> {
  const { method, path, query, body } = request;
  try {
    const response = await transport({
      method,
      path,
      ...(query !== undefined && { query }),
      ...(body !== undefined && { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
      idleMs: () => IDLE_MS,
      signal,
    });
    return await readAnswer(response);
  } catch (error) {
    const fault: Fault =
      error instanceof ApiError ? error.fault : { kind: 'unavailable', why: plainText(String(error)) };
    const { why, retryAfterMs } = fault;
    const kind = fault.kind === 'login' || fault.kind === 'unauthorized' ? 'login' : 'unreachable';
    return {
      ok: false,
      status: 0,
      kind,
      reasons: [],
      message: why,
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    };
  }
}

async function readAnswer(response: ApiResponse): Promise<SessionAnswer> {
  const { status } = response;
  const text = await readText(response);
  const body = parse(text);
  if (status >= 200 && status < 300) {
    if (body !== undefined) return { ok: true, body };
    const message = 'The server answered with something that is not JSON.';
    return { ok: false, status, kind: 'unreachable', reasons: [], message };
  }
  const { why, retryAfterMs } = statusFault(status, text, response.header('retry-after'));
  const { kind, reason, details } = asMap(body);
  const causes = asList(asMap(details)['causes']).map((cause) => asString(asMap(cause)['reason']));
  return {
    ok: false,
    status,
    // A gateway or a login page on the way says 404 or 403 too, and knows nothing of the object.
    kind: kind === 'Status' ? (KINDS[status] ?? 'unreachable') : status === 401 ? 'login' : 'unreachable',
    reasons: [asString(reason), ...causes].filter((reason) => reason !== ''),
    message: why,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
}

type RefusalKind = Extract<SessionAnswer, { ok: false }>['kind'];

const KINDS: Readonly<Record<number, RefusalKind>> = {
  400: 'refused',
  401: 'login',
  403: 'forbidden',
  404: 'notFound',
  405: 'refused',
  409: 'conflict',
  410: 'notFound',
  415: 'refused',
  422: 'refused',
};

function parse(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

function problemOf(error: unknown): string {
  return error instanceof ApiError ? error.message : `The login failed: ${plainText(String(error))}.`;
}
