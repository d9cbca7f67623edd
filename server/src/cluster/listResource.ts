import { ApiError } from './apiFault.ts';
import { expectSuccess } from './apiTransport.ts';
import { itemSplitter } from './listItems.ts';
import type { RawObject, ReadingOptions } from './readResource.ts';
import type { Resource } from './resource.ts';
import { acceptHeader, apiVersionOf, resourcePath } from './resource.ts';

/** What client-go asks for in a page. */
const PAGE = 500;
/** No byte of a list for this long: the connection counts as dead. */
const IDLE_MS = 60_000;

type ListOptions = Pick<ReadingOptions, 'transport' | 'resource' | 'namespace' | 'sink' | 'signal'>;

/**
 * Reads a kind in pages and returns the resourceVersion from which a watch goes on. Where a page's token has expired
 * the list is read anew in one answer, which is cut into its items as it arrives. Throws ApiError.
 */
export async function listResource(options: ListOptions, progress: (fraction?: number) => void): Promise<string> {
  try {
    return await readPages(options, PAGE, progress);
  } catch (error) {
    if (!(error instanceof ApiError) || error.fault.kind !== 'gone') throw error;
    return readPages(options, undefined, progress);
  }
}

async function readPages(
  options: ListOptions,
  limit: number | undefined,
  progress: (fraction?: number) => void,
): Promise<string> {
  const { sink } = options;
  let count = 0;
  let token = '';
  sink.begin();
  for (;;) {
    const page = await readPage(options, options.resource, limit, token, (object) => {
      count++;
      sink.put(object);
    });
    token = page.token;
    if (token === '') {
      sink.finish();
      return page.resourceVersion;
    }
    progress(page.remaining === undefined ? undefined : count / (count + page.remaining));
  }
}

/** One page of a list. `remaining` is absent where the server does not say (with a field selector). */
export interface ListPage {
  readonly resourceVersion: string;
  readonly token: string;
  readonly remaining?: number;
}

export async function readPage(
  { transport, namespace, signal }: Pick<ListOptions, 'transport' | 'namespace' | 'signal'>,
  resource: Resource,
  limit: number | undefined,
  token: string,
  onObject: (object: RawObject) => void,
): Promise<ListPage> {
  const response = await transport({
    path: resourcePath(resource, namespace),
    query: {
      ...(limit !== undefined && { limit: String(limit) }),
      ...(token !== '' && { continue: token }),
      ...(resource.fieldSelector !== undefined && { fieldSelector: resource.fieldSelector }),
      ...(resource.labelSelector !== undefined && { labelSelector: resource.labelSelector }),
    },
    headers: { Accept: acceptHeader(resource, 'list') },
    idleMs: () => IDLE_MS,
    signal,
  });
  await expectSuccess(response);
  const splitter = itemSplitter((json) => {
    const object = parseObject(json);
    if (object !== undefined) onObject(withType(object, resource));
  });
  for await (const chunk of response.body) splitter.push(chunk);
  return readEnvelope(splitter.end());
}

/** Items of a typed list leave out what they are. */
function withType(object: RawObject, resource: Resource): RawObject {
  object['apiVersion'] = apiVersionOf(resource);
  object['kind'] = resource.kind;
  return object;
}

function readEnvelope(text: string | undefined): ListPage {
  const metadata = text === undefined ? undefined : parseObject(text)?.['metadata'];
  if (typeof metadata !== 'object' || metadata === null || Array.isArray(metadata)) {
    throw new ApiError({ kind: 'unavailable', why: 'The server sent a list that cannot be read.' });
  }
  const { resourceVersion, continue: token, remainingItemCount: remaining } = metadata;
  return {
    resourceVersion: typeof resourceVersion === 'string' ? resourceVersion : '',
    token: typeof token === 'string' ? token : '',
    ...(typeof remaining === 'number' && { remaining }),
  };
}

function parseObject(json: string): RawObject | undefined {
  try {
    const value = JSON.parse(json) as RawObject | null;
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    throw new ApiError({ kind: 'unavailable', why: 'The server sent JSON that cannot be read.' });
  }
}
