/** What a real API server makes of many policies, against what we take for the same after its defaulting. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../../server/src/cluster/main.ts';
import { parseManifests } from '../../server/src/syntax/parseManifests.ts';
import { applyDocuments, type ApplyDocument } from '../../server/src/workspace/apply/applyDocuments.ts';
import type { Preview } from '../../server/src/workspace/apply/clusterApply.ts';
import type { ClusterConnection } from '../../server/src/workspace/clusterModule.ts';
import { randomNumbers } from '../support/random.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { controlPlaneUnavailable } from './buildControlPlane.ts';
import { startControlPlane, type ControlPlane } from './controlPlane.ts';
import { mutatedPolicy } from './mutatePolicy.ts';

const unavailable = controlPlaneUnavailable();

/** Another set each time; a set that showed a difference is asked for again by its number. */
const SEED = Number(process.env['BULKHEAD_SEED'] ?? Math.floor(Math.random() * 2 ** 32));
const POLICIES = Number(process.env['BULKHEAD_POLICIES'] ?? 400);

describe.skipIf(unavailable !== undefined)(
  `applied policies${unavailable === undefined ? '' : ` (${unavailable})`}`,
  () => {
    const folder = temporaryFolder('apply-differential');
    let cluster: ControlPlane;
    let connection: ClusterConnection;
    beforeAll(async () => {
      cluster = await startControlPlane();
      const kubeconfig = join(folder.path, 'config');
      writeFileSync(kubeconfig, cluster.kubeconfig('admin'));
      connection = connect({
        environment: { variables: { KUBECONFIG: kubeconfig }, platform: process.platform },
        context: 'admin',
        allowExec: () => false,
        onState: () => undefined,
      });
    }, 600_000);
    afterAll(async () => {
      connection.close();
      await cluster.stop();
      folder.remove();
    });

    const previewed = async ({ target, document }: ApplyDocument): Promise<Preview | undefined> => {
      const { apply } = connection;
      const plan = await apply.plan({ action: 'apply', target, document });
      if (plan.kind !== 'step') return undefined;
      const outcome = await apply.dryRun(plan.step);
      return outcome.kind === 'preview' ? outcome.preview : undefined;
    };

    it(`are the same after the server's defaulting, and once they are there change nothing (BULKHEAD_SEED=${SEED})`, async () => {
      const random = randomNumbers(SEED);
      const differences: object[] = [];
      let accepted = 0;
      for (let index = 0; index < POLICIES; index++) {
        const text = mutatedPolicy(random);
        const file = { uri: 'web.yaml', text, parsed: parseManifests(text), fragment: false };
        const [document] = applyDocuments([file], { namespaceOf: () => 'default' }).policies;
        const preview = document && (await previewed(document));
        if (document === undefined || preview === undefined) continue;
        accepted += 1;
        const { mutated } = preview;
        const sent = await connection.apply.send(preview);
        const again = await previewed(document);
        const isSame = sent.kind === 'applied' || sent.kind === 'unchanged';
        if (mutated.length > 0 || !isSame || again?.unchanged !== true) {
          differences.push({ index, text, mutated, sent, again: again?.step });
        }
      }
      expect(differences, `BULKHEAD_SEED=${SEED}: ${differences.length} differences`).toEqual([]);
      expect(accepted).toBeGreaterThan(POLICIES / 20);
    }, 600_000);
  },
);
