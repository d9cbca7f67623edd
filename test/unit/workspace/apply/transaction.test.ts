/** Several changes as one, with an API server that is told what to answer. */
import { describe, expect, test } from 'vitest';
import { compileCluster } from '../../../../server/src/engine/compileCluster.ts';
import { DEFAULT_ENGINE_OPTIONS } from '../../../../server/src/model/cluster.ts';
import type { JsonMap } from '../../../../server/src/syntax/objects/jsonAccess.ts';
import type {
  ApplyIntent,
  ApplyTarget,
  ClusterApply,
  DryRunOutcome,
  PlannedStep,
  Preview,
  Refusal,
  SendOutcome,
} from '../../../../server/src/workspace/apply/clusterApply.ts';
import { previewAll, type TransactionPreview } from '../../../../server/src/workspace/apply/previewAll.ts';
import { sendAll, undoIntents } from '../../../../server/src/workspace/apply/sendAll.ts';
import { namespace, pod } from '../../../support/engineObjects.ts';

const LIVE = compileCluster(
  { namespaces: [namespace('shop')], pods: [pod('shop/web', { app: 'web' })], policies: [], unreadable: [] },
  DEFAULT_ENGINE_OPTIONS,
);

function target(name: string, where = 'shop'): ApplyTarget {
  return where === '' ? { kind: 'Namespace', namespace: '', name } : { kind: 'NetworkPolicy', namespace: where, name };
}

function applying(name: string, where?: string): Extract<ApplyIntent, { readonly action: 'apply' }> {
  return { action: 'apply', target: target(name, where), document: { metadata: { name }, spec: { podSelector: {} } } };
}

function stored(name: string, version: string): JsonMap {
  return { metadata: { name, uid: `uid-${name}`, resourceVersion: version }, spec: { podSelector: {} } };
}

function refusal(kind: Refusal['kind']): Refusal {
  return { kind, why: 'no', faults: [] };
}

/** What the server says of an object whose Namespace is not there yet. */
const EARLY: DryRunOutcome = {
  kind: 'refused',
  target: target('web', 'fresh'),
  refusal: refusal('namespaceMissing'),
};

/** Accepts everything, unless it is told otherwise for a name; the answers of a name are used up in turn. */
class ScriptedApply implements Pick<ClusterApply, 'plan' | 'dryRun' | 'send'> {
  readonly calls: string[] = [];
  readonly dryRuns = new Map<string, (DryRunOutcome | 'unchanged')[]>();
  readonly sends = new Map<string, SendOutcome[]>();
  readonly live = new Map<string, JsonMap>();
  #busy = 0;
  mostAtOnce = 0;

