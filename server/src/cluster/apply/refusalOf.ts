import { asList, asMap, asString, type JsonMap } from '../../syntax/objects/jsonAccess.ts';
import type { ApplyTarget, FieldFault, Refusal, Right } from '../../workspace/apply/clusterApply.ts';
import type { ApiError } from '../apiFault.ts';
import { plainText } from '../plainText.ts';
import type { ApiAnswer } from './askApi.ts';

const LONGEST = 2_000;
const MOST_FAULTS = 100;

/** What a refusing answer (metav1.Status) says. Conflicts of versions are not refusals; see `movedBy`. */
export function refusalOf({ status, body, retryAfterMs }: ApiAnswer, target: ApplyTarget): Refusal {
  const message = plainText(asString(body['message']), LONGEST);
  const details = asMap(body['details']);
  const causes = asList(details['causes']).slice(0, MOST_FAULTS).map(asMap);
  const wait = retryAfterMs === undefined ? {} : { retryAfterMs };
  const causeReason = (reason: string): JsonMap | undefined => causes.find((cause) => cause['reason'] === reason);

  if (status === 401) return { kind: 'login', why: 'The server did not accept the login (401).', faults: [] };
  if (causeReason('NamespaceTerminating') !== undefined) {
    const why = `Namespace ${plainText(target.namespace)} is being deleted: nothing can be created in it.`;
    return { kind: 'namespaceTerminating', why, faults: [] };
  }
  if (status === 404 && details['kind'] === 'namespaces') {
    const why = `There is no namespace ${plainText(target.namespace)} in this cluster.`;
    return { kind: 'namespaceMissing', why, faults: [] };
  }
  const admission = admissionIn(message);
  if (admission !== undefined) {
    return { kind: 'admission', why: sentence(admission.why), faults: [], by: [admission.by], ...wait };
  }
  const missing = status === 403 ? missingRight(message) : undefined;
  if (missing !== undefined) {
    return { kind: 'forbidden', why: `The right to ${rightText(missing)} is missing.`, faults: [], missing };
  }
  if (status === 409 && causeReason('FieldManagerConflict') !== undefined) {
    const by = [...new Set(causes.map(({ message }) => /conflict with "([^"]*)"/.exec(asString(message))?.[1] ?? ''))];
    const faults = causes.map((cause) => fault(cause));
    const why = `The fields are written by ${by.map((name) => plainText(name)).join(' and ')}.`;
    return { kind: 'fieldConflict', why, faults, by: by.map((name) => plainText(name)) };
  }
  if (status === 422 || status === 400 || status === 415 || status === 413) {
    return { kind: 'invalid', why: sentence(message), faults: faultsOf(message, causes) };
  }
  if (status === 403) return { kind: 'forbidden', why: sentence(withoutPrefix(message)), faults: [] };
  return { kind: 'unavailable', why: `The server answered ${status}: ${sentence(message)}`, faults: [], ...wait };
}

/** Why a request got no answer. */
export function lostRefusal({ fault }: ApiError): Refusal {
  const { kind, why, retryAfterMs } = fault;
  const isLogin = kind === 'login' || kind === 'unauthorized';
  return {
    kind: isLogin ? 'login' : 'unavailable',
    why,
    faults: [],
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
}

/** `update networkpolicies.networking.k8s.io in namespace shop`. */
export function rightText({ verb, resource, group, namespace }: Right): string {
  const name = group === '' ? resource : `${resource}.${group}`;
  return `${verb} ${name}${namespace === undefined ? ' in the whole cluster' : ` in namespace ${namespace}`}`;
}

/** The text of k8s.io/apiserver's authorizer for a request that RBAC does not allow. */
function missingRight(message: string): Right | undefined {
  const found =
    /cannot (\w+) resource "([^"]+)" in API group "([^"]*)"(?: in the namespace "([^"]+)"| at the cluster scope)?/.exec(
      message,
    );
  if (found === null) return undefined;
  const [, verb = '', resource = '', group = '', namespace] = found;
  return { verb, resource, group, ...(namespace !== undefined && { namespace }) };
}

/** Webhooks that refuse or cannot be asked, and ValidatingAdmissionPolicies. */
function admissionIn(message: string): { readonly by: string; readonly why: string } | undefined {
  const denied = /admission webhook "([^"]+)" denied the request(?: without explanation)?(?:: (.*))?$/s.exec(message);
  if (denied !== null) {
    const [, by = '', why] = denied;
    return { by, why: `The admission webhook ${by} refuses it${why === undefined ? '' : `: ${why}`}` };
  }
  const failed = /failed calling webhook "([^"]+)": (.*)$/s.exec(message);
  if (failed !== null) {
    const [, by = '', why = ''] = failed;
    return { by, why: `The admission webhook ${by} could not be asked: ${why}` };
  }
  const policy = /ValidatingAdmissionPolicy '([^']+)'(?: with binding '[^']+')? denied request: (.*)$/s.exec(message);
  if (policy === null) return undefined;
  const [, by = '', why = ''] = policy;
  return { by, why: `The admission policy ${by} refuses it: ${why}` };
}

/** The faults of a 422 are its causes; a 400 has one text for all of them. */
function faultsOf(message: string, causes: readonly JsonMap[]): readonly FieldFault[] {
  if (causes.length > 0) return causes.map((cause) => fault(cause));
  const strict = /strict decoding error: (.*)$/s.exec(message)?.[1];
  if (strict !== undefined) {
    return strict
      .split(/, (?=unknown field|duplicate field)/)
      .slice(0, MOST_FAULTS)
      .map((text) => ({ path: /field "([^"]+)"/.exec(text)?.[1] ?? '', message: text }));
  }
  const path = /Go struct field \w+\.([\w.]+)/.exec(message)?.[1] ?? '';
  return [{ path, message: message.replace(/^.*? cannot be handled as a \w+: /s, '') }];
}

function fault({ field, message }: JsonMap): FieldFault {
  // A server-side apply writes its paths with a dot in front.
  return { path: plainText(asString(field)).replace(/^\./, ''), message: plainText(asString(message), LONGEST) };
}

/** Of `networkpolicies.networking.k8s.io "web" is forbidden: exceeded quota: …` the reason alone: the rest is known. */
function withoutPrefix(message: string): string {
  return message.replace(/^[\w.-]+ "[^"]*" is forbidden: (?=.)/s, '');
}

function sentence(message: string): string {
  if (message === '') return 'It gives no reason.';
  return /[.!?…]$/.test(message) ? message : `${message}.`;
}
