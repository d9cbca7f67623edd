import { pageOf, PAGES } from '../../server/src/analysis/pages.ts';
import { CHECKS } from '../../server/src/analysis/registry.ts';
import { intentSchema } from '../../server/src/intent/intentSchema.ts';
import { format } from 'prettier';
import { packageManifest } from './checkSettings.ts';
import { makeDemoCluster } from './demoCluster.ts';
import { localizationBundle } from './localization.ts';
import { manual, readme } from './readme.ts';

/** The files of the repository that are made from other files of it. */
export interface GeneratedFile {
  /** Relative to the repository. */
  readonly path: string;
  /** The whole text that the file should have. */
  readonly make: () => string | Promise<string>;
}

export const GENERATED: readonly GeneratedFile[] = [
  { path: 'package.json', make: () => packageManifest(CHECKS) },
  { path: 'README.md', make: () => readme(CHECKS) },
  { path: 'client/manual.md', make: () => manual(CHECKS) },
  { path: 'client/l10n/bundle.l10n.json', make: localizationBundle },
  { path: 'client/demo/cluster.json', make: makeDemoCluster },
  { path: 'server/schemas/bulkhead-test.schema.json', make: intentSchemaText },
  ...PAGES.map(({ code }) => ({ path: `server/docs/${code}.md`, make: () => pageOf(code) ?? '' })),
];

function intentSchemaText(): Promise<string> {
  return format(JSON.stringify(intentSchema()), { parser: 'json', printWidth: 120 });
}
