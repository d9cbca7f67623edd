/** The panel over the built server, and the built command line, on the same two states: what both say is the same. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { block, clusterManifests, policyManifest } from '../bench/clusterManifests.ts';
import { generateCluster } from '../bench/clusterGenerator.ts';
import { bulkhead } from '../support/commandLine.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { browserUnavailable } from '../vscode/browser.ts';
import { drawnChanges, unfoldAll } from './drawnChanges.ts';
import { panels, type Panels } from './openPanel.ts';
import { openShop } from './openShop.ts';

const SIZE = { namespaces: 4, deploymentsPerNamespace: 4, policiesPerNamespace: 3, crossNamespace: 0.5, teams: 2 };

/** Of the JSON that `bulkhead diff` prints, what the list of changes shows as well. */
interface Printed {
  readonly changes: readonly {
    readonly type: 'removed' | 'added' | 'changed';
    readonly from: string | { readonly cidrs: readonly string[] };
    readonly to: string | { readonly cidrs: readonly string[] };
  }[];
}

describe.skipIf(browserUnavailable() !== undefined)('the panel and bulkhead diff', () => {
  let browser: Panels;
  beforeAll(async () => {
    browser = await panels();
  });
  afterAll(() => browser.close());

  test('say the same of policies that a person has typed anew', async () => {
    const state = generateCluster({ ...SIZE, seed: 7 });
    const workloads = Object.fromEntries(clusterManifests({ ...state, policies: [] }));
    const text = policiesOf(7);
    const disk = temporaryFolder('panel-diff');
    const write = (name: string, policies: string): string => {
      const folder = join(disk.path, name);
      mkdirSync(folder);
      const files = Object.entries({ ...workloads, 'policies.yaml': policies });
      for (const [file, content] of files) writeFileSync(join(folder, file), content);
      return folder;
    };
    const before = write('before', text);
    const shop = await openShop(browser, { files: workloads, name: 'policies.yaml', text });
    const panel = await shop.panel({ viewport: { width: 1400, height: 20_000 } });
    let typed = text;
    let compared = 0;
    for (const seed of [7, 8, 9, 10, 11]) {
      const next = policiesOf(seed);
      const end = { line: typed.split('\n').length, character: 0 };
      await shop.folder.lsp.edit(shop.uri, { start: { line: 0, character: 0 }, end }, next);
      typed = next;
      panel.host.stale();
      await unfoldAll(panel);
      const { pairs } = await drawnChanges(panel);
      const { stdout } = await bulkhead(['diff', before, write(`after-${seed}`, next), '--format', 'json']);
      const { changes } = JSON.parse(stdout) as Printed;
      expect(pairs.map(({ type, from, to }) => JSON.stringify([type, from, to])).sort(), `seed ${seed}`).toEqual(
        changes.map(lineOf).sort(),
      );
      compared += changes.length;
    }
    expect(compared).toBeGreaterThan(100);
    await panel.close();
    await shop.close();
    disk.remove();
  });
});

function policiesOf(seed: number): string {
  return generateCluster({ ...SIZE, seed })
    .policies.map((policy) => block(policyManifest(policy), 0))
    .join('---\n');
}

function lineOf({ type, from, to }: Printed['changes'][number]): string {
  const words = { removed: 'lost', added: 'gained', changed: 'changed' };
  return JSON.stringify([words[type], endText(from), endText(to)]);
}

function endText(end: Printed['changes'][number]['from']): string {
  if (typeof end === 'string') return end.replace(/\[\w+\]$/, '');
  const { cidrs } = end;
  if (cidrs.join() === '0.0.0.0/0') return 'everywhere outside';
  const first = cidrs.slice(0, 3).join(', ');
  return cidrs.length > 3 ? `${first} and ${cidrs.length - 3} more` : first;
}
