/** What a panel shows where there is nothing to compare: no rows of what was compared before, and still its paths. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { compileCluster } from '../../server/src/engine/compileCluster.ts';
import { PREVIEW_CHANGES, PREVIEW_OPEN } from '../../server/src/protocol/preview.ts';
import { EXPLAIN_PATH } from '../../server/src/protocol/path.ts';
import { browserUnavailable } from '../vscode/browser.ts';
import { modelAnswers } from './modelAnswers.ts';
import { panels, type OpenPanel, type Panels } from './openPanel.ts';

const PROBLEM = 'prod-eu is not connected for any file of this folder.';

describe.skipIf(browserUnavailable() !== undefined)('a panel with nothing to compare', () => {
  let browser: Panels;
  let panel: OpenPanel | undefined;
  beforeAll(async () => {
    browser = await panels();
  });
  afterEach(async () => {
    await panel?.close();
    panel = undefined;
  });
  afterAll(() => browser.close());

  test('answers why A cannot reach B', async () => {
    const question = { from: 'shop/web', to: 'shop/db', port: '', error: '' };
    panel = await browser.open({
      answering: {
        request: async ({ name }) =>
          (name === EXPLAIN_PATH.name
            ? { unclear: [{ part: 'port', text: 'Which of its ports?', choices: ['5432/TCP'] }] }
            : { problem: PROBLEM }) as never,
        notify: () => undefined,
      },
      state: { tab: 'path', view: { question } },
    });
    await panel.settled();
    await panel.page.getByText('Which of its ports?').waitFor();
    expect(await panel.page.locator('.summary').innerText()).toBe(PROBLEM);
  });

  test('shows nothing of what was compared before', async () => {
    const answers = modelAnswers(10);
    const empty = compileCluster({ namespaces: [], pods: [], policies: [], unreadable: [] });
    answers.compare(empty, empty);
    let problem: string | undefined;
    panel = await browser.open({
      answering: {
        request: (method, params) =>
          problem !== undefined && [PREVIEW_OPEN.name, PREVIEW_CHANGES.name].includes(method.name)
            ? Promise.resolve({ problem } as never)
            : answers.request(method, params),
        notify: () => undefined,
      },
    });
    await panel.settled();
    const shown = panel.page.getByText('Nothing changes.');
    await shown.waitFor();
    problem = PROBLEM;
    panel.host.stale();
    await panel.settled();
    expect(await panel.page.locator('.summary').innerText()).toBe(PROBLEM);
    expect(await shown.count()).toBe(0);
    problem = undefined;
    panel.host.stale();
    await shown.waitFor();
  });
});
