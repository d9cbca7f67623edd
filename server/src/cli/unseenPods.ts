import type { UnknownEntry } from '../engine/unknownEntries.ts';
import { unseenPods as unseenOf } from '../workspace/unreadPods.ts';
import type { Inputs } from './inputs.ts';

/** What the source of some inputs could not show; nothing where manifests are all there is. */
export function unseenPods({ source, parts }: Inputs): readonly UnknownEntry[] {
  return source === undefined ? [] : unseenOf(source, parts.contents);
}
