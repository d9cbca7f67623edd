/** Makes every fault of the table happen and compares what is seen with the page, which `npm run faults` writes. */
import { appendFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { controlPlaneUnavailable } from '../cluster/buildControlPlane.ts';
import { startControlPlane, type ControlPlane } from '../cluster/controlPlane.ts';
import { build } from '../scripts/build.ts';
import { ROOT } from '../scripts/manifest.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { applyFaults } from './applyFaults.ts';
import { clusterFaults } from './clusterFaults.ts';
import type { FaultGroup } from './fault.ts';
import { readFaultPage } from './faultPage.ts';
import { kubeconfigFaults } from './kubeconfigFaults.ts';
import { processFaults } from './processFaults.ts';
import { transportFaults } from './transportFaults.ts';

/** Where `npm run faults` collects what is seen. */
const observed = process.env['BULKHEAD_FAULTS'];
const page = readFaultPage();
const unavailable = controlPlaneUnavailable();

const place = temporaryFolder('faults');
let cluster: ControlPlane;
const scripted = [...transportFaults(place.path), ...applyFaults(place.path), ...kubeconfigFaults(place.path)];
const real = [...processFaults(place.path, () => cluster), ...clusterFaults(place.path, () => cluster)];
afterAll(place.remove);

describe.each(scripted)('$title', compareEach);

describe.skipIf(unavailable !== undefined)(
  `on a real API server${unavailable === undefined ? '' : ` (${unavailable})`}`,
  () => {
    beforeAll(async () => {
      await build(ROOT);
      cluster = await startControlPlane();
    }, 600_000);
    afterAll(() => cluster.stop());

    describe.each(real)('$title', compareEach);
  },
);

it.skipIf(observed !== undefined)('the page has no row that is not made to happen', () => {
  const known = [...scripted, ...real].flatMap(({ title, faults }) => faults.map(({ name }) => `${title}: ${name}`));
  expect([...page.keys()]).toEqual(known);
  expect(known.length).toBeGreaterThanOrEqual(24);
});

function compareEach({ title, intro, faults }: FaultGroup): void {
  it.each(faults)(
    '$name',
    async ({ name, observe }) => {
      const seen = await observe();
      if (observed === undefined) expect(seen).toBe(page.get(`${title}: ${name}`));
      else appendFileSync(observed, `${JSON.stringify({ title, intro, name, seen })}\n`);
    },
    120_000,
  );
}
