import { ApiError } from './apiFault.ts';
import { requestJson } from './apiTransport.ts';
import { backoff } from './backoff.ts';
import { pause } from './clock.ts';
import type { RawObject, ReadingOptions } from './readResource.ts';
import { acceptHeader, apiVersionOf, resourcePath } from './resource.ts';

const IDLE_MS = 30_000;
const POLL_MS = 60_000;

/**
 * Reads the Namespace object of one name, over and over: a Role in a namespace can allow that where nothing
 * cluster-wide is allowed, and only the object has the labels that namespace selectors look at. Never rejects.
 */
export async function readNamespace(options: ReadingOptions): Promise<void> {
  const { transport, resource, namespace = '', sink, onStatus, clock, random, signal } = options;
  const wait = backoff(random);
  const rest = (ms: number): Promise<void> => pause(clock, ms, AbortSignal.any([signal, options.wake()]));
  const read = async (): Promise<number> => {
    try {
      const object = await requestJson(transport, {
        path: `${resourcePath(resource)}/${encodeURIComponent(namespace)}`,
        headers: { Accept: acceptHeader(resource, 'object') },
        idleMs: () => IDLE_MS,
        signal,
      });
      const { metadata } = object as RawObject;
      sink.put({ apiVersion: apiVersionOf(resource), kind: resource.kind, metadata: metadata ?? {} });
      sink.finish();
      onStatus({ state: 'complete' });
      return POLL_MS;
    } catch (error) {
      const { kind, why, retryAfterMs } =
        error instanceof ApiError ? error.fault : { kind: 'unavailable' as const, why: String(error) };
      if (signal.aborted) return 0;
      if (kind !== 'forbidden' && kind !== 'notServed') {
        onStatus({ state: 'failed', why });
        return wait.next(retryAfterMs);
      }
      sink.remove({ metadata: { name: namespace } });
      sink.finish();
      if (kind === 'notServed') {
        onStatus({ state: 'complete' });
        return POLL_MS;
      }
      onStatus({ state: 'forbidden', why, mend: `get the namespace ${namespace}` });
      return options.recheckMs;
    }
  };
  while (!signal.aborted) {
    await rest(await read());
  }
}
