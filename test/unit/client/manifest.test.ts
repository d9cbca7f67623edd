/** package.json and what it names must agree: VS Code reads it as it is and complains about nothing. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { COMMANDS } from '../../../client/src/commandIds.ts';
import { CNI_CHOICES } from '../../../server/src/workspace/cni/chosenPlugins.ts';
import { DEFAULT_SETTINGS } from '../../../server/src/workspace/settings.ts';
import { ROOT } from '../../scripts/manifest.ts';

interface Setting {
  readonly default: unknown;
  readonly scope: string;
  readonly enum?: readonly string[];
}

const text = readFileSync(join(ROOT, 'package.json'), 'utf8');
const manifest = JSON.parse(text) as {
  readonly icon: string;
  readonly capabilities: {
    readonly untrustedWorkspaces: { readonly supported: unknown; readonly restrictedConfigurations: readonly string[] };
  };
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly icon?: string; readonly category?: string }[];
    readonly walkthroughs: readonly {
      readonly icon: string;
      readonly steps: readonly { readonly media: { readonly image: Readonly<Record<string, string>> } }[];
    }[];
    readonly configuration: { readonly properties: Readonly<Record<string, Setting>> };
    readonly grammars: readonly { readonly path: string; readonly scopeName: string }[];
  };
};
const texts = JSON.parse(readFileSync(join(ROOT, 'package.nls.json'), 'utf8')) as Record<string, string>;
const settings = manifest.contributes.configuration.properties;

test('every command that is declared has a handler and the other way round', () => {
  const declared = manifest.contributes.commands.map(({ command }) => command);
  expect(new Set(declared)).toEqual(new Set(Object.values(COMMANDS)));
  expect(new Set(declared).size).toBe(declared.length);
});

test('every command has an icon and stands under the name of the extension', () => {
  const bare = manifest.contributes.commands.filter(
    ({ icon, category }) => !/^\$\([a-z-]+\)$/.test(icon ?? '') || category !== 'Bulkhead',
  );
  expect(bare).toEqual([]);
});

test('the walkthrough has five steps with pictures for light and dark, and its links run commands that exist', () => {
  const [walkthrough] = manifest.contributes.walkthroughs;
  expect(walkthrough?.steps).toHaveLength(5);
  const pictures = walkthrough?.steps.flatMap(({ media }) => Object.values(media.image)) ?? [];
  expect([...pictures, walkthrough?.icon ?? ''].filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  for (const { media } of walkthrough?.steps ?? []) {
    expect(Object.keys(media.image)).toEqual(['dark', 'light', 'hc', 'hcLight']);
  }
  const linked = Object.entries(texts).flatMap(([key, words]) =>
    key.startsWith('walkthrough.') ? [...words.matchAll(/\(command:([\w.]+)\)/g)].map(([, command]) => command) : [],
  );
  expect(Object.values(COMMANDS)).toEqual(expect.arrayContaining(linked));
});

test('every text that is named exists, and none is left over', () => {
  const named = [...text.matchAll(/"%([^"%]+)%"/g)].map(([, key]) => key);
  expect(new Set(named)).toEqual(new Set(Object.keys(texts)));
});

test('commands and titles are sentences, with a capital at their start and none behind it', () => {
  const titles = Object.entries(texts).filter(([key]) => /^commands\.|\.title$/.test(key));
  const known = /Bulkhead|NetworkPolicy|Kubernetes|Git|\bA\b|\bB\b/g;
  const capitals = titles.filter(([, title]) => !/^[A-Z][^A-Z]*$/.test(title.replace(known, '')));
  expect(titles.length).toBeGreaterThan(10);
  expect(capitals).toEqual([]);
});

test('what the editor offers as a default is what the server takes without a setting', () => {
  const of = (name: string): unknown => settings[`bulkhead.${name}`]?.default;
  expect({
    lens: of('lens'),
    inlayDefaults: of('inlay.defaults'),
    snapshot: of('snapshot'),
    namespace: of('namespace'),
    kubeconfig: of('kubeconfig'),
    environment: of('environment'),
    targetVersion: of('targetVersion'),
    cni: of('cni'),
    namespaces: of('namespaces'),
    systemNamespaces: of('systemNamespaces'),
    exclude: Object.keys(of('files.exclude') as object),
    checks: of('checks'),
    problems: of('problems'),
    apply: {
      method: of('apply.method'),
      protectedContexts: of('apply.protectedContexts'),
      protection: of('apply.protection'),
    },
  }).toEqual(DEFAULT_SETTINGS);
});

test('the setting of the network plug-in offers every one that is known', () => {
  expect(settings['bulkhead.cni']?.enum).toEqual(CNI_CHOICES);
});

test('a workspace that is not trusted can name neither kubeconfig nor snapshot', () => {
  const { supported, restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;
  expect(supported).toBe('limited');
  expect(restrictedConfigurations).toEqual(['bulkhead.kubeconfig', 'bulkhead.environment', 'bulkhead.snapshot']);
  expect(settings['bulkhead.kubeconfig']?.scope).toBe('machine');
  expect(settings['bulkhead.environment']?.scope).toBe('machine');
});

test('no workspace can take the protection of a context away', () => {
  expect(settings['bulkhead.apply.protectedContexts']?.scope).toBe('machine');
  expect(settings['bulkhead.apply.protection']?.scope).toBe('machine');
});

test('grammars and icon are where the manifest says', () => {
  const named = [manifest.icon, ...manifest.contributes.grammars.map(({ path }) => path)];
  expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  for (const { path, scopeName } of manifest.contributes.grammars) {
    expect(JSON.parse(readFileSync(join(ROOT, path), 'utf8'))).toMatchObject({ scopeName });
  }
});
