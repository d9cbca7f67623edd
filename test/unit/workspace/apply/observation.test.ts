import { describe, expect, it } from 'vitest';
import {
  labelSelectorText,
  observedTexts,
  type ObservedPod,
  type ObservedPods,
} from '../../../../server/src/workspace/apply/observation.ts';

const pod = (name: string, ready: boolean | undefined, restarts = 0): ObservedPod => ({
  namespace: 'shop',
  name,
  ready,
  restarts,
});
const seen = (pods: readonly ObservedPod[], warnings: readonly [string, string][] = []): ObservedPods => ({
  pods,
  warnings: new Map(warnings),
});

describe('what is seen of the pods concerned while a change counts down', () => {
  const before = seen([pod('web-1', true), pod('web-2', true, 3)], [['old', 'web-1: BackOff, long ago']]);
  it.each<[string, ObservedPods, string[]]>([
    ['no pod at all', seen([]), []],
    ['nothing new', before, ['2 of 2 pods concerned are ready']],
    [
      'a pod that is not ready any more',
      seen([pod('web-1', false), pod('web-2', true, 3)]),
      ['1 of 2 pods concerned is ready', 'no longer ready: web-1'],
    ],
    [
      'a pod that has restarted since',
      seen([pod('web-1', true), pod('web-2', true, 4)]),
      ['2 of 2 pods concerned are ready', 'restarted: web-2'],
    ],
    [
      'a warning that is new, and hostile',
      seen(before.pods, [...before.warnings, ['new', 'web-1: Unhealthy, \u001b[2J']]),
      ['2 of 2 pods concerned are ready', 'web-1: Unhealthy, \\x1b[2J'],
    ],
    ['a pod whose kubelet has said nothing', seen([pod('web-3', undefined)]), ['0 of 1 pod concerned are ready']],
  ])('%s', (_, now, texts) => {
    expect(observedTexts(before, now)).toEqual(texts);
  });
});

describe('a selector as lists take it', () => {
  it.each([
    [{ matchLabels: {}, matchExpressions: [] }, ''],
    [{ matchLabels: { app: 'web', tier: 'front' }, matchExpressions: [] }, 'app=web,tier=front'],
    [
      {
        matchLabels: {},
        matchExpressions: [
          { key: 'a', operator: 'In', values: ['x', 'y'] },
          { key: 'b', operator: 'NotIn', values: ['z'] },
          { key: 'c', operator: 'Exists', values: [] },
          { key: 'd', operator: 'DoesNotExist', values: [] },
        ],
      },
      'a in (x,y),b notin (z),c,!d',
    ],
  ] as const)('%j: %s', (selector, text) => {
    expect(labelSelectorText(selector)).toBe(text);
  });
});
