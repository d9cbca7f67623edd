import { asMap, asString } from '../syntax/objects/jsonAccess.ts';
import type { Fault } from './apiFault.ts';
import { ApiError } from './apiFault.ts';
import type { Transport } from './apiTransport.ts';
import { backoff } from './backoff.ts';
import type { Clock } from './clock.ts';
import { pause } from './clock.ts';
import { readPage } from './listResource.ts';
import type { SnapshotKind } from './snapshotKinds.ts';

/** One kind, in the whole cluster or in one namespace. */
export interface SnapshotPart {
  readonly transport: Transport;
  readonly kind: SnapshotKind;
  readonly namespace?: string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly signal: AbortSignal;
  /** A page's objects, cut and in JSON, and their names. Awaited before the next page is asked for. */
  readonly onObjects: (texts: readonly string[], names: readonly string[]) => Promise<void>;
}

const PAGE = 500;
const TRIES = 4;

/**
 * Reads one kind in pages. A fault that may pass is tried again a few times, an expired page's token once with the
 * whole list; what was written already is passed over by its place in the list's order. Returns the fault that stayed.
 */
export async function readSnapshotPart(part: SnapshotPart): Promise<Fault | undefined> {
  const wait = backoff(part.random);
  let limit: number | undefined = PAGE;
  let token = '';
  let written = '';
  /** Set while a list is read anew of which a part was written before. */
  let passOver = '';
  for (let tries = 1; ;) {
    try {
      const texts: string[] = [];
      const names: string[] = [];
      let last = '';
      const page = await readPage(part, part.kind.resource, limit, token, (object) => {
        const { namespace, name } = asMap(object['metadata']);
        last = `${asString(namespace)}/${asString(name)}`;
        if (passOver !== '' && last <= passOver) return;
        texts.push(JSON.stringify(part.kind.cut(object)));
        names.push(asString(name));
      });
      await part.onObjects(texts, names);
      if (last !== '') written = last;
      token = page.token;
      tries = 1;
      if (token === '') return undefined;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const { fault } = error;
      const passing = fault.kind === 'unavailable' || fault.kind === 'silent';
      if (fault.kind === 'gone' && limit !== undefined) {
        limit = undefined;
        token = '';
        passOver = written;
      } else if (!passing || tries >= TRIES) return fault;
      tries++;
      await pause(part.clock, wait.next(fault.retryAfterMs), part.signal);
    }
  }
}
