import type { FieldPath } from '../../model/manifest.ts';
import type { Peer } from '../../model/networkPolicy.ts';
import type { CheckContext, WrittenPolicy } from '../check.ts';
import type { Fix } from '../finding.ts';
import { joinItems, splitItem } from '../joinItems.ts';
import { pairsMeantAsOne } from '../peerPairs.ts';
import { effectiveRules } from '../policyRules.ts';

/**
 * AND to OR and back: the peer at an offset as two, or it and its neighbour as one. Nothing where a finding offers the
 * same already.
 */
export function peerShapes(context: CheckContext, written: WrittenPolicy, offset: number): readonly Fix[] {
  const { document, start } = written.placed;
  const at = document.sourceMap.pathAt(offset - start)?.path.slice(written.manifest.path.length) ?? [];
  const rule = effectiveRules(written.policy).find(({ path }) => path.every((step, index) => at[index] === step));
  if (rule === undefined || at[3] !== rule.peersField || typeof at[4] !== 'number') return [];
  const { peers = [] } = rule.rule;
  const list: FieldPath = [...rule.path, rule.peersField];
  const index = at[4];
  const peer = peers[index];
  if (peer === undefined || peer.ipBlock !== undefined) return [];
  if (peer.namespaceSelector !== undefined && peer.podSelector !== undefined) return asTwo(written, [...list, index]);
  if (pairsMeantAsOne(context, written.policy, rule.rule).length > 0) return [];
  const first = [index, index - 1].find((candidate) => complete(peers[candidate], peers[candidate + 1]));
  return first === undefined ? [] : asOne(written, [...list, first]);
}

function asTwo(written: WrittenPolicy, item: FieldPath): readonly Fix[] {
  const { sourceMap } = written.placed.document;
  const keys = (['namespaceSelector', 'podSelector'] as const).toSorted((a, b) => startOf(a) - startOf(b));
  const edit = splitItem(written, item, keys[1] as string);
  return edit === undefined ? [] : [{ title: 'Make them two peers: either selector is enough', edits: [edit] }];

  function startOf(key: string): number {
    return sourceMap.key([...written.manifest.path, ...item, key])?.start ?? 0;
  }
}

function asOne(written: WrittenPolicy, first: FieldPath): readonly Fix[] {
  const edit = joinItems(written, first);
  return edit === undefined ? [] : [{ title: 'Make them one peer: both selectors must match', edits: [edit] }];
}

/** One has only namespaces, the other only pods. */
function complete(a: Peer | undefined, b: Peer | undefined): boolean {
  if (a === undefined || b === undefined || a.ipBlock !== undefined || b.ipBlock !== undefined) return false;
  const has = ({ namespaceSelector, podSelector }: Peer): string =>
    `${namespaceSelector === undefined ? '' : 'n'}${podSelector === undefined ? '' : 'p'}`;
  return ['n p', 'p n'].includes(`${has(a)} ${has(b)}`);
}
