/** What is needed, and what a change of policies takes away, out of texts. */
import { withEdit } from '../../server/src/engine/withEdit.ts';
import { brokenNeeds, type BrokenNeed } from '../../server/src/workspace/needs/brokenNeeds.ts';
import { breakText, evidencePlace } from '../../server/src/workspace/needs/breakText.ts';
import type { Need, NeedKind, NeedTarget } from '../../server/src/workspace/needs/need.ts';
import { snapshotNeeds } from '../../server/src/workspace/needs/snapshotNeeds.ts';
import type { WorkspaceSnapshot } from '../../server/src/workspace/snapshot.ts';
import { snapshotOf, uriOf, type SnapshotOptions } from './snapshotOf.ts';

export function needsIn(texts: Readonly<Record<string, string>>, options?: SnapshotOptions): readonly Need[] {
  return snapshotNeeds(snapshotOf(new Map(Object.entries(texts)), options));
}

/** `DATABASE_URL of frontend → db 5432/TCP, certain, a.yaml:12` of the kinds asked for, sorted. */
export function needLines(
  texts: Readonly<Record<string, string>>,
  kinds: readonly NeedKind[],
  options?: SnapshotOptions,
): readonly string[] {
  const snapshot = snapshotOf(new Map(Object.entries(texts)), options);
  const wanted = snapshotNeeds(snapshot).filter(({ kind }) => kinds.includes(kind));
  return wanted.map((need) => lineOf(need, snapshot)).sort();
}

function lineOf(need: Need, snapshot: WorkspaceSnapshot): string {
  const { from, to, sureness, evidence } = need;
  const text = breakText({ need } as BrokenNeed);
  const place = evidencePlace(evidence.written, (uri) => snapshot.files.get(uri)?.file);
  const where = place === undefined ? '' : `, ${place.uri.slice(uriOf('').length)}:${place.range.start.line + 1}`;
  const by = from.kind === 'workload' ? (from.id === need.of ? '' : `${from.id} `) : `${from.kind} `;
  return `${text}: ${by}→ ${to.map(targetText).join(' or ')}, ${sureness}${where}`;
}

function targetText(target: NeedTarget): string {
  if (target.kind === 'unseenDns') return 'unseen DNS';
  const ports = target.ports.map(({ port, protocol }) => `${port}/${protocol}`).join(' ');
  const who =
    target.kind === 'pods' ? target.workloads : target.kind === 'addresses' ? target.addresses : ['somewhere'];
  return `${who.join(' ')} ${ports}`;
}

/** What the policies of one text break that those of the other did not, beside the same files. */
export function breaks(
  texts: Readonly<Record<string, string>>,
  before: string,
  after: string,
  options?: SnapshotOptions,
): readonly BrokenNeed[] {
  const [old, now] = [before, after].map((policies) =>
    snapshotOf(new Map(Object.entries({ ...texts, 'policy.yaml': policies })), options),
  ) as [WorkspaceSnapshot, WorkspaceSnapshot];
  const edited = withEdit(old.universe.cluster, {
    policies: {
      put: [...now.universe.cluster.policies.values()].map(({ policy }) => policy),
      remove: [...old.universe.cluster.policies.values()]
        .map(({ policy }) => policy)
        .filter(({ namespace, name }) => now.universe.cluster.policies.get(`${namespace}/${name}`) === undefined),
    },
  });
  return brokenNeeds(old.universe.cluster, edited, snapshotNeeds(now));
}
