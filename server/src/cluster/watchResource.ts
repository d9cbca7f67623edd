import { ApiError, statusFault } from './apiFault.ts';
import { expectSuccess } from './apiTransport.ts';
import { lineSplitter } from './jsonLines.ts';
import { readPage } from './listResource.ts';
import type { RawObject, ReadingOptions } from './readResource.ts';
import type { Resource } from './resource.ts';
import { acceptHeader, apiVersionOf, resourcePath } from './resource.ts';

export interface WatchProgress {
  /** The resourceVersion to go on from; undefined: the watch begins with everything that there is. */
  readonly position: string | undefined;
  readonly onPosition: (position: string) => void;
  /** What the sink holds is what there is: the initial events are over, or a resumed watch was accepted. */
  readonly onCurrent: () => void;
  readonly progress: (fraction?: number) => void;
}

/** As client-go: the server ends a watch after 5 to 10 minutes, so that its load spreads over its replicas. */
const SHORTEST_WATCH_S = 300;
/** A server sends a bookmark about every minute; one that is silent for longer is no longer there. */
const SILENCE_MS = 150_000;
/** No initial event for this long: the server, or a proxy before it, does not stream. */
const INITIAL_SILENCE_MS = 60_000;
/** A watch that ends sooner, without an event, is refused in all but name. */
const SHORTEST_USEFUL_MS = 1000;
const PROGRESS_STEP = 500;

/** Follows one watch until the server ends it normally. Throws ApiError where it fails or breaks. */
export async function watchResource(options: ReadingOptions, at: WatchProgress): Promise<void> {
  const { clock, random, resource, sink } = options;
  const startedAt = clock.now();
  let initial = at.position === undefined;
  const total = at.position === undefined ? countFirst(options) : undefined;
  const seconds = Math.round(SHORTEST_WATCH_S * (1 + random()));
  const response = await options.transport({
    path: resourcePath(resource, options.namespace),
    query: watchQuery(at.position, seconds, resource),
    headers: { Accept: acceptHeader(resource, 'object') },
    idleMs: () => (initial ? INITIAL_SILENCE_MS : SILENCE_MS),
    signal: options.signal,
  });
  await expectSuccess(response);
  let events = 0;
  if (initial) sink.begin();
  else at.onCurrent();

  const apply = (type: string, object: RawObject): void => {
    const bookmark = type === 'BOOKMARK';
    if (bookmark && initial && endsInitialEvents(object)) {
      initial = false;
      sink.finish();
      at.onCurrent();
    } else if (bookmark && !initial) {
      sink.current?.();
    } else if (type === 'ADDED' || type === 'MODIFIED') {
      sink.put(withType(object));
      if (initial && events % PROGRESS_STEP === 0) at.progress(total?.fraction(events));
    } else if (type === 'DELETED') {
      sink.remove(withType(object));
    }
    // The initial events come in the order of their names: none of them is a place to go on from.
    const position = initial ? '' : resourceVersion(object);
    if (position !== '') at.onPosition(position);
  };
  const withType = (object: RawObject): RawObject => {
    object['apiVersion'] = apiVersionOf(resource);
    object['kind'] = resource.kind;
    return object;
  };

  const splitter = lineSplitter((line) => {
    events++;
    const { type, object } = readEvent(line);
    if (type === 'ERROR') throw new ApiError(statusFault(statusCode(object), JSON.stringify(object)));
    apply(type, object);
  });
  for await (const chunk of response.body) splitter.push(chunk);
  if (splitter.pending()) throw new ApiError({ kind: 'unavailable', why: 'The server broke off within an event.' });
  if (initial) throw new ApiError({ kind: 'refused', why: 'The server ended the list before it was whole.' });
  if (events === 0 && clock.now() - startedAt < SHORTEST_USEFUL_MS) {
    throw new ApiError({ kind: 'unavailable', why: 'The server ends watches at once.' });
  }
}

function watchQuery(
  position: string | undefined,
  seconds: number,
  { fieldSelector, labelSelector }: Resource,
): Record<string, string> {
  return {
    watch: '1',
    allowWatchBookmarks: 'true',
    timeoutSeconds: String(seconds),
    ...(fieldSelector !== undefined && { fieldSelector }),
    ...(labelSelector !== undefined && { labelSelector }),
    // KEP-3157: servers that do not know sendInitialEvents refuse resourceVersionMatch on a watch (422).
    ...(position === undefined
      ? { sendInitialEvents: 'true', resourceVersionMatch: 'NotOlderThan' }
      : { resourceVersion: position }),
  };
}

function readEvent(line: string): { type: string; object: RawObject } {
  let event: { type?: unknown; object?: unknown } | null;
  try {
    event = JSON.parse(line) as typeof event;
  } catch {
    event = null;
  }
  const { type, object } = event ?? {};
  if (typeof type !== 'string' || typeof object !== 'object' || object === null || Array.isArray(object)) {
    throw new ApiError({ kind: 'unavailable', why: 'The server sent an event that cannot be read.' });
  }
  return { type, object: object as RawObject };
}

function endsInitialEvents(object: RawObject): boolean {
  const annotations = fields(fields(object['metadata'])['annotations']);
  return annotations['k8s.io/initial-events-end'] === 'true';
}

function resourceVersion(object: RawObject): string {
  const version = fields(object['metadata'])['resourceVersion'];
  return typeof version === 'string' ? version : '';
}

function statusCode(object: RawObject): number {
  const code = object['code'];
  return typeof code === 'number' ? code : 0;
}

function fields(value: unknown): RawObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as RawObject) : {};
}

/** Asks how many there are, beside the stream; the answer may come late or never. Selectors hide the number. */
function countFirst(options: ReadingOptions): { fraction: (read: number) => number | undefined } | undefined {
  const { resource } = options;
  if (resource.countFirst === undefined) return undefined;
  let total: number | undefined;
  const { fieldSelector: _, ...unselected } = resource;
  readPage(options, { ...unselected, metadataOnly: true }, 1, '', () => undefined).then(
    ({ remaining = 0 }) => {
      total = remaining + 1;
    },
    () => undefined,
  );
  return { fraction: (read) => (total === undefined ? undefined : Math.min(1, read / total)) };
}
