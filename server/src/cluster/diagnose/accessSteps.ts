import type { JsonValue } from '../../model/manifest.ts';
import { asList, asMap, asString } from '../../syntax/objects/jsonAccess.ts';
import type { DiagnosisStep } from '../../workspace/clusterModule.ts';
import { ApiError } from '../apiFault.ts';
import type { Transport } from '../apiTransport.ts';
import { requestJson } from '../apiTransport.ts';
import { CORE_KINDS } from '../clusterReaders.ts';
import { plainText } from '../plainText.ts';
import type { Resource } from '../resource.ts';
import { failed, passed } from './steps.ts';

const IDLE_MS = 10_000;

export interface AccessParts {
  readonly transport: Transport;
  readonly signal: AbortSignal;
  /** The context's namespace. */
  readonly namespace: string;
}

/** Whom the server takes the login for (SelfSubjectReview, Kubernetes 1.28); an older server only accepts it or not. */
export async function loginStep(parts: AccessParts): Promise<DiagnosisStep> {
  try {
    const review = await post(parts, '/apis/authentication.k8s.io/v1/selfsubjectreviews', {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'SelfSubjectReview',
    });
    const info = asMap(asMap(review['status'])['userInfo']);
    const groups = asList(info['groups']).map((group) => plainText(asString(group)));
    const user = plainText(asString(info['username']));
    return passed('Login', `Signed in as ${user}`, ...(groups.length === 0 ? [] : [`Groups: ${groups.join(', ')}`]));
  } catch (error) {
    const fault = error instanceof ApiError ? error.fault : { kind: 'unavailable', why: plainText(String(error)) };
    if (fault.kind === 'notServed' || fault.kind === 'forbidden' || fault.kind === 'refused') {
      return passed('Login', 'The login is accepted; this server does not say as whom.');
    }
    return failed(
      'Login',
      fault.why,
      LOGIN_REMEDIES[fault.kind] ?? 'Try again; the server or the network is at fault.',
    );
  }
}

const LOGIN_REMEDIES: Readonly<Record<string, string>> = {
  unauthorized: 'Sign in anew (kubectl, cloud command line or single sign-on): the login has expired or is not known.',
  login: "Mend what the message names, or sign in on a terminal with the context's own program.",
};

/** One step for each kind that is watched: whether it may be listed and watched, and the right that is missing. */
export async function rightSteps(parts: AccessParts): Promise<readonly DiagnosisStep[]> {
  return Promise.all(CORE_KINDS.map((resource) => rightStep(parts, resource)));
}

async function rightStep(parts: AccessParts, resource: Resource): Promise<DiagnosisStep> {
  const name = `Right to read ${resource.plural}`;
  try {
    const missing = await missingVerbs(parts, resource, undefined);
    if (missing.length === 0) return passed(name, 'In the whole cluster.');
    const { namespaced, plural } = resource;
    const remedy = `Have ${missing.join(' and ')} ${plural} allowed by a ClusterRole (“${kubectlLine(resource)}” checks it).`;
    if (!namespaced) return failed(name, `Missing: ${missing.join(' and ')}.`, remedy);
    const here = await missingVerbs(parts, resource, parts.namespace);
    const where = here.length === 0 ? `Only in namespaces such as ${parts.namespace}` : 'In no namespace that is known';
    return failed(name, `${where}; missing in the whole cluster: ${missing.join(' and ')}.`, remedy);
  } catch (error) {
    const why = error instanceof ApiError ? error.message : plainText(String(error));
    return failed(
      name,
      `The server does not say: ${why}`,
      'Ask who runs the cluster for “create selfsubjectaccessreviews”.',
    );
  }
}

async function missingVerbs(
  parts: AccessParts,
  { group, plural }: Resource,
  namespace: string | undefined,
): Promise<readonly string[]> {
  const allowed = await Promise.all(
    VERBS.map(async (verb) => {
      const review = await post(parts, '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectAccessReview',
        spec: { resourceAttributes: { group, resource: plural, verb, ...(namespace !== undefined && { namespace }) } },
      });
      return asMap(review['status'])['allowed'] === true;
    }),
  );
  return VERBS.filter((_, at) => allowed[at] !== true);
}

const VERBS = ['list', 'watch'] as const;

function kubectlLine({ group, plural, namespaced }: Resource): string {
  return `kubectl auth can-i list ${plural}${group === '' ? '' : `.${group}`}${namespaced ? ' --all-namespaces' : ''}`;
}

/** Reviews are asked with POST and leave nothing behind. */
async function post({ transport, signal }: AccessParts, path: string, body: object): Promise<ReturnType<typeof asMap>> {
  const answer = await requestJson(transport, {
    method: 'POST',
    path,
    body: JSON.stringify(body),
    headers: { 'Content-Type': 'application/json' },
    idleMs: () => IDLE_MS,
    signal,
  });
  return asMap(answer as JsonValue);
}
