import assert from 'node:assert/strict';
import { extensions, window, workspace } from 'vscode';

describe('the extension in its host', () => {
  it('runs on a Node that the Kubernetes client can be loaded by (22.19 or newer)', () => {
    const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
    assert.ok(major > 22 || (major === 22 && minor >= 19), `this VS Code brings Node ${process.versions.node}`);
  });

  it('activates when a document mentions a kind that we serve', async () => {
    const extension = extensions.getExtension('bulkhead.bulkhead');
    assert.ok(extension, 'the packaged extension is installed');
    const [file] = await workspace.findFiles('web.yaml');
    assert.ok(file, 'the workspace has the policy');
    await window.showTextDocument(file);
    await extension.activate();
    assert.equal(extension.isActive, true);
  });
});
