import { randomUUID } from 'node:crypto';
import { count, listSome } from '../../analysis/wording.ts';
import { applyEffectText } from '../../features/applyEffectText.ts';
import type { ApplyPreview, ApplyStep, EffectText, PreviewParams, RefusedObject } from '../../protocol/apply.ts';
import { lineIndex } from '../../syntax/lineIndex.ts';
import { applyEffect, decodeChanges, liveUniverse, type ObjectChange } from '../../workspace/apply/applyEffect.ts';
import type { Gap, GapEnd } from '../../workspace/apply/applyGap.ts';
import { applyOrder } from '../../workspace/apply/applyOrder.ts';
import type { ApplySelection } from '../../workspace/apply/applyDocuments.ts';
import { faultRange } from '../../workspace/apply/faultPlaces.ts';
import { protectingPattern } from '../../workspace/apply/protectedContext.ts';
import type { ApplySettings } from '../../workspace/settings.ts';
import type { WorkspaceSnapshot } from '../../workspace/snapshot.ts';
import type { LiveCluster } from '../liveSource.ts';
import { identityText, missingText, ownerText, refusalText, stepNotes, targetName } from './stepTexts.ts';
import { changeOf, textAddress, type StoredPreview } from './storedPreview.ts';
import { uncheckedSteps, type Unchecked } from './uncheckedSteps.ts';
import { tryIntents, type NotTried, type Tried, type Wanted } from './tryIntents.ts';

export interface PreviewOptions {
  readonly action: PreviewParams['action'];
  readonly live: LiveCluster;
  readonly snapshot: WorkspaceSnapshot;
  readonly settings: ApplySettings;
  readonly wanted: readonly Wanted[];
  /** Of documents; a rollback has none. */
  readonly selection?: ApplySelection;
  readonly signal: AbortSignal;
  readonly yieldOnce: () => Promise<void>;
}

/** Has the server try everything that is wanted, and says what it would do. Undefined where it was given up. */
export async function makePreview(options: PreviewOptions): Promise<StoredPreview | undefined> {
  const { action, live, snapshot, settings, wanted, selection, signal } = options;
  const { connection, context } = live;
  const outcomes = await tryIntents(connection.apply, settings.method, wanted, signal);
  if (signal.aborted) return undefined;
  const { tried } = outcomes;
  const { unchecked, refused } = uncheckedSteps(outcomes, connection.state());
  const { cluster } = liveUniverse(snapshot.universe, connection.state());
  const changing = tried.filter(({ preview }) => !preview.unchanged);
  const order = applyOrder(cluster, decodeChanges(changing.map(changeOf)).decoded);
  const isWhole = order.order.length === changing.length;
  const ordered = isWhole ? order.order.flatMap((index) => changing[index] ?? []) : changing;
  const effect = await said(
    options,
    [...ordered.map(changeOf), ...unchecked.map(({ change }) => change)],
    unchecked.some(({ waitsFor }) => waitsFor === 'right'),
  );
  const all = [...ordered, ...tried.filter(({ preview }) => preview.unchanged)];
  const id = randomUUID();
  const gap = gapText(order.gaps.flatMap(({ gaps }) => gaps));
  const shown: ApplyPreview = {
    id,
    action,
    context: context.name,
    server: context.server,
    protection: protectionOf(context.name, settings),
    identity: identityText(await connection.apply.identity()),
    steps: [
      ...(await Promise.all(all.map((each, index) => stepOf(live, id, index, each)))),
      ...unchecked.map((each, index) => uncheckedStep(id, all.length + index, each)),
    ],
    refused: [...refused.map(refusedObject), ...(selection?.refused ?? []).map(refusedDocument)],
    leftAlone: leftAloneText(selection),
    namespaces: [...new Set((selection?.namespaces ?? []).map(({ target }) => target.name))],
    effect,
    ...(gap === undefined ? {} : { gap }),
    missingRights: [
      ...new Set([
        ...unchecked.flatMap(({ refusal: { missing } }) => (missing ? [missingText(missing)] : [])),
        ...(await missingRights(live, ordered)),
      ]),
    ],
  };
  return { shown, live, tried: all, unchecked, method: settings.method, sent: false };
}

