import process from 'node:process';

/**
 * How the server's process is started. Reading a large workspace makes much short-lived garbage, for which V8 and the
 * C library would keep room for ever: a small young generation costs some collections, and saves half of the memory
 * that an idle server holds.
 */
export const SERVER_ARGUMENTS: readonly string[] = ['--max-semi-space-size=8'];

/** What the C library of Linux is told: to give freed memory back beyond this many bytes. */
export const SERVER_ENVIRONMENT: Readonly<Record<string, string>> =
  process.platform === 'linux' ? { MALLOC_TRIM_THRESHOLD_: '131072' } : {};
