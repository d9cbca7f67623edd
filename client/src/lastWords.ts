/** Lines of a process's standard error that are kept: a stack is long, and its first line says what happened. */
const KEPT = 60;
const LONGEST = 200;

/** Remembers what a server wrote to standard error, to say in one line why it stopped. */
export class LastWords {
  readonly #lines: string[] = [];
  #end: string | undefined;

  add(line: string): void {
    this.#lines.push(line);
    if (this.#lines.length > KEPT) this.#lines.shift();
  }

  /** How the process ended, which tells something where it said nothing. */
  ended(status: number | null, signal: string | null): void {
    if (signal !== null) this.#end = signal;
    else if (status !== null && status !== 0) this.#end = `exit status ${status}`;
  }

  /** The last line that names an error, without its stack; else how the process ended, where that is out of the way. */
  get why(): string | undefined {
    const named = this.#lines.findLast((line) => ERROR.test(line) && !/^\s+at /.test(line));
    return named === undefined ? this.#end : named.trim().slice(0, LONGEST);
  }
}

/** V8's `FATAL ERROR: … heap out of memory`, and an exception that nobody caught: `TypeError: …`. */
const ERROR = /FATAL ERROR:|^(?:Uncaught )?(?:[A-Z]\w*)?(?:Error|Exception)\b[^:]*:/;
