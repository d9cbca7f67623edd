import { LONGEST_OBJECT_BYTES } from './jsonLines.ts';

/** Cuts a list's answer into its items as the bytes arrive. */
export interface ItemSplitter {
  /** Calls back with the JSON text of every item that ends in this chunk. */
  push(chunk: Uint8Array): void;
  /** The answer without its items (kind, metadata; a Status whole), or undefined where it broke off. */
  end(): string | undefined;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * A list's answer is one JSON object that may be hundreds of megabytes (servers may ignore `limit`), more than a
 * string can hold; so only one item is held at a time. Understands any spacing and any order of the fields.
 */
export function itemSplitter(onItem: (json: string) => void): ItemSplitter {
  const envelope: Buffer[] = [];
  let item: Buffer[] = [];
  let held = 0;
  let depth = 0;
  let inString = false;
  let escaped = false;
  let inItems = false;
  let finished = false;
  /** Bytes of the string that is being read or was read last at depth 1; a `[` after it makes it a key. */
  let name = '';

  const keep = (parts: Buffer[], part: Buffer): void => {
    held += part.length;
    if (held > LONGEST_OBJECT_BYTES) throw new Error('the server sent an item that is too long for an object');
    if (part.length > 0) parts.push(part);
  };

  const push = (bytes: Uint8Array): void => {
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    /** Where the piece that is being kept begins; -1 between items. */
    let start = inItems && depth === 2 ? -1 : 0;
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i] ?? 0;
      if (inString) {
        if (escaped) escaped = false;
        else if (byte === BACKSLASH) escaped = true;
        else if (byte === QUOTE) inString = false;
        else if (depth === 1 && name.length < 16) name += String.fromCharCode(byte);
        continue;
      }
      switch (byte) {
        case QUOTE:
          inString = true;
          if (depth === 1) name = '';
          break;
        case 0x7b: // {
        case 0x5b: // [
          depth++;
          if (inItems && depth === 3) start = i;
          else if (depth === 2 && byte === 0x5b && name === 'items') {
            inItems = true;
            keep(envelope, chunk.subarray(start, i + 1));
            held = 0;
            start = -1;
          }
          break;
        case 0x7d: // }
        case 0x5d: // ]
          depth--;
          if (depth === 0) finished = true;
          if (!inItems) break;
          if (depth === 2) {
            keep(item, chunk.subarray(start, i + 1));
            onItem(Buffer.concat(item).toString('utf8'));
            item = [];
            held = 0;
            start = -1;
          } else if (depth === 1) {
            inItems = false;
            start = i;
          }
          break;
        default:
          break;
      }
    }
    if (start >= 0) keep(inItems ? item : envelope, chunk.subarray(start));
  };
  return { push, end: () => (finished ? Buffer.concat(envelope).toString('utf8') : undefined) };
}
