/** Freshly mutated policies, sent to a real API server as strict dry runs, against what `validateObject` says of them. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../../server/src/cluster/main.ts';
import type { ClusterConnection } from '../../server/src/workspace/clusterModule.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { controlPlaneUnavailable } from './buildControlPlane.ts';
import { startControlPlane, type ControlPlane } from './controlPlane.ts';
import { ourVerdict, serverVerdict } from './dryRunVerdicts.ts';
import { randomNumbers } from '../support/random.ts';
import { mutatedPolicy } from './mutatePolicy.ts';

const unavailable = controlPlaneUnavailable();

/** Another set each time; a set that showed a difference is asked for again by its number. */
const SEED = Number(process.env['BULKHEAD_SEED'] ?? Math.floor(Math.random() * 2 ** 32));
const POLICIES = Number(process.env['BULKHEAD_POLICIES'] ?? 500);

describe.skipIf(unavailable !== undefined)(
  `mutated policies${unavailable === undefined ? '' : ` (${unavailable})`}`,
  () => {
    const folder = temporaryFolder('differential');
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
      await connection.whenRead();
    }, 600_000);
    afterAll(async () => {
      connection.close();
      await cluster.stop();
      folder.remove();
    });

    it(`are refused with the same words in the same layer (BULKHEAD_SEED=${SEED})`, async () => {
      const random = randomNumbers(SEED);
      const differences: object[] = [];
      const layers = new Map<string, number>();
      for (let index = 0; index < POLICIES; index++) {
        const text = mutatedPolicy(random);
        const server = serverVerdict(await connection.dryRun({ namespace: 'default', name: 'web', text }));
        const ours = ourVerdict(text, server);
        layers.set(server.layer, (layers.get(server.layer) ?? 0) + 1);
        if (JSON.stringify(server) !== JSON.stringify(ours)) differences.push({ index, text, server, ours });
      }
      expect(differences, `BULKHEAD_SEED=${SEED}: ${differences.length} differences`).toEqual([]);
      // A set that tries only one layer would prove little.
      expect([...layers.keys()].sort()).toEqual(['accepted', 'decode', 'strict', 'validation']);
    }, 600_000);
  },
);
