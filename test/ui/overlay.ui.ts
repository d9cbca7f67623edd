/** One base in two overlays: which of the worlds the answers are of, and what Kustomize itself makes of one. */
import { describe, expect, it } from 'vitest';
import { KUSTOMIZE, KUSTOMIZE_NOTE } from '../support/kustomizeProgram.ts';
import { useEditor } from './useEditor.ts';

function deployment(name: string, replicas: number): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: web, run: ${name} } }
  template:
    metadata: { labels: { app: web, run: ${name} } }
    spec: { containers: [{ name: web, image: web }] }
`;
}

const FILES = {
  'base/kustomization.yaml': 'resources: [web.yaml, policy.yaml]\n',
  'base/web.yaml': deployment('web', 2),
  'base/policy.yaml': `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
spec:
  podSelector:
    matchLabels:
      app: web
  policyTypes: [Ingress, Egress]
`,
  'overlays/dev/kustomization.yaml': 'namespace: dev\nnamePrefix: dev-\nresources: [../../base]\n',
  'overlays/prod/kustomization.yaml': 'namespace: prod\nnamePrefix: prod-\nresources: [../../base, canary.yaml]\n',
  'overlays/prod/canary.yaml': deployment('canary', 1),
};

describe('a base and its overlays', () => {
  const editor = useEditor({ files: FILES });

  it('the lens names the world of the answers, and a click chooses another', async () => {
    const { workbench, page, picture } = editor();
    await workbench.openFile('base/policy.yaml');
    const lens = (text: string) => workbench.codeLenses().filter({ hasText: text }).first();
    await lens('Isolates ingress and egress of 2 pods (web)').waitFor();
    // A lens that is drawn anew just then swallows the click.
    for (let attempt = 0; attempt < 5 && (await workbench.picks().count()) === 0; attempt += 1) {
      await workbench.codeLenses().getByText('Overlay base').click();
      await workbench
        .picks()
        .first()
        .waitFor({ timeout: 6_000 })
        .catch(() => undefined);
    }
    await workbench.picks().filter({ hasText: 'Overlay overlays/prod' }).waitFor();
    await picture('scope-picker');
    await workbench.picks().filter({ hasText: 'Overlay overlays/prod' }).click();
    await lens('Overlay overlays/prod').waitFor();
    await lens('of 3 pods').waitFor();
    expect(await workbench.hoverAt(4, 10)).toContain('prod');
    await picture('overlay');
    await page.keyboard.press('Escape');
    await workbench.command('Bulkhead: Choose scope…');
    await workbench.picks().filter({ hasText: 'Each file in its own' }).click();
    await lens('Overlay base').waitFor();
    await lens('of 2 pods').waitFor();
  });
});

describe.skipIf(KUSTOMIZE === undefined)(`an overlay that Kustomize renders${KUSTOMIZE_NOTE}`, () => {
  const editor = useEditor({ files: FILES });

  it('is shown beside its kustomization, read-only and with every answer', async () => {
    const { workbench, page, picture } = editor();
    await workbench.openFile('overlays/prod/kustomization.yaml');
    const rendered = workbench.codeLenses().filter({ hasText: 'Rendered' });
    // A lens that is drawn anew just then swallows the click.
    for (let attempt = 0; attempt < 5 && (await rendered.count()) === 0; attempt += 1) {
      await workbench.codeLenses().getByText('Render and check').click();
      await rendered
        .first()
        .waitFor({ timeout: 6_000 })
        .catch(() => undefined);
    }
    await rendered.first().waitFor();
    // Two overlays that were rendered are told apart by their tabs.
    await page.locator('.tab.active').filter({ hasText: 'overlay-prod (rendered).yaml' }).waitFor();
    await workbench.codeLenses().filter({ hasText: 'isolated by prod/prod-web' }).first().waitFor();
    expect(await workbench.text()).toContain('# Source: overlays/prod/canary.yaml');
    await picture('rendered');
    await page.keyboard.press('Control+End');
    await workbench.codeLenses().filter({ hasText: 'Isolates ingress and egress of 3 pods' }).first().waitFor();
    // What Kustomize wrote is not for editing.
    await workbench.type('x');
    await page.getByText('read-only', { exact: false }).first().waitFor();
  });
});
