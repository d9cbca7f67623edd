import { afterAll, beforeAll, expect, test } from 'vitest';
import { bulkhead, folderOf } from '../support/commandLine.ts';
import { SHOP } from '../support/shop.ts';
import type { TemporaryFolder } from '../support/temporaryFolder.ts';

const POLICY = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  # bulkhead-disable-next-line missing-egress, egress-without-dns — leaves through the proxy
  name: one
  namespace: shop
spec:
  podSelector: { matchLabels: { app: nobody-has-it } }
  policyTypes: [Ingress]
`;

let folder: TemporaryFolder;
beforeAll(() => {
  folder = folderOf(`${SHOP}#- shop/one.yaml
${POLICY}#- shop/two.yaml
# bulkhead-disable-file selector-matches-nothing -- the pods come later
${POLICY.replace('name: one', 'name: two').replace(/ +# .*\n/, '')}`);
});
afterAll(() => folder.remove());

test('check takes back what comments take back in the editor, and says which take back nothing', async () => {
  const { stdout } = await bulkhead(['check', 'shop', '--format', 'json'], { cwd: folder.path });
  const { findings } = JSON.parse(stdout) as {
    findings: readonly { code: string; file: string; severity: string; message: string; fixes: readonly string[] }[];
  };
  const of = (name: string): readonly { code: string }[] => findings.filter(({ file }) => file.endsWith(name));
  expect(of('one.yaml').map(({ code }) => code)).toContain('selector-matches-nothing');
  expect(of('two.yaml').map(({ code }) => code)).not.toContain('selector-matches-nothing');
  const unused = findings.filter(({ code }) => code === 'unused-suppression');
  expect(unused.map(({ severity, message }) => `${severity}: ${message}`)).toContain(
    'hint: This suppresses nothing: egress-without-dns has no finding on the next line',
  );
  expect(findings.flatMap(({ fixes }) => fixes).filter((title) => title.startsWith('Disable'))).toEqual([]);
});
