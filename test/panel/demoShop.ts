/** The demo's cluster with its policy of the database: small, and with everything in it that a panel can show. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../scripts/manifest.ts';
import { openShop, type Shop } from './openShop.ts';
import type { Panels } from './openPanel.ts';

const demo = (...path: readonly string[]): string => readFileSync(join(ROOT, 'client', 'demo', ...path), 'utf8');

/** Opened as it is applied. */
export function demoShop(browser: Panels): Promise<Shop> {
  return openShop(browser, {
    files: { 'saved/prod.json': demo('cluster.json') },
    name: 'db.yaml',
    text: demo('policies', 'shop', 'db.yaml'),
    settings: { snapshot: 'saved/prod.json' },
  });
}

/** What a person types: nobody reaches the database any more, and one that could not does. */
export const LOST = { piece: 'port: 5432', by: 'port: 54321' } as const;