  plan: ClusterApply['plan'] = async (intent) => {
    this.mostAtOnce = Math.max(this.mostAtOnce, ++this.#busy);
    await Promise.resolve();
    this.#busy -= 1;
    const { name } = intent.target;
    this.calls.push(`plan ${name}`);
    const live = this.live.get(name);
    if (intent.action === 'delete' && live === undefined) return { kind: 'absent', target: intent.target };
    const change = intent.action === 'delete' ? 'delete' : live === undefined ? 'create' : 'replace';
    const verb = change === 'replace' ? 'update' : change;
    const step: PlannedStep = {
      intent,
      target: intent.target,
      change,
      verb,
      owners: [],
      notSent: [],
      ...(live && { live }),
    };
    return { kind: 'step', step };
  };

  dryRun: ClusterApply['dryRun'] = async (step) => {
    const { name } = step.target;
    this.calls.push(`try ${name}`);
    const told = this.dryRuns.get(name)?.shift();
    if (told !== undefined && told !== 'unchanged') return told;
    const preview: Preview = {
      step,
      ...(step.change === 'delete' ? {} : { result: stored(name, 'dry') }),
      unchanged: told === 'unchanged',
      takesOver: [],
      mutated: [],
      warnings: [],
    };
    return { kind: 'preview', preview };
  };

  send: ClusterApply['send'] = async ({ step }) => {
    const { name } = step.target;
    this.calls.push(`send ${name}`);
    const told = this.sends.get(name)?.shift();
    if (told !== undefined) return told;
    const applied = {
      change: step.change,
      ...(step.live && { before: step.live }),
      ...(step.change === 'delete' ? {} : { after: stored(name, 'new') }),
      mutated: [],
      warnings: [],
    };
    return { kind: 'applied', target: step.target, applied };
  };
}

const preview = (apply: ScriptedApply, ...intents: readonly ApplyIntent[]): Promise<TransactionPreview> =>
  previewAll({ apply, live: LIVE, intents });

describe('a preview of several changes', () => {
  test('plans an object again that moves on between plan and dry run, and gives up one that never rests', async () => {
    const moved = (name: string): DryRunOutcome => ({
      kind: 'moved',
      target: target(name),
      moved: { how: 'changed', by: ['rival'] },
    });
    const apply = new ScriptedApply();
    apply.dryRuns.set('once', [moved('once')]);
    apply.dryRuns.set(
      'always',
      Array.from({ length: 10 }, () => moved('always')),
    );
    const { items } = await preview(apply, applying('once'), applying('always'));
    expect(items.map(({ state }) => state)).toEqual(['ready', 'moved']);
    expect(apply.calls.filter((call) => call === 'plan always').length).toBeLessThan(5);
  });

  test('leaves out what is refused, unchanged or not there, and keeps the order of the intents', async () => {
    const apply = new ScriptedApply();
    apply.dryRuns.set('bad', [{ kind: 'refused', target: target('bad'), refusal: refusal('invalid') }]);
    apply.dryRuns.set('same', ['unchanged']);
    const { items, sequence } = await preview(
      apply,
      applying('bad'),
      applying('same'),
      { action: 'delete', target: target('gone') },
      applying('new'),
    );
    expect(items.map(({ state }) => state)).toEqual(['refused', 'unchanged', 'absent', 'ready']);
    expect(sequence.map((item) => item.target.name)).toEqual(['new']);
  });

  test('tries a policy later whose Namespace the same change makes, but counts it in the effect', async () => {
    const apply = new ScriptedApply();
    apply.dryRuns.set('web', [EARLY]);
    const made = await preview(apply, applying('web', 'fresh'), applying('fresh', ''));
    expect(made.sequence.map(({ state, target: { name } }) => `${state} ${name}`)).toEqual([
      'ready fresh',
      'deferred web',
    ]);
    expect(made.effect.after.policies.get('fresh/web')).toBeDefined();
    apply.dryRuns.set('web', [EARLY]);
    const alone = await preview(apply, applying('web', 'fresh'));
    expect(alone.items.map(({ state }) => state)).toEqual(['refused']);
  });

  test('asks for a few objects at a time', async () => {
    const apply = new ScriptedApply();
    await preview(apply, ...Array.from({ length: 40 }, (_, at) => applying(`p${at}`)));
    expect(apply.mostAtOnce).toBeGreaterThan(1);
    expect(apply.mostAtOnce).toBeLessThanOrEqual(8);
  });
});

describe('sending several changes', () => {
  const failing: SendOutcome = { kind: 'refused', target: target('b'), refusal: refusal('admission') };

  test.each([
    [true, ['applied', 'refused', 'notSent'], ['send a', 'send b']],
    [false, ['applied', 'refused', 'applied'], ['send a', 'send b', 'send c']],
  ])('stops at the first error: %s', async (stopAtError, kinds, calls) => {
    const apply = new ScriptedApply();
    apply.sends.set('b', [failing]);
    const previewed = await preview(apply, applying('a'), applying('b'), applying('c'));
    apply.calls.length = 0;
    const result = await sendAll(previewed, { apply, stopAtError });
    expect(result.outcomes.map(({ kind }) => kind)).toEqual(kinds);
    expect(result).toMatchObject({ complete: false, changed: true });
    expect(apply.calls).toEqual(calls);
  });

  test('is ended by the caller before a request, not after it', async () => {
    const apply = new ScriptedApply();
    const previewed = await preview(apply, applying('a'), applying('b'));
    apply.calls.length = 0;
    const told: string[] = [];
    const result = await sendAll(previewed, {
      apply,
      stopAtError: true,
      before: ({ step }) => step.target.name === 'a',
      after: ({ kind, target: { name } }) => void told.push(`${kind} ${name}`),
    });
    expect(apply.calls).toEqual(['send a']);
    expect(told).toEqual(['applied a', 'notSent b']);
    expect(result.complete).toBe(false);
  });

  test('tries a deferred policy before it sends it, and sends none that admission would change unseen', async () => {
    const apply = new ScriptedApply();
    apply.dryRuns.set('web', [EARLY]);
    const previewed = await preview(apply, applying('fresh', ''), applying('web', 'fresh'));
    apply.calls.length = 0;
    expect((await sendAll(previewed, { apply, stopAtError: true })).complete).toBe(true);
    expect(apply.calls).toEqual(['send fresh', 'plan web', 'try web', 'send web']);

    const late = await apply.plan(applying('web', 'fresh'));
    if (late.kind !== 'step') throw new Error(late.kind);
    const mutated: Preview = {
      step: late.step,
      unchanged: false,
      takesOver: [],
      mutated: ['spec.egress'],
      warnings: [],
    };
    apply.dryRuns.set('web', [{ kind: 'preview', preview: mutated }]);
    apply.calls.length = 0;
    const { outcomes } = await sendAll(previewed, { apply, stopAtError: true });
    expect(outcomes.map(({ kind }) => kind)).toEqual(['applied', 'refused']);
    expect(apply.calls).not.toContain('send web');
  });

  test('replaces nothing that was made in a new Namespace meanwhile, as policy engines do', async () => {
    const apply = new ScriptedApply();
    apply.dryRuns.set('web', [EARLY]);
    const previewed = await preview(apply, applying('fresh', ''), applying('web', 'fresh'));
    apply.live.set('web', stored('web', '7'));
    const { outcomes } = await sendAll(previewed, { apply, stopAtError: true });
    expect(outcomes).toMatchObject([{ kind: 'applied' }, { kind: 'moved', moved: { how: 'made' } }]);
    expect(apply.calls).not.toContain('send web');
  });
});

test('what was sent is taken back in the opposite order, each only in the state that was left', async () => {
  const apply = new ScriptedApply();
  apply.live.set('old', stored('old', '1'));
  apply.live.set('deleted', stored('deleted', '1'));
  const previewed = await preview(
    apply,
    applying('made'),
    applying('old'),
    { action: 'delete', target: target('deleted') },
    applying('place', ''),
  );
  const result = await sendAll(previewed, { apply, stopAtError: true });
  const undo = undoIntents(result);
  const order = previewed.sequence.map((item) => item.target.name).filter((name) => name !== 'place');
  expect(undo.map((intent) => intent.target.name)).toEqual(order.toReversed());
  expect(undo.find((intent) => intent.target.name === 'made')).toEqual({
    action: 'delete',
    target: target('made'),
    expected: { uid: 'uid-made', resourceVersion: 'new' },
  });
  expect(undo.find((intent) => intent.target.name === 'old')).toEqual({
    action: 'restore',
    target: target('old'),
    previous: stored('old', '1'),
    expected: { uid: 'uid-old', resourceVersion: 'new' },
  });
  expect(undo.find((intent) => intent.target.name === 'deleted')).toEqual({
    action: 'restore',
    target: target('deleted'),
    previous: stored('deleted', '1'),
    expected: 'absent',
  });
});
