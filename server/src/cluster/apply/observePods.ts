import { asList, asMap, asString, type JsonMap } from '../../syntax/objects/jsonAccess.ts';
import type { ObservedPod, ObservedPods, PodsOfPolicy } from '../../workspace/apply/observation.ts';
import type { Transport } from '../apiTransport.ts';
import { plainText } from '../plainText.ts';
import { askApi, isSuccess } from './askApi.ts';

/** More pods of one policy than these are not looked at one by one. */
const MOST_PODS = 500;
const MOST_EVENTS = 200;

/** How the pods of policies fare right now. Undefined where that cannot be read; never throws. */
export async function observePods(
  transport: Transport,
  policies: readonly PodsOfPolicy[],
  signal: AbortSignal,
): Promise<ObservedPods | undefined> {
  try {
    const pods = new Map<string, ObservedPod>();
    const warnings = new Map<string, string>();
    for (const { namespace, labelSelector } of policies) {
      const query = { limit: String(MOST_PODS), ...(labelSelector === '' ? {} : { labelSelector }) };
      const listed = await list(transport, `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`, query, signal);
      if (listed === undefined) return undefined;
      for (const pod of listed) {
        const observed = observedPod(namespace, pod);
        pods.set(`${namespace}/${observed.name}`, observed);
      }
    }
    for (const namespace of new Set(policies.map((policy) => policy.namespace))) {
      const query = { limit: String(MOST_EVENTS), fieldSelector: 'type=Warning,involvedObject.kind=Pod' };
      const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/events`;
      // Events may be closed to who may read pods: nothing is said of them then.
      for (const event of (await list(transport, path, query, signal)) ?? []) {
        const name = asString(asMap(event['involvedObject'])['name']);
        if (!pods.has(`${namespace}/${name}`)) continue;
        warnings.set(asString(asMap(event['metadata'])['uid']), eventText(name, event));
      }
    }
    return { pods: [...pods.values()], warnings };
  } catch {
    return undefined;
  }
}

async function list(
  transport: Transport,
  path: string,
  query: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<readonly JsonMap[] | undefined> {
  const answer = await askApi(transport, { method: 'GET', path, query }, signal);
  return isSuccess(answer) ? asList(answer.body['items']).map(asMap) : undefined;
}

function observedPod(namespace: string, pod: JsonMap): ObservedPod {
  const { name } = asMap(pod['metadata']);
  const status = asMap(pod['status']);
  const ready = asList(status['conditions'])
    .map(asMap)
    .find(({ type }) => type === 'Ready');
  const restarts = asList(status['containerStatuses']).reduce<number>((sum, container) => {
    const { restartCount } = asMap(container);
    return sum + (typeof restartCount === 'number' ? restartCount : 0);
  }, 0);
  return { namespace, name: plainText(asString(name)), ready: ready && ready['status'] === 'True', restarts };
}

function eventText(name: string, event: JsonMap): string {
  const reason = plainText(asString(event['reason']), 60);
  return `${plainText(name)}: ${reason}, ${plainText(asString(event['message']), 160)}`;
}
