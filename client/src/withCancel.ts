import { CancellationTokenSource, ProgressLocation, window, type CancellationToken } from 'vscode';

/** Shows a progress that a person can cancel; undefined where they did. */
export async function withCancel<T>(
  title: string,
  work: (cancel: CancellationToken) => Promise<T>,
): Promise<T | undefined> {
  return window.withProgress(
    { location: ProgressLocation.Notification, title, cancellable: true },
    async (_, token): Promise<T | undefined> => {
      const source = new CancellationTokenSource();
      token.onCancellationRequested(() => source.cancel());
      try {
        return await work(source.token);
      } catch (error) {
        if (token.isCancellationRequested) return undefined;
        throw error;
      } finally {
        source.dispose();
      }
    },
  );
}
