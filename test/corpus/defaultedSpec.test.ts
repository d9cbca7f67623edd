/** What the API server stores of a policy, against what we decode and default. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { effectivePolicyTypes, effectiveProtocol } from '../../server/src/engine/defaulting.ts';
import { YES } from '../../server/src/engine/match.ts';
import type { LabelSelector } from '../../server/src/model/labels.ts';
import type { NetworkPolicy, Peer, PolicyPort, PolicyRule } from '../../server/src/model/networkPolicy.ts';
import { parseManifests } from '../../server/src/syntax/parseManifests.ts';
import type { Json } from '../support/apiObjects.ts';
import { CORPORA, CORPORA_NOTE } from '../support/corpora.ts';

describe.each(['networkpolicy-validation', 'api-server-fuzz'])('golden/%s', (name) => {
  describe.skipIf(CORPORA === undefined)(`the stored spec${CORPORA_NOTE}`, () => {
    test.each(records(name).map((record) => [record.id as string, record] as const))('%s', (_id, record) => {
      const [object] = parseManifests(record.yaml).documents.flatMap(({ document }) => document.objects);
      if (object?.object?.type !== 'networkPolicy')
        throw new Error(`does not decode: ${object?.undecodable ?? record.id}`);
      expect(storedSpec(object.object.policy)).toEqual(record.defaultedSpec);
    });
  });
});

function records(name: string): Json[] {
  if (CORPORA === undefined) return [];
  const lines = readFileSync(join(CORPORA, 'golden', `${name}.jsonl`), 'utf8')
    .trimEnd()
    .split('\n');
  return lines.map((line) => JSON.parse(line)).filter(({ defaultedSpec }: Json) => defaultedSpec !== undefined);
}

/** Go leaves empty lists and maps out of its JSON; selectors and rules stay. */
function storedSpec(policy: NetworkPolicy): object {
  const { ingress, egress } = effectivePolicyTypes(policy);
  const defaults = [...(ingress === YES ? ['Ingress'] : []), ...(egress === YES ? ['Egress'] : [])];
  return {
    podSelector: storedSelector(policy.podSelector),
    ...listed(
      'ingress',
      policy.ingress?.map((rule) => storedRule(rule, 'from')),
    ),
    ...listed(
      'egress',
      policy.egress?.map((rule) => storedRule(rule, 'to')),
    ),
    policyTypes: policy.policyTypes?.length ? policy.policyTypes : defaults,
  };
}

function storedRule({ peers, ports }: PolicyRule, field: 'from' | 'to'): object {
  return { ...listed(field, peers?.map(storedPeer)), ...listed('ports', ports?.map(storedPort)) };
}

function storedPeer({ podSelector, namespaceSelector, ipBlock }: Peer): object {
  return {
    ...(podSelector && { podSelector: storedSelector(podSelector) }),
    ...(namespaceSelector && { namespaceSelector: storedSelector(namespaceSelector) }),
    ...(ipBlock && { ipBlock: { cidr: ipBlock.cidr, ...listed('except', ipBlock.except) } }),
  };
}

function storedPort(port: PolicyPort): object {
  return { ...port, protocol: effectiveProtocol(port) };
}

function storedSelector({ matchLabels, matchExpressions }: LabelSelector): object {
  const requirements = matchExpressions.map(({ key, operator, values }) => ({
    key,
    operator,
    ...listed('values', values),
  }));
  return {
    ...(Object.keys(matchLabels).length > 0 && { matchLabels }),
    ...listed('matchExpressions', requirements),
  };
}

function listed(field: string, list: readonly unknown[] | undefined): object {
  return list === undefined || list.length === 0 ? {} : { [field]: list };
}
