import type { JsonValue } from '../../model/manifest.ts';
import { asList, asMap, asString, type JsonMap } from '../../syntax/objects/jsonAccess.ts';
import type { Identity, Right, RightAnswer } from '../../workspace/apply/clusterApply.ts';
import type { Transport } from '../apiTransport.ts';
import { requestJson } from '../apiTransport.ts';
import { plainText } from '../plainText.ts';
import { lostRequest } from './askApi.ts';

const IDLE_MS = 10_000;

/** Which rights the login has (SelfSubjectAccessReview), one request each. Never rejects. */
export async function checkRights(
  transport: Transport,
  rights: readonly Right[],
  signal: AbortSignal,
): Promise<readonly RightAnswer[]> {
  return Promise.all(rights.map((right) => checkRight(transport, right, signal)));
}

async function checkRight(transport: Transport, right: Right, signal: AbortSignal): Promise<RightAnswer> {
  const { verb, resource, group, namespace } = right;
  try {
    const review = await askReview(transport, 'authorization.k8s.io/v1', 'SelfSubjectAccessReview', signal, {
      resourceAttributes: { group, resource, verb, ...(namespace !== undefined && { namespace }) },
    });
    const { allowed, reason } = asMap(review['status']);
    const why = plainText(asString(reason));
    return { ...right, allowed: allowed === true, ...(why !== '' && { why }) };
  } catch (error) {
    return { ...right, allowed: 'unknown', why: lostRequest(error).message };
  }
}

/** Whom the server takes the login for (SelfSubjectReview, Kubernetes 1.28), else the kubeconfig's user. Never rejects. */
export async function whoApplies(transport: Transport, kubeconfigUser: string, signal: AbortSignal): Promise<Identity> {
  const unknown: Identity = { user: plainText(kubeconfigUser), groups: [], from: 'kubeconfig' };
  try {
    const review = await askReview(transport, 'authentication.k8s.io/v1', 'SelfSubjectReview', signal);
    const { username, groups } = asMap(asMap(review['status'])['userInfo']);
    const user = plainText(asString(username));
    if (user === '') return unknown;
    return { user, groups: asList(groups).map((group) => plainText(asString(group))), from: 'server' };
  } catch {
    return unknown;
  }
}

/** Reviews are asked with POST and leave nothing behind. */
async function askReview(
  transport: Transport,
  apiVersion: string,
  kind: string,
  signal: AbortSignal,
  spec?: JsonMap,
): Promise<JsonMap> {
  const answer = await requestJson(transport, {
    method: 'POST',
    path: `/apis/${apiVersion}/${kind.toLowerCase()}s`,
    body: JSON.stringify({ apiVersion, kind, ...(spec !== undefined && { spec }) }),
    headers: { 'Content-Type': 'application/json' },
    idleMs: () => IDLE_MS,
    signal,
  });
  return asMap(answer as JsonValue);
}
