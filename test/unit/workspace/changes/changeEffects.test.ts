/** What changes of policies do to traffic, in a cluster that may have moved on already. */
import { describe, expect, it, test } from 'vitest';
import { compileCluster } from '../../../../server/src/engine/compileCluster.ts';
import type { CompiledCluster } from '../../../../server/src/engine/compiledCluster.ts';
import { DEFAULT_ENGINE_OPTIONS } from '../../../../server/src/model/cluster.ts';
import { changeEffects, MOST_EFFECTS } from '../../../../server/src/workspace/changes/changeEffects.ts';
import { changeTexts, managerText } from '../../../../server/src/workspace/changes/changeText.ts';
import type { PolicyChange, SeenPolicy } from '../../../../server/src/workspace/changes/seenPolicy.ts';
import { namespace, pod, policy, select, state } from '../../../support/engineObjects.ts';

const OPEN = { podSelector: { matchLabels: { app: 'web' } }, ingress: [{}] };
const CLOSED = { podSelector: { matchLabels: { app: 'web' } }, policyTypes: ['Ingress'] };

const seen = (spec: object | undefined, more: Partial<SeenPolicy> = {}): SeenPolicy => ({
  namespace: 'shop',
  name: 'web',
  uid: 'u',
  resourceVersion: '1',
  hash: JSON.stringify(spec ?? 'long'),
  ...(spec !== undefined && { spec: JSON.stringify(spec) }),
  ...more,
});

function change(before: SeenPolicy | undefined, after: SeenPolicy | undefined): PolicyChange {
  return {
    change: before === undefined ? 'created' : after === undefined ? 'deleted' : 'changed',
    namespace: 'shop',
    name: 'web',
    ...(before !== undefined && { before }),
    ...(after !== undefined && { after }),
    at: 0,
  };
}

/** Two pods, and the policy `web` as it is now. */
function cluster(now: 'open' | 'closed' | 'none'): CompiledCluster {
  const own = policy('shop/web', {
    podSelector: select('app=web'),
    ...(now === 'open' ? { ingress: [{}] } : { policyTypes: ['Ingress'] }),
  });
  const pods = [pod('shop/web', { app: 'web' }), pod('shop/client', { app: 'client' })];
  const policies = now === 'none' ? [] : [own];
  return compileCluster(state({ namespaces: [namespace('shop')], pods, policies }), DEFAULT_ENGINE_OPTIONS);
}

function effects(live: CompiledCluster | undefined, ...changes: readonly PolicyChange[]): readonly string[] {
  const work = changeEffects(live, changes);
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}

describe('in the order in which they were made', () => {
  const closing = change(seen(OPEN), seen(CLOSED));
  const reopening = change(seen(CLOSED), seen(OPEN));

  it.each(['open', 'closed', 'none'] as const)('whatever has been read meanwhile: %s', (now) => {
    const [closed, open] = effects(cluster(now), closing, reopening);
    // A pod always reaches itself.
    expect(closed).toMatch(/^web \(1 pod\) no longer lets in client and addresses outside/);
    expect(open).toBe('Lets in 1 pod and addresses outside');
  });
});

test.each<readonly [what: string, change: PolicyChange, effect: string | RegExp]>([
  ['made', change(undefined, seen(CLOSED)), /^web \(1 pod\) no longer lets in /],
  ['deleted', change(seen(CLOSED), undefined), /^Isolates 1 pod no longer/],
  [
    'of another pod',
    change(undefined, seen({ ...CLOSED, podSelector: { matchLabels: { app: 'db' } } })),
    'Changes nothing for known pods',
  ],
  ['that means the same', change(seen(OPEN), seen({ ...OPEN, policyTypes: ['Ingress'] })), 'Changes nothing'],
  [
    'whose labels alone are other ones',
    change(seen(OPEN), seen(OPEN, { hash: 'other' })),
    'Changes nothing: only labels or annotations are other ones',
  ],
  ['that is too long', change(seen(undefined), seen(OPEN)), /^What it changes is not known: .* too long/],
  ['that cannot be decoded', change(seen(OPEN), seen({ podSelector: 5 })), /^What it changes is not known: .* decoded/],
])('a policy %s', (_, one, effect) => {
  const [text] = effects(cluster(one.before === undefined ? 'none' : 'open'), one);
  expect(text).toMatch(effect);
});

test('nothing is said of effects where the cluster was not read, and of too many at once', () => {
  const one = change(undefined, seen(CLOSED));
  expect(effects(undefined, one)).toEqual(['What it changes is not known: the cluster was not read']);
  const many = Array.from({ length: MOST_EFFECTS + 1 }, () => one);
  expect(effects(cluster('none'), ...many).at(-1)).toMatch(/was not computed/);
});

test('both states are shown as YAML, with what is not kept of them', () => {
  const { before, after } = changeTexts(change(undefined, seen(CLOSED)));
  expect(before).toBe('');
  expect(after).toBe(`# Read-only: the spec as it was seen in the cluster
# Labels, annotations and other metadata are not kept
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
  namespace: shop
spec:
  podSelector:
    matchLabels:
      app: web
  policyTypes:
    - Ingress
`);
  expect(changeTexts(change(seen(OPEN), seen(undefined))).after).toContain('too long to be kept');
  expect(changeTexts(change(seen(OPEN), seen(OPEN, { hash: 'o' }))).after).toContain('annotations were changed');
});

const SECOND = '2026-11-25T10:00:00Z';
const LATER = '2026-11-25T10:00:01Z';
const by = (spec: object, time: string, ...names: readonly string[]): SeenPolicy =>
  seen(spec, { writers: { time, names } });

describe('who has made a change', () => {
  test.each<readonly [what: string, change: PolicyChange, manager: string | undefined]>([
    [
      'the newest entry',
      change(by(OPEN, SECOND, 'helm'), by(CLOSED, LATER, 'kubectl')),
      `field manager kubectl at ${LATER}`,
    ],
    [
      'the same once more',
      change(by(OPEN, SECOND, 'helm'), by(CLOSED, LATER, 'helm')),
      `field manager helm at ${LATER}`,
    ],
    [
      'the one that is new, of several within a second',
      change(by(OPEN, SECOND, 'helm'), by(CLOSED, SECOND, 'helm', 'kubectl')),
      `field manager kubectl at ${SECOND}`,
    ],
    [
      'nobody where a write took fields away and left no entry',
      change(by(OPEN, SECOND, 'helm', 'kubectl'), by(CLOSED, SECOND, 'helm')),
      undefined,
    ],
    [
      'one of several',
      change(undefined, by(OPEN, SECOND, 'helm', 'kubectl')),
      `field manager helm or kubectl at ${SECOND}`,
    ],
    ['nobody for a deletion', change(by(OPEN, SECOND, 'helm'), undefined), undefined],
    ['nobody where nothing is kept', change(seen(OPEN), seen(CLOSED)), undefined],
  ])('is %s', (_, one, manager) => {
    expect(managerText(one)).toBe(manager);
  });

  test('is a program, whatever it calls itself', () => {
    const text = managerText(change(seen(OPEN), by(CLOSED, SECOND, 'jane\u001b[31m')));
    expect(text).toMatch(/^field manager jane.*\[31m at /);
    expect(text).not.toContain('\u001b');
  });
});