async function said(
  { live, snapshot, yieldOnce, signal }: PreviewOptions,
  changes: readonly ObjectChange[],
  isUnchecked: boolean,
): Promise<EffectText> {
  const { cluster } = liveUniverse(snapshot.universe, live.connection.state());
  const effect = applyEffect(cluster, changes);
  const how = isUnchecked ? 'not checked by the server' : 'computed from what the API server answered to a dry run';
  const where = `Reachability in \`${live.context.name.replaceAll('`', "'")}\`, ${how}.`;
  const rows = applyEffectText(effect, where);
  for (;;) {
    const step = rows.next();
    if (step.done === true) return step.value;
    if (signal.aborted) return NO_EFFECT;
    await yieldOnce();
  }
}

const NO_EFFECT: EffectText = { summary: '', lost: [], gained: [], undecided: '', markdown: '' };

function uncheckedStep(id: string, index: number, { target, change, document, waitsFor }: Unchecked): ApplyStep {
  const name = targetName(target);
  const kind = change.after === undefined ? 'delete' : change.before === undefined ? 'create' : 'replace';
  return {
    key: name,
    ...target,
    change: kind,
    ...placeOf(document),
    namespaceAssumed: document?.namesNamespace === false,
    owners: [],
    ...(waitsFor === 'namespace'
      ? { notes: ['The server tries it once its Namespace is there'] }
      : { notes: ['Not checked by the server'], unchecked: true as const }),
    before: textAddress(id, index, 'before', name),
    after: textAddress(id, index, 'after', name),
  };
}

async function stepOf(live: LiveCluster, id: string, index: number, { preview, document }: Tried): Promise<ApplyStep> {
  const { step, unchanged } = preview;
  const { target } = step;
  const owners = await Promise.all(
    step.owners.map(async (owner) => ownerText(owner, await live.connection.apply.selfHeal(owner))),
  );
  const name = targetName(target);
  return {
    key: name,
    ...target,
    change: unchanged ? 'nothing' : step.change,
    ...placeOf(document),
    namespaceAssumed: document?.namesNamespace === false,
    owners,
    notes: stepNotes(preview),
    before: textAddress(id, index, 'before', name),
    after: textAddress(id, index, 'after', name),
  };
}

function placeOf(document: Wanted['document']): Pick<ApplyStep, 'uri' | 'line'> {
  if (document === undefined) return {};
  const { file } = document.origin;
  return { uri: file.uri, line: lineIndex(file.text).position(kindRange(document.origin).start).line };
}

function refusedObject({ target, refusal, document }: NotTried): RefusedObject {
  const { why, faults } = refusal;
  const origin = document?.origin;
  const index = origin && lineIndex(origin.file.text);
  return {
    name: targetName(target),
    why:
      faults.length === 0
        ? refusalText(target, refusal)
        : `${targetName(target)}: ${listSome(
            faults.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)),
            2,
          )}`,
    places:
      origin === undefined || index === undefined
        ? []
        : (faults.length === 0 ? [{ path: '', message: why }] : faults).map(({ path, message }) => ({
            uri: origin.file.uri,
            range: index.range(faultRange(origin, path) ?? kindRange(origin)),
            message,
          })),
  };
}

function kindRange({ placed, manifest }: NonNullable<Wanted['document']>['origin']): { start: number; end: number } {
  const { start, end } = placed.document.sourceMap.nearest([...manifest.path, 'kind']);
  return { start: placed.start + start, end: placed.start + end };
}

function refusedDocument({ file, placed, manifest, why }: ApplySelection['refused'][number]): RefusedObject {
  const name = decodeURIComponent(file.uri.slice(file.uri.lastIndexOf('/') + 1));
  const index = lineIndex(file.text);
  const range =
    placed === undefined || manifest === undefined
      ? { start: placed?.start ?? 0, end: placed?.start ?? 0 }
      : kindRange({ file, placed, manifest });
  return { name, why: `${name}: ${why}`, places: [{ uri: file.uri, range: index.range(range), message: why }] };
}

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

async function missingRights({ connection }: LiveCluster, tried: readonly Tried[]): Promise<readonly string[]> {
  const rights = tried.map(({ preview: { step } }) => ({
    verb: step.verb === 'apply' ? 'patch' : step.verb,
    ...RESOURCES[step.target.kind],
    ...(step.target.namespace === '' ? {} : { namespace: step.target.namespace }),
  }));
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
