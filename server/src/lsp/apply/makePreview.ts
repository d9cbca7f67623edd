import { randomUUID } from 'node:crypto';
import { count, listSome } from '../../analysis/wording.ts';
import { brokenIntents, brokenText, type NamedIntents } from '../../intent/brokenIntents.ts';
import { intentWorld } from '../../intent/intentWorld.ts';
import { applyEffectText } from '../../features/applyEffectText.ts';
import type { ApplyPreview, EffectText, PreviewParams } from '../../protocol/apply.ts';
import type { ApplyDocument, ApplySelection } from '../../workspace/apply/applyDocuments.ts';
import { applyEffect, liveUniverse, type ApplyEffect } from '../../workspace/apply/applyEffect.ts';
import type { Gap, GapEnd } from '../../workspace/apply/applyGap.ts';
import type { ApplyIntent } from '../../workspace/apply/clusterApply.ts';
import { previewAll, type SendableItem } from '../../workspace/apply/previewAll.ts';
import { brokenNeeds } from '../../workspace/needs/brokenNeeds.ts';
import { snapshotNeeds } from '../../workspace/needs/snapshotNeeds.ts';
import { protectingPattern } from '../../workspace/apply/protectedContext.ts';
import type { ApplySettings } from '../../workspace/settings.ts';
import type { WorkspaceSnapshot } from '../../workspace/snapshot.ts';
import type { LiveCluster } from '../liveSource.ts';
import { notSeen } from './notSeen.ts';
import { refusedDocument, refusedItem } from './refusedObjects.ts';
import { shownSteps } from './shownSteps.ts';
import { identityText, missingText } from './stepTexts.ts';
import type { StoredPreview } from './storedPreview.ts';
import { seenPolicies } from './seenPolicies.ts';
import { uncheckedStep } from './uncheckedSteps.ts';

/** What is wanted of one object, and where it is written. */
export interface Wanted {
  readonly intent: ApplyIntent;
  readonly document?: ApplyDocument;
}

export interface PreviewOptions {
  readonly action: PreviewParams['action'];
  readonly live: LiveCluster;
  /** Asked once everything has been read. */
  readonly snapshot: () => WorkspaceSnapshot;
  readonly settings: ApplySettings;
  readonly wanted: readonly Wanted[];
  /** Tests that are about the cluster. */
  readonly tests: () => readonly NamedIntents[];
  /** Of documents; a rollback has none. */
  readonly selection?: ApplySelection;
  readonly signal: AbortSignal;
  readonly yieldOnce: () => Promise<void>;
  readonly date: () => number;
}

/** Has the server try everything that is wanted, and says what it would do. Undefined where it was given up. */
export async function makePreview(options: PreviewOptions): Promise<StoredPreview | undefined> {
  const { action, live, snapshot, settings, wanted, selection, signal, date, yieldOnce } = options;
  const { connection, context } = live;
  const { apply } = connection;
  // An effect that is computed before the pods are there would look like none.
  await Promise.race([connection.whenRead(), aborted(signal)]);
  if (signal.aborted) return undefined;
  const { cluster } = liveUniverse(snapshot().universe, connection.state());
  const { method } = settings;
  const intents = wanted.map(({ intent }) => intent);
  const transaction = await previewAll({ apply, live: cluster, intents, method, signal, pause: yieldOnce });
  if (signal.aborted) return undefined;
  const documents = new Map(wanted.map(({ intent, document }) => [intent.target, document]));
  const intentOf = new Map(intents.map((intent) => [intent.target, intent]));
  const state = connection.state();
  const unchecked = transaction.items.flatMap((item) => {
    const intent = intentOf.get(item.target);
    return (intent && uncheckedStep(item, intent, state)) ?? [];
  });
  const exported = new Set(unchecked.map(({ change }) => change.target));
  const effect =
    unchecked.length === 0
      ? transaction.effect
      : applyEffect(cluster, [...transaction.changes, ...unchecked.map(({ change }) => change)]);
  const how =
    unchecked.length > 0 ? 'not checked by the server' : 'computed from what the server answered to a dry run';
  const id = randomUUID();
  const steps = await shownSteps(live, id, transaction, unchecked, (target) => documents.get(target));
  const gap = gapText(transaction.order.gaps.flatMap(({ gaps }) => gaps));
  const broken = brokenTests(options, effect);
  const missing = unchecked.flatMap(({ refusal }) =>
    refusal.missing === undefined ? [] : [missingText(refusal.missing)],
  );
  const shown: ApplyPreview = {
    id,
    action,
    context: context.name,
    server: context.server,
    protection: protectionOf(context.name, settings),
    identity: identityText(await apply.identity()),
    steps: steps.map(({ step }) => step),
    refused: [
      ...transaction.items
        .filter(({ target }) => !exported.has(target))
        .flatMap((item) => refusedItem(item, documents.get(item.target))),
      ...(selection?.refused ?? []).map(refusedDocument),
    ],
    leftAlone: leftAloneText(selection),
    namespaces: [...new Set((selection?.namespaces ?? []).map(({ target }) => target.name))],
    effect: await said(options, effect, how),
    ...(gap === undefined ? {} : { gap }),
    ...(broken === undefined ? {} : { brokenTests: broken }),
    missingRights: [...new Set([...missing, ...(await missingRights(live, transaction.sequence))])],
  };
  if (signal.aborted) return undefined;
  const seen = seenPolicies(connection.state(), intents);
  return {
    shown,
    live,
    intents,
    transaction,
    changes: steps.map(({ change }) => change),
    method,
    seen,
    madeAt: date(),
  };
}

