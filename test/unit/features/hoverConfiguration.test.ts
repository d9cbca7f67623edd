/** Hovers in a bulkhead.yaml. */
import { describe, expect, test } from 'vitest';
import { CHECKS } from '../../../server/src/analysis/registry.ts';
import { hover } from '../../../server/src/features/hover.ts';
import { fixture } from '../../support/fixture.ts';
import { policy } from '../../support/shopManifests.ts';
import { snapshotOf, uriOf, type SnapshotOptions } from '../../support/snapshotOf.ts';

const OTHERS = ['legacy/a.yaml', 'legacy/deep/b.yaml', 'new/a.yaml'].map(
  (name) => [name, policy('podSelector: {}', 'name: web')] as const,
);

function hoverAt(marked: string, options: SnapshotOptions = {}): string | undefined {
  const { files, cursor } = fixture(`#- bulkhead.yaml\n${marked}`);
  if (cursor === undefined) throw new Error('the text has no $0');
  const snapshot = snapshotOf(new Map([...OTHERS, ...files]), options);
  const pageOf = (code: string): string => `vscode://bulkhead.bulkhead/check/${code}`;
  const found = hover(snapshot, uriOf(cursor.file), cursor.offset, { commandLinks: false, pageOf });
  return found === null ? undefined : (found.contents as { readonly value: string }).value;
}

describe('keys are explained', () => {
  test.each(['namespace: shop', 'exclude: []', 'checks: {}', 'overrides: []', 'contexts: []'])('%s', (text) => {
    expect(hoverAt(`$0${text}\n`)).toMatchSnapshot();
  });

  test('inside of lists', () => {
    expect(hoverAt('contexts: [{ files: ["new/**"], con$0text: prod }]\n')).toMatchInlineSnapshot(
      `"A context of the kubeconfig. Nothing is contacted before somebody has chosen it."`,
    );
    expect(hoverAt('checks: { missing-egress: { severity: off, rea$0son: "why" } }\n')).toMatchInlineSnapshot(
      `"Why the check is set so, for whoever reads this later."`,
    );
  });

  test('an unknown one is not', () => {
    expect(hoverAt('che$0ks: {}\n')).toBeUndefined();
  });
});

describe('a check', () => {
  test('what it finds, how it is shown by default, and its page', () => {
    expect(hoverAt('checks: { missing-e$0gress: off }\n')).toMatchInlineSnapshot(`
      "**Pods that a policy selects may still reach everything, because nothing isolates their egress**  
      By default a warning  
      A policy isolates its pods per direction. One that has only \`Ingress\` among its policy types (and that is what an absent \`policyTypes\` without egress rules means) leaves egress open: the pods may connect to every pod and to every address outside the cluster.  
      [Open its page](vscode://bulkhead.bulkhead/check/missing-egress)"
    `);
  });

  test('every one has a first paragraph that is short', () => {
    for (const { code } of CHECKS) {
      const shown = hoverAt(`checks:\n  $0${code}: off\n`) ?? '';
      expect(shown).toContain(`check/${code})`);
      expect(shown.length, code).toBeLessThan(1200);
    }
  });

  test('one that does not exist, and faults that cannot be switched off', () => {
    expect(hoverAt('checks: { missing-$0ingres: off }\n')).toMatchInlineSnapshot(
      `"**No check is called \`missing-ingres\`**"`,
    );
    expect(hoverAt('checks: { valida$0tion: off }\n')).toMatchInlineSnapshot(
      `"**Cannot be switched off**: the API server rejects it"`,
    );
  });

  test('its severity', () => {
    expect(hoverAt('checks: { missing-egress: { severity: hi$0nt } }\n')).toMatchInlineSnapshot(`
      "\`hint\`: A finding is shown in the editor alone, as dots under the text

      ---

      \`error\`, \`warning\`, \`information\`, \`hint\` or \`off\`."
    `);
  });
});

describe('globs say which files they touch', () => {
  test('of overrides, one and all', () => {
    expect(hoverAt('overrides: [{ files: ["leg$0acy/**", "other/**"], checks: {} }]\n')).toMatchInlineSnapshot(`
      "**2 files** of 3 that are read here: a.yaml, b.yaml

      ---

      Globs, relative to this file’s folder."
    `);
    expect(hoverAt('overrides: [{ files: ["legacy/**", "ot$0her/**"], checks: {} }]\n')).toMatchInlineSnapshot(`
      "**No file** of the 3 manifest files that are read here

      ---

      Globs, relative to this file’s folder."
    `);
    expect(hoverAt('overrides: [{ fi$0les: ["legacy/a.yaml", "new/**"], checks: {} }]\n')).toMatchInlineSnapshot(`
      "**2 files** of 3 that are read here: legacy/a.yaml, new/a.yaml

      ---

      Globs, relative to this file’s folder."
    `);
  });

  test('of exclude, where what is left out is not read', () => {
    expect(hoverAt('exclude: ["leg$0acy/**"]\n')).toMatchInlineSnapshot(`
      "**Leaves out 2 files** that are known: a.yaml, b.yaml

      ---

      Globs, relative to this file’s folder: such files take no part in answers."
    `);
    expect(hoverAt('exclude: ["ven$0dor/**"]\n')).toMatchInlineSnapshot(`
      "**Such files are not read**: how many there are is not known here

      ---

      Globs, relative to this file’s folder: such files take no part in answers."
    `);
  });
});

test('the namespace says how many files take it', () => {
  const namespace = { name: 'shop', from: 'bulkhead.yaml' } as const;
  expect(hoverAt('namespace: sh$0op\n', { namespace })).toMatchInlineSnapshot(`
    "**\`shop\`** is the namespace of documents of 3 files here, where they name none

    ---

    The namespace of documents that name none. The editor’s setting and the flag \`--namespace\` come before it."
  `);
});
