/** One fault never takes the editor's features down, and what nobody waits for is not worked out. */
import { expect, test } from 'vitest';
import { CancellationTokenSource, LSPErrorCodes } from 'vscode-languageserver/node';
import { Cancelled, dispatcher, type Dispatcher } from '../../../server/src/lsp/dispatch.ts';

function make(errors: string[] = []): Dispatcher {
  const silent = (): void => undefined;
  const log = { trace: silent, info: silent, warn: silent, error: (message: string) => void errors.push(message) };
  return dispatcher(
    log,
    () => Promise.resolve(),
    () => 0,
  );
}

test('a request that is cancelled before its turn is not worked out', async () => {
  const source = new CancellationTokenSource();
  let worked = false;
  const handler = make().wrap('hover', null, () => (worked = true));
  const answer = handler({}, source.token);
  source.cancel();
  expect(await answer).toMatchObject({ code: LSPErrorCodes.RequestCancelled });
  expect(worked).toBe(false);
});

test('a handler that stops itself answers as cancelled', async () => {
  const handler = make().wrap('hover', null, () => {
    throw new Cancelled();
  });
  expect(await handler({}, new CancellationTokenSource().token)).toMatchObject({
    code: LSPErrorCodes.RequestCancelled,
  });
});

test('a fault is logged with its stack and answered with the fallback', async () => {
  const errors: string[] = [];
  const handler = make(errors).wrap('hover', 'nothing', () => {
    throw new TypeError('broken');
  });
  expect(await handler({}, new CancellationTokenSource().token)).toBe('nothing');
  expect(errors).toEqual([expect.stringMatching(/^hover failed: TypeError: broken\n/)]);
});
