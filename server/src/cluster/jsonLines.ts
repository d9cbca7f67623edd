/** One line or item longer than this is no Kubernetes object: etcd refuses objects over 1.5 MB. */
export const LONGEST_OBJECT_BYTES = 32 * 1024 * 1024;

/** Cuts a byte stream into lines. */
export interface LineSplitter {
  /** Calls back once for every line that ends in this chunk. Throws where a line exceeds the limit. */
  push(chunk: Uint8Array): void;
  /** True where the stream broke off within a line. */
  readonly pending: () => boolean;
}

const NEWLINE = 10;

/** A watch answers one JSON object a line. Only the unfinished line is held. Blank lines are left out. */
export function lineSplitter(onLine: (line: string) => void): LineSplitter {
  let parts: Buffer[] = [];
  let held = 0;
  return {
    push: (bytes) => {
      const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      let start = 0;
      for (;;) {
        const end = chunk.indexOf(NEWLINE, start);
        if (end < 0) break;
        const rest = chunk.subarray(start, end);
        const line = held === 0 ? rest.toString('utf8') : Buffer.concat([...parts, rest]).toString('utf8');
        parts = [];
        held = 0;
        start = end + 1;
        if (line.trim() !== '') onLine(line);
      }
      if (start < chunk.length) {
        held += chunk.length - start;
        if (held > LONGEST_OBJECT_BYTES) throw new Error('the server sent a line that is too long for an object');
        parts.push(chunk.subarray(start));
      }
    },
    pending: () => held > 0,
  };
}
