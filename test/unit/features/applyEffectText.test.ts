/** What a person reads of a change's effect before they agree to it. */
import { describe, expect, it } from 'vitest';
import { compileCluster } from '../../../server/src/engine/compileCluster.ts';
import { applyEffectText } from '../../../server/src/features/applyEffectText.ts';
import { DEFAULT_ENGINE_OPTIONS } from '../../../server/src/model/cluster.ts';
import type { EffectText } from '../../../server/src/protocol/apply.ts';
import type { JsonMap } from '../../../server/src/syntax/objects/jsonAccess.ts';
import { applyEffect } from '../../../server/src/workspace/apply/applyEffect.ts';
import { brokenNeeds } from '../../../server/src/workspace/needs/brokenNeeds.ts';
import type { Need } from '../../../server/src/workspace/needs/need.ts';
import { pod, state } from '../../support/engineObjects.ts';

const live = compileCluster(
  state({ pods: [pod('shop/web', { app: 'web' }), pod('shop/db', { app: 'db' })] }),
  DEFAULT_ENGINE_OPTIONS,
);
const target = { kind: 'NetworkPolicy', namespace: 'shop', name: 'db' } as const;
const policy = (spec: JsonMap): JsonMap => ({ metadata: { name: 'db', namespace: 'shop' }, spec });
const CLOSED = policy({ podSelector: { matchLabels: { app: 'db' } }, policyTypes: ['Ingress'] });
const FROM_WEB = policy({
  podSelector: { matchLabels: { app: 'db' } },
  policyTypes: ['Ingress'],
  ingress: [{ from: [{ podSelector: { matchLabels: { app: 'web' } } }], ports: [{ protocol: 'TCP', port: 5432 }] }],
});

function textOf(before: JsonMap | undefined, after: JsonMap | undefined, unseen: readonly string[] = []): EffectText {
  return ended(applyEffectText(applyEffect(live, [{ target, before, after }]), 'Reachability.', unseen));
}

function ended(rows: ReturnType<typeof applyEffectText>): EffectText {
  for (;;) {
    const step = rows.next();
    if (step.done === true) return step.value;
  }
}

describe('the effect of a change', () => {
  it('that takes begins with whose access is taken, as the workload is called', () => {
    const { summary, lost, gained } = textOf(undefined, CLOSED);
    expect(summary).toMatch(/^db \(1 pod\) no longer lets in /);
    expect(lost).toContain('shop/web → shop/db  all ports');
    expect(gained).toEqual([]);
  });

  it('that gives says what is let in, on exactly the ports that are new', () => {
    const { summary, lost, gained } = textOf(CLOSED, FROM_WEB);
    expect(summary).toBe('Lets in 1 pod');
    expect(lost).toEqual([]);
    expect(gained).toEqual(['shop/web → shop/db  5432/TCP']);
  });

  it('that narrows says which ports are gone, and not those that stay', () => {
    const { lost } = textOf(undefined, FROM_WEB);
    const row = lost.find((text) => text.startsWith('shop/web →'));
    expect(row).toContain('1-5431,5433-65535/TCP');
  });

  it('that takes what somebody is known to need names it, with its evidence for a pull request', () => {
    const effect = applyEffect(live, [{ target, before: undefined, after: CLOSED }]);
    const web = 'shop/web[Deployment]';
    const need: Need = {
      kind: 'environment',
      sureness: 'certain',
      from: { kind: 'workload', id: web },
      to: [
        {
          kind: 'pods',
          workloads: ['shop/db[Deployment]'],
          selector: { matchLabels: {}, matchExpressions: [] },
          ports: [{ protocol: 'TCP', port: 5432 }],
        },
      ],
      what: 'DATABASE_URL',
      of: web,
      evidence: { what: 'DATABASE_URL names Service shop/db' },
    };
    const told = ended(applyEffectText(effect, 'Reachability.', [], brokenNeeds(effect.before, effect.after, [need])));
    expect(told.breaks).toBe('Would break DATABASE_URL of web');
    expect(told.markdown).toContain('**Would break**\n\n- `DATABASE_URL of web (DATABASE_URL names Service shop/db)`');
    expect(textOf(undefined, CLOSED)).not.toHaveProperty('breaks');
  });

  it('that is none is said plainly', () => {
    expect(textOf(CLOSED, CLOSED)).toMatchObject({ summary: 'Changes nothing', lost: [], gained: [], undecided: '' });
  });

  it('of what cannot be decoded is not known', () => {
    const broken = policy({ podSelector: 5 });
    expect(textOf(undefined, broken)).toMatchObject({
      summary: 'What it changes is not known',
      undecided: expect.stringContaining('What shop/db does is not known'),
    });
  });

  it('is a list for a pull request, too', () => {
    expect(textOf(CLOSED, FROM_WEB).markdown).toContain('**Gained**\n\n- `shop/web → shop/db  5432/TCP`');
  });

  it('is not known where pods could not be read, and is never called none', () => {
    expect(
      textOf(undefined, policy({ podSelector: { matchLabels: { app: 'x' } } }), ['pods of shop may not be listed']),
    ).toMatchObject({
      summary: 'What it changes is not known',
      undecided: 'pods of shop may not be listed',
    });
    expect(textOf(CLOSED, CLOSED, ['pods of shop may not be listed'])).toMatchObject({
      summary: 'Changes nothing',
      undecided: '',
    });
  });
});
