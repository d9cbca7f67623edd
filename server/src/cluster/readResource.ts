import type { JsonValue } from '../model/manifest.ts';
import type { CoverageStatus } from '../workspace/clusterSource.ts';
import type { Fault } from './apiFault.ts';
import { ApiError } from './apiFault.ts';
import type { Transport } from './apiTransport.ts';
import { backoff } from './backoff.ts';
import type { Clock } from './clock.ts';
import { pause } from './clock.ts';
import { listResource } from './listResource.ts';
import type { Resource } from './resource.ts';
import { watchResource } from './watchResource.ts';

/** Takes objects as they are read. An object is the API's JSON, of the kind that was asked for. */
export interface ObjectSink {
  /** A full read begins: what it does not put again is gone when it ends. */
  readonly begin: () => void;
  readonly put: (object: RawObject) => void;
  readonly remove: (object: RawObject) => void;
  /** The full read ended. */
  readonly finish: () => void;
  /** The server says that what was put is what there is. */
  readonly current?: () => void;
  /** Nothing may be read any more: forget everything. */
  readonly clear: () => void;
}

export type RawObject = { [key: string]: JsonValue };

export interface ReadingOptions {
  readonly transport: Transport;
  readonly resource: Resource;
  /** Absent: the whole cluster. */
  readonly namespace?: string;
  readonly sink: ObjectSink;
  readonly onStatus: (status: CoverageStatus) => void;
  /** Shared by a kind's readers: whether the server can stream its list as a watch. */
  readonly streaming: { supported: boolean };
  /** How long to wait before a refused list is tried again. */
  readonly recheckMs: number;
  readonly clock: Clock;
  readonly random: () => number;
  readonly signal: AbortSignal;
  /** Aborted and replaced when a person asks to try again at once. */
  readonly wake: () => AbortSignal;
}

/** Where lists are allowed and watches are not, the list is read again this often. */
const POLL_MS = 30_000;
/** A server that says 429 or 503 with a time to come back is asked this often before it counts as failed. */
const BUSY_TRIES = 3;
/** A step that went well for this long says that the server is well. */
const LONG_STEP_MS = 60_000;

/**
 * Reads one kind and follows it until the signal aborts: a streamed list where the server has it, else pages, then a
 * watch that resumes where it broke off; a full read again when the server has forgotten that place. Never rejects.
 */
export async function readResource(options: ReadingOptions): Promise<void> {
  const { clock, resource, signal, sink, streaming } = options;
  const wait = backoff(options.random);
  let position: string | undefined;
  let mayWatch = true;
  let everRead = false;
  let failures = 0;
  let brokenAt = 0;

  const status = (next: CoverageStatus): void => {
    if (!signal.aborted) options.onStatus(next);
  };
  const complete = (): void => {
    everRead = true;
    failures = 0;
    status({ state: 'complete' });
  };
  const progress = (fraction?: number): void => {
    if (!everRead) status({ state: 'reading', ...(fraction !== undefined && { fraction }) });
  };
  const rest = async (ms: number): Promise<void> => {
    await pause(clock, ms, AbortSignal.any([signal, options.wake()]));
  };

  /** One list or one watch, to its normal end. */
  const step = async (): Promise<void> => {
    if (position === undefined && (!mayWatch || !streaming.supported)) {
      position = await listResource(options, progress);
      complete();
      if (mayWatch) return;
      await rest(POLL_MS);
      position = undefined;
      mayWatch = true;
      return;
    }
    await watchResource(options, {
      position,
      onPosition: (next) => {
        position = next;
      },
      onCurrent: complete,
      progress,
    });
  };

  const handle = async (fault: Fault): Promise<void> => {
    const watching = position !== undefined || (mayWatch && streaming.supported);
    if ((fault.kind === 'refused' || fault.kind === 'silent') && position === undefined && watching) {
      streaming.supported = false;
      return;
    }
    if (fault.kind === 'forbidden' && watching) {
      mayWatch = false;
      position = undefined;
      return;
    }
    if (fault.kind === 'forbidden') {
      if (everRead) sink.clear();
      everRead = false;
      mayWatch = true;
      status({ state: 'forbidden', why: fault.why, mend: missingRight(resource, options.namespace) });
      await rest(options.recheckMs);
      return;
    }
    if (fault.kind === 'gone') position = undefined;
    if (failures++ === 0) brokenAt = clock.now();
    // A busy server that says when to come back has not failed, and a watch that breaks now and then is normal.
    const busy = fault.retryAfterMs !== undefined && failures <= BUSY_TRIES;
    if (!everRead && !busy) status({ state: 'failed', why: fault.why });
    else if (everRead && failures > 1) status({ state: 'stale', since: brokenAt, why: fault.why });
    await rest(wait.next(fault.retryAfterMs));
  };

  status({ state: 'reading' });
  while (!signal.aborted) {
    const startedAt = clock.now();
    try {
      // One step after the other is the point: each begins where the last one ended.
      await step();
    } catch (error) {
      if (signal.aborted) return;
      // A server that answers everything and then breaks off must not be asked for everything again at once.
      if (clock.now() - startedAt > LONG_STEP_MS) wait.reset();
      await handle(error instanceof ApiError ? error.fault : { kind: 'unavailable', why: String(error) });
    }
  }
}

/** The right that would mend a refusal, in words that an administrator can act on. */
export function missingRight({ group, plural, namespaced }: Resource, namespace?: string): string {
  const what = group === '' ? plural : `${plural}.${group}`;
  if (namespace !== undefined) return `list and watch ${what} in namespace ${namespace}`;
  return `list and watch ${what}${namespaced ? ' in all namespaces' : ''}`;
}
