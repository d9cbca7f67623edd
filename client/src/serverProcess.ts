import process from 'node:process';

/**
 * What the C library of Linux is told when the server is started: to give freed memory back beyond this many bytes.
 * Reading a large workspace makes much garbage, for which it would keep room for ever.
 */
export const SERVER_ENVIRONMENT: Readonly<Record<string, string>> =
  process.platform === 'linux' ? { MALLOC_TRIM_THRESHOLD_: '131072' } : {};
