/** A manifest that was applied does not differ from what the API server then stores. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { NetworkPolicy } from '../../server/src/model/networkPolicy.ts';
import { parseManifests } from '../../server/src/syntax/parseManifests.ts';
import { policyDifferences } from '../../server/src/workspace/policyDifferences.ts';
import { CORPORA, CORPORA_NOTE } from '../support/corpora.ts';

interface GoldenCase {
  readonly id: string;
  readonly yaml: string;
  /** What the API server made of it. */
  readonly defaultedSpec?: object;
}

describe.each(['networkpolicy-validation', 'api-server-fuzz'])('golden/%s', (name) => {
  describe.skipIf(CORPORA === undefined)(`the stored policy${CORPORA_NOTE}`, () => {
    test.each(accepted(name).map((record) => [record.id, record] as const))('%s', (_, { yaml, defaultedSpec }) => {
      const stored = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', spec: defaultedSpec };
      expect(policyDifferences(policyOf(yaml), policyOf(JSON.stringify(stored)))).toEqual([]);
    });
  });
});

function accepted(name: string): readonly GoldenCase[] {
  if (CORPORA === undefined) return [];
  const lines = readFileSync(join(CORPORA, 'golden', `${name}.jsonl`), 'utf8')
    .trimEnd()
    .split('\n');
  return lines.map((line) => JSON.parse(line) as GoldenCase).filter(({ defaultedSpec }) => defaultedSpec !== undefined);
}

function policyOf(text: string): NetworkPolicy {
  const [object] = parseManifests(text).documents.flatMap(({ document }) => document.objects);
  if (object?.object?.type !== 'networkPolicy') throw new Error(object?.undecodable ?? 'no policy');
  return object.object.policy;
}
