import { asMap, asString } from '../syntax/objects/jsonAccess.ts';
import { ApiError } from './apiFault.ts';
import type { Transport } from './apiTransport.ts';
import { backoff } from './backoff.ts';
import type { Clock } from './clock.ts';
import { pause } from './clock.ts';
import { readPage } from './listResource.ts';
import type { Resource } from './resource.ts';

/** OpenShift lists to everybody the projects that they may see, each of which is a namespace. */
const PROJECTS: Resource = {
  group: 'project.openshift.io',
  version: 'v1',
  plural: 'projects',
  kind: 'Project',
  namespaced: false,
  metadataOnly: true,
};

export interface ProjectOptions {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly random: () => number;
  readonly signal: AbortSignal;
  readonly wake: () => AbortSignal;
  readonly onNames: (names: readonly string[]) => void;
}

const PAGE = 500;
const POLL_MS = 60_000;
/** Where there are no projects there will hardly be any later. */
const RECHECK_MS = 3_600_000;

/** Follows the names of projects until the signal aborts. Never rejects. */
export async function followProjects(options: ProjectOptions): Promise<void> {
  const { transport, clock, signal, onNames } = options;
  const wait = backoff(options.random);
  while (!signal.aborted) {
    let rest = POLL_MS;
    try {
      onNames(await readNames(transport, signal));
      wait.reset();
    } catch (error) {
      if (signal.aborted) return;
      const { kind, retryAfterMs } =
        error instanceof ApiError ? error.fault : { kind: 'unavailable' as const, retryAfterMs: 0 };
      const isRefused = kind === 'notServed' || kind === 'forbidden' || kind === 'refused';
      rest = isRefused ? RECHECK_MS : wait.next(retryAfterMs);
    }
    await pause(clock, rest, AbortSignal.any([signal, options.wake()]));
  }
}

async function readNames(transport: Transport, signal: AbortSignal): Promise<readonly string[]> {
  const names: string[] = [];
  let token = '';
  do {
    const page = await readPage({ transport, signal }, PROJECTS, PAGE, token, (object) => {
      names.push(asString(asMap(object['metadata'])['name']));
    });
    ({ token } = page);
  } while (token !== '');
  return names.filter((name) => name !== '');
}
