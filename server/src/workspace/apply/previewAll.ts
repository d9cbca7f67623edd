import type { CompiledCluster } from '../../engine/compiledCluster.ts';
import { applyEffect, decodeChanges, type ApplyEffect, type DecodedChange, type ObjectChange } from './applyEffect.ts';
import { orderSteps, type ApplyOrder } from './applyOrder.ts';
import type {
  ApplyIntent,
  ApplyMethod,
  ApplyTarget,
  ClusterApply,
  DryRunOutcome,
  Moved,
  Preview,
  Refusal,
} from './clusterApply.ts';

/** One intent as the server has tried it. */
export type PreviewedItem =
  | { readonly state: 'ready'; readonly target: ApplyTarget; readonly intent: ApplyIntent; readonly preview: Preview }
  /** The server holds this already. */
  | { readonly state: 'unchanged'; readonly target: ApplyTarget; readonly preview: Preview }
  /** What should be deleted is not there. */
  | { readonly state: 'absent'; readonly target: ApplyTarget }
  /** Its Namespace is made by the same change: it is tried when that is there. Nobody has checked it yet. */
  | { readonly state: 'deferred'; readonly target: ApplyTarget; readonly intent: ApplyIntent }
  | { readonly state: 'moved'; readonly target: ApplyTarget; readonly moved: Moved }
  | { readonly state: 'refused'; readonly target: ApplyTarget; readonly refusal: Refusal };

/** What can still be sent. */
export type SendableItem = Extract<PreviewedItem, { readonly state: 'ready' | 'deferred' }>;

export interface TransactionPreview {
  /** In the order of the intents. */
  readonly items: readonly PreviewedItem[];
  /** What would be sent, in the order in which nothing is denied on the way where there is one; Namespaces first. */
  readonly sequence: readonly SendableItem[];
  readonly order: ApplyOrder;
  /** Of all that would be sent, from the objects that the dry runs returned; of deferred ones from their documents. */
  readonly effect: ApplyEffect;
  /** The same changes as objects, for another effect or a diff. */
  readonly changes: readonly ObjectChange[];
}

/** What a preview asks of a cluster. */
export type Trying = Pick<ClusterApply, 'plan' | 'dryRun'>;

/** As an AbortSignal, which the core does not know. */
export interface Abortable {
  readonly aborted: boolean;
}

export interface TransactionInput {
  readonly apply: Trying;
  /** The cluster alone, without documents laid over it (`liveUniverse`). */
  readonly live: CompiledCluster;
  readonly intents: readonly ApplyIntent[];
  readonly method?: ApplyMethod;
  /** Nothing more is tried once it aborts; what is answered then means nothing. */
  readonly signal?: Abortable;
  /** Lets others have their turn during a long search. */
  readonly pause?: () => Promise<void>;
}

/** Objects that are tried at the same time. */
const AT_ONCE = 8;
/** An object that others write all the time is given up after so many plans. */
const MOST_PLANS = 3;

/** Plans every intent, has the server try it, and says in which order and with what effect all of it would be sent. */
export async function previewAll({
  apply,
  live,
  intents,
  method,
  signal,
  pause,
}: TransactionInput): Promise<TransactionPreview> {
  const made = new Set(
    intents.flatMap(({ action, target }) => (action !== 'delete' && target.kind === 'Namespace' ? [target.name] : [])),
  );
  const items = await inParallel(intents, signal, async (intent) => {
    const item = await tryIntent(apply, intent, method);
    const isEarly = item.state === 'refused' && item.refusal.kind === 'namespaceMissing';
    return isEarly && made.has(intent.target.namespace)
      ? ({ state: 'deferred', target: intent.target, intent } as const)
      : item;
  });
  const sendable = items.filter((item): item is SendableItem => item.state === 'ready' || item.state === 'deferred');
  const changes = sendable.map(changeOf);
  const { decoded } = decodeChanges(changes);
  // What cannot be decoded has no place in the search and comes as it stands.
  const order = await ordered(live, decoded, signal, pause);
  const places = new Map(sendable.map((item) => [item.target, item]));
  const known = new Set(decoded.map(({ target }) => target));
  const sequence = [
    ...order.order.flatMap((index) => places.get(decoded[index]?.target ?? NOWHERE) ?? []),
    ...sendable.filter(({ target }) => !known.has(target)),
  ];
  return { items, sequence, order, effect: applyEffect(live, changes), changes };
}

async function ordered(
  live: CompiledCluster,
  changes: readonly DecodedChange[],
  signal: Abortable | undefined,
  pause: (() => Promise<void>) | undefined,
): Promise<ApplyOrder> {
  const steps = orderSteps(live, changes);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (signal?.aborted === true) return { order: changes.map((_, index) => index), gaps: [], complete: false };
    await pause?.();
  }
}

const NOWHERE: ApplyTarget = { kind: 'NetworkPolicy', namespace: '', name: '' };

/** Plan and dry run; an object that moves on between the two is planned again. */
export async function tryIntent(
  apply: Trying,
  intent: ApplyIntent,
  method: ApplyMethod | undefined,
): Promise<PreviewedItem> {
  const { target } = intent;
  let outcome: DryRunOutcome | undefined;
  for (let attempt = 0; attempt < MOST_PLANS; attempt += 1) {
    const plan = await apply.plan(intent, method);
    if (plan.kind === 'absent') return { state: 'absent', target };
    if (plan.kind === 'refused') return { state: 'refused', target, refusal: plan.refusal };
    if (plan.kind === 'moved') return { state: 'moved', target, moved: plan.moved };
    outcome = await apply.dryRun(plan.step);
    if (outcome.kind !== 'moved') break;
  }
  if (outcome === undefined || outcome.kind === 'moved') {
    return { state: 'moved', target, moved: outcome?.moved ?? { how: 'changed', by: [] } };
  }
  if (outcome.kind === 'refused') return { state: 'refused', target, refusal: outcome.refusal };
  const { preview } = outcome;
  return preview.unchanged ? { state: 'unchanged', target, preview } : { state: 'ready', target, intent, preview };
}

function changeOf(item: SendableItem): ObjectChange {
  const { target } = item;
  if (item.state === 'ready') return { target, before: item.preview.step.live, after: item.preview.result };
  const { intent } = item;
  const after = intent.action === 'apply' ? intent.document : intent.action === 'restore' ? intent.previous : undefined;
  return { target, after };
}

async function inParallel<T, R>(
  items: readonly T[],
  signal: Abortable | undefined,
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of queue) {
      if (signal?.aborted === true) return;
      results[index] = await work(item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, worker));
  return results.filter((result) => result !== undefined);
}
