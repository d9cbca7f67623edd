import { X509Certificate } from 'node:crypto';
import type { LoginLife } from '../workspace/clusterSession.ts';
import type { RequestLogin } from './credentials.ts';

/**
 * When a credential ends, as far as it says so itself: the `exp` of a JSON web token (RFC 7519, 4.1.4) and the end of a
 * client certificate, the earlier of both. Nothing is verified: the server does that. Pure.
 *
 * @param byProgram an exec plug-in gives the credential, and gives another one when it ends
 */
export function loginLife(login: RequestLogin, byProgram: boolean): LoginLife {
  if (byProgram) return { of: 'program' };
  const token = tokenEnd(String(login.headers['Authorization'] ?? ''));
  const certificate = certificateEnd(login.cert);
  if (token === undefined && certificate === undefined) return { of: 'unknown' };
  return token !== undefined && token <= (certificate ?? Infinity)
    ? { of: 'token', until: token }
    : { of: 'certificate', until: certificate ?? 0 };
}

function tokenEnd(authorization: string): number | undefined {
  const [, payload] = /^Bearer\s+[\w-]+\.([\w-]+)\.[\w-]*$/i.exec(authorization) ?? [];
  if (payload === undefined) return undefined;
  try {
    const { exp } = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as { exp?: unknown };
    return typeof exp === 'number' ? exp * 1000 : undefined;
  } catch {
    return undefined;
  }
}

function certificateEnd(cert: RequestLogin['cert']): number | undefined {
  const [pem] = Array.isArray(cert) ? cert : [cert];
  if (pem === undefined) return undefined;
  try {
    return Date.parse(new X509Certificate(pem).validTo);
  } catch {
    return undefined;
  }
}
