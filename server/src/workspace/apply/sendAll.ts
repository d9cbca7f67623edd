import { asMap } from '../../syntax/objects/jsonAccess.ts';
import type {
  ApplyIntent,
  ApplyMethod,
  ApplyTarget,
  ClusterApply,
  Preview,
  Refusal,
  SendOutcome,
} from './clusterApply.ts';
import { tryIntent, type SendableItem, type TransactionPreview } from './previewAll.ts';

/** What became of one object. */
export type ItemOutcome =
  | SendOutcome
  /** Not sent: one before it failed, or the caller gave up. */
  | { readonly kind: 'notSent'; readonly target: ApplyTarget };

export interface TransactionResult {
  /** In the order of the sequence. */
  readonly outcomes: readonly ItemOutcome[];
  /** Everything is as it was asked for. */
  readonly complete: boolean;
  /** Something was changed, or may have been. */
  readonly changed: boolean;
}

export interface SendAllOptions {
  readonly apply: Pick<ClusterApply, 'plan' | 'dryRun' | 'send'>;
  readonly method?: ApplyMethod;
  /** What is left is not sent once one object is not as it was asked for. */
  readonly stopAtError: boolean;
  /**
   * Asked before each request, with what is sent: false ends the whole. A guard records a deferred preview here, which
   * was not there when the others were recorded.
   */
  readonly before?: (preview: Preview) => boolean | Promise<boolean>;
  /** Told of each outcome at once, before the next request. */
  readonly after?: (outcome: ItemOutcome) => void | Promise<void>;
}

/** Sends a previewed sequence, one request after the other. */
export async function sendAll(
  { sequence }: Pick<TransactionPreview, 'sequence'>,
  { apply, method, stopAtError, before, after }: SendAllOptions,
): Promise<TransactionResult> {
  const outcomes: ItemOutcome[] = [];
  let stopped = false;
  for (const item of sequence) {
    const outcome = stopped ? ({ kind: 'notSent', target: item.target } as const) : await sendOne(item);
    outcomes.push(outcome);
    if (!stopped) await after?.(outcome);
    if (outcome.kind === 'notSent' || (stopAtError && !isAsAsked(outcome))) stopped = true;
  }
  return {
    outcomes,
    complete: outcomes.every(isAsAsked),
    changed: outcomes.some(({ kind }) => kind === 'applied' || kind === 'altered' || kind === 'uncertain'),
  };

  async function sendOne(item: SendableItem): Promise<ItemOutcome> {
    const preview = item.state === 'ready' ? item.preview : await lateTry(item.intent);
    if ('kind' in preview) return preview;
    if ((await before?.(preview)) === false) return { kind: 'notSent', target: item.target };
    return apply.send(preview);
  }

  /** Its Namespace is there now: it is tried before it is sent, as all others were. */
  async function lateTry(intent: ApplyIntent): Promise<Preview | ItemOutcome> {
    const { target } = intent;
    const tried = await tryIntent(apply, intent, method);
    switch (tried.state) {
      case 'ready':
        // Whatever was made there meanwhile, by a policy engine for each new namespace, nobody has agreed to replace.
        if (tried.preview.step.change !== 'create') return { kind: 'moved', target, moved: { how: 'made', by: [] } };
        return tried.preview.mutated.length === 0
          ? tried.preview
          : { kind: 'refused', target, refusal: unseen(tried.preview) };
      case 'unchanged':
        return { kind: 'unchanged', target };
      case 'moved':
        return { kind: 'moved', target, moved: tried.moved };
      case 'refused':
        return { kind: 'refused', target, refusal: tried.refusal };
      case 'absent':
      case 'deferred':
        return { kind: 'notSent', target };
    }
  }
}

const ABSENT = { expected: 'absent' } as const;

function unseen({ mutated }: Preview): Refusal {
  const why = `Admission would change ${mutated.join(', ')}, which no preview has shown: preview it again.`;
  return { kind: 'never', why, faults: [] };
}

/** The server holds what was asked for. */
export function isAsAsked({ kind }: ItemOutcome): boolean {
  return kind === 'applied' || kind === 'unchanged';
}

/**
 * What takes back what was sent, the last change first: what was created is deleted, what was replaced or deleted is as
 * it was before, each only if nobody has written it since. A Namespace that was created stays.
 */
export function undoIntents({ outcomes }: Pick<TransactionResult, 'outcomes'>): readonly ApplyIntent[] {
  return outcomes.toReversed().flatMap((outcome): readonly ApplyIntent[] => {
    if (outcome.kind !== 'applied' && outcome.kind !== 'altered') return [];
    const { target, applied } = outcome;
    const { change, before, after } = applied;
    const { uid, resourceVersion } = asMap(after?.['metadata']);
    const expected =
      typeof uid === 'string' && typeof resourceVersion === 'string' ? { expected: { uid, resourceVersion } } : {};
    if (change === 'create') {
      return target.kind === 'Namespace' ? [] : [{ action: 'delete', target, ...expected }];
    }
    if (before === undefined) return [];
    return [{ action: 'restore', target, previous: before, ...(change === 'delete' ? ABSENT : expected) }];
  });
}
