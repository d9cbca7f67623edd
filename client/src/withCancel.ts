import { CancellationTokenSource, ProgressLocation, window, type CancellationToken } from 'vscode';

/** What is done sooner flashes no progress at people, in ms; VS Code also drops messages that come in a flood. */
const SHORT = 400;

/** Shows a progress that a person can cancel, unless it is over at once; undefined where they did. */
export async function withCancel<T>(
  title: string,
  work: (cancel: CancellationToken) => Promise<T>,
): Promise<T | undefined> {
  const source = new CancellationTokenSource();
  const working = work(source.token);
  try {
    if (await isOverSoon(working)) return await working;
    return await window.withProgress(
      { location: ProgressLocation.Notification, title, cancellable: true },
      async (_, token): Promise<T | undefined> => {
        token.onCancellationRequested(() => source.cancel());
        try {
          return await working;
        } catch (error) {
          if (token.isCancellationRequested) return undefined;
          throw error;
        }
      },
    );
  } finally {
    source.dispose();
  }
}

/** Shows a progress that a person waits for, unless it is over at once. */
export async function withPatience<T>(title: string, working: Promise<T>): Promise<T> {
  if (await isOverSoon(working)) return working;
  return window.withProgress({ location: ProgressLocation.Notification, title }, () => working);
}

async function isOverSoon(working: Promise<unknown>): Promise<boolean> {
  const { promise: waited, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), SHORT);
  try {
    return await Promise.race([
      waited,
      working.then(
        () => true,
        () => true,
      ),
    ]);
  } finally {
    clearTimeout(timer);
  }
}
