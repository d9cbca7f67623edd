import { plainText } from './plainText.ts';

/** Why a request gave no answer that can be used. */
export interface Fault {
  /**
   * `forbidden` 403; `unauthorized` 401; `gone` 410, the resourceVersion is too old; `refused` the server does not
   * take the request as it is (400, 405, 406, 415, 422); `notServed` 404; `login` no credentials could be had, or may
   * not be asked for; `silent` nothing came for too long; `unavailable` everything else that may pass by itself: 429,
   * 5xx, a broken connection.
   */
  readonly kind: 'forbidden' | 'unauthorized' | 'gone' | 'refused' | 'notServed' | 'login' | 'silent' | 'unavailable';
  /** One sentence for people, without secrets. */
  readonly why: string;
  /** How long the server asks to wait. */
  readonly retryAfterMs?: number;
  /** The request certainly did not reach the server. */
  readonly unsent?: true;
  /** It was sent on a connection kept from before, which was cut before an answer began: the server may have been closing it. */
  readonly cutIdle?: true;
}

export class ApiError extends Error {
  readonly fault: Fault;

  constructor(fault: Fault) {
    super(fault.why);
    this.fault = fault;
  }
}

const KINDS: Readonly<Record<number, Fault['kind']>> = {
  400: 'refused',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'notServed',
  405: 'refused',
  406: 'refused',
  410: 'gone',
  415: 'refused',
  422: 'refused',
};

/** A fault from an HTTP status and a body, normally a metav1.Status; also from the object of an ERROR event. */
export function statusFault(status: number, body: string, retryAfter?: string): Fault {
  const { message, retryAfterSeconds } = readStatus(body);
  const seconds = Number(retryAfter ?? retryAfterSeconds);
  const kind = KINDS[status] ?? 'unavailable';
  return {
    kind,
    why: sentence(status, kind, message),
    ...(seconds > 0 && { retryAfterMs: Math.min(seconds, LONGEST_RETRY_AFTER_S) * 1000 }),
  };
}

/** A server that asks for more is asked again after this. */
const LONGEST_RETRY_AFTER_S = 300;

function sentence(status: number, kind: Fault['kind'], message: string): string {
  if (kind === 'unauthorized') return 'The server did not accept the login (401).';
  if (status >= 300 && status < 400) {
    return `The server answered with a redirect (${status}): its address may be that of a login page.`;
  }
  const text = message === '' ? '' : `: ${message.replace(/\.$/, '')}`;
  return status === 0 ? `The server ended the request${text}.` : `The server answered ${status}${text}.`;
}

function readStatus(body: string): { message: string; retryAfterSeconds?: unknown } {
  let status: unknown;
  try {
    status = JSON.parse(body);
  } catch {
    return { message: '' };
  }
  if (typeof status !== 'object' || status === null) return { message: '' };
  const { message, details } = status as { message?: unknown; details?: { retryAfterSeconds?: unknown } | null };
  return {
    message: typeof message === 'string' ? plainText(message) : '',
    retryAfterSeconds: details?.retryAfterSeconds,
  };
}

/** A fault from an error of Node's network stack. `host` is the server's host and port. */
export function networkFault(error: unknown, host: string): Fault {
  if (error instanceof ApiError) return error.fault;
  const { code = '', message = String(error) } = error as { code?: string; message?: string };
  const known = NETWORK_FAULTS[code];
  if (known !== undefined) {
    return { kind: 'unavailable', why: `${host} ${known}.`, ...(UNSENT.has(code) && { unsent: true as const }) };
  }
  if (code.startsWith('ERR_OSSL')) {
    const why = `A certificate or key of the kubeconfig cannot be used (${plainText(message)}).`;
    return { kind: 'login', why };
  }
  if (CERTIFICATE.test(code) || code.startsWith('ERR_TLS') || code.startsWith('ERR_SSL')) {
    return {
      kind: 'unavailable',
      why: `The certificate of ${host} is not accepted: ${plainText(message)}.`,
      unsent: true,
    };
  }
  return { kind: 'unavailable', why: `The request to ${host} failed: ${plainText(message)}.` };
}

const NETWORK_FAULTS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refuses the connection',
  ECONNRESET: 'cut the connection',
  EPIPE: 'cut the connection',
  ENOTFOUND: 'is not a known host name',
  EAI_AGAIN: 'cannot be looked up (DNS does not answer)',
  ETIMEDOUT: 'does not answer',
  EHOSTUNREACH: 'cannot be reached (no route)',
  ENETUNREACH: 'cannot be reached (no network)',
};

/** Faults before a connection stands. */
const UNSENT: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_(?:GET|VERIFY)/;
