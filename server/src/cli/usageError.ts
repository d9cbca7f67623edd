/** Bad usage or unreadable input: printed as one line on standard error, exit status 2. */
export class UsageError extends Error {}
