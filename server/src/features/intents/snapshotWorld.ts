import { intentWorld, type IntentWorld } from '../../intent/intentWorld.ts';
import type { WorkspaceSnapshot } from '../../workspace/snapshot.ts';
import type { Universe } from '../../workspace/universe.ts';

interface Known {
  readonly source: unknown;
  readonly reading: string | undefined;
  readonly world: IntentWorld;
}

/** Whom ends mean is worked out once for each universe. */
const known = new WeakMap<Universe, Known>();

/** What tests of a document are run against: what everything else in it is answered from. */
export function snapshotWorld({ universe, source }: WorkspaceSnapshot): IntentWorld {
  const reading = readingWhy(source);
  const state = 'state' in source ? source.state : undefined;
  const before = known.get(universe);
  if (before?.source === state && before?.reading === reading && before !== undefined) return before.world;
  const world = intentWorld(universe, state, reading);
  known.set(universe, { source: state, reading, world });
  return world;
}

function readingWhy(source: WorkspaceSnapshot['source']): string | undefined {
  if (source.kind === 'none') return source.problem.replace(/\.$/, '');
  return source.kind === 'files' && source.indexing !== undefined ? 'files are still being read' : undefined;
}