async function said(
  { live, snapshot, yieldOnce, signal }: PreviewOptions,
  effect: ApplyEffect,
  how: string,
): Promise<EffectText> {
  const state = live.connection.state();
  const present = snapshot();
  const unseen = notSeen(state);
  const rows = applyEffectText(
    effect,
    `Reachability in \`${live.context.name.replaceAll('`', "'")}\`, ${how}.`,
    unseen,
    brokenNeeds(effect.before, effect.after, snapshotNeeds(present, liveUniverse(present.universe, state).parts)),
  );
  for (;;) {
    const step = rows.next();
    if (step.done === true) return step.value;
    if (signal.aborted) return NO_EFFECT;
    await yieldOnce();
  }
}

/** The tests that pass now, and would not any more. */
function brokenTests(
  { live, snapshot, tests }: PreviewOptions,
  { before, after }: Pick<ApplyEffect, 'before' | 'after'>,
): string | undefined {
  const { parts } = snapshot().universe;
  const state = live.connection.state();
  const worldOf = (cluster: ApplyEffect['before']): ReturnType<typeof intentWorld> =>
    intentWorld({ parts, cluster }, state);
  return brokenText(brokenIntents(worldOf(before), worldOf(after), tests()));
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

const NO_EFFECT: EffectText = { summary: '', lost: [], gained: [], undecided: '', markdown: '' };

function leftAloneText(selection: ApplySelection | undefined): string {
  const kinds = (selection?.leftAlone ?? []).map(({ kind, count: number }) => count(number, kind));
  if (kinds.length === 0) return '';
  const one = selection?.leftAlone.length === 1 && selection.leftAlone[0]?.count === 1;
  return `${listSome(kinds, 4)} ${one ? 'is' : 'are'} left alone`;
}

function protectionOf(context: string, settings: ApplySettings): ApplyPreview['protection'] {
  if (protectingPattern(context, settings.protectedContexts) === undefined) return 'none';
  return settings.protection === 'refuse' ? 'refused' : 'typed';
}

const RESOURCES = {
  NetworkPolicy: { resource: 'networkpolicies', group: 'networking.k8s.io' },
  Namespace: { resource: 'namespaces', group: '' },
} as const;

/** Of what waits for its Namespace: that the others may be sent was shown by their dry runs. */
async function missingRights(
  { connection }: LiveCluster,
  sequence: readonly SendableItem[],
): Promise<readonly string[]> {
  const rights = sequence
    .filter(({ state }) => state === 'deferred')
    .map(({ target: { kind, namespace } }) => ({ verb: 'create', ...RESOURCES[kind], namespace }));
  const different = [...new Map(rights.map((right) => [JSON.stringify(right), right])).values()];
  const answers = await connection.apply.rights(different);
  return answers.filter(({ allowed }) => allowed === false).map(missingText);
}

function gapText(gaps: readonly Gap[]): string | undefined {
  const [first, ...more] = gaps;
  if (first === undefined) return undefined;
  const end = (side: GapEnd): string => listSome('workloads' in side ? side.workloads : side.cidrs, 2);
  const others = more.length === 0 ? '' : `, and ${count(more.length, 'other pair')}`;
  return `No order keeps everything open: for a moment ${end(first.from)} cannot reach ${end(first.to)}${others}`;
}
