import type { JsonValue } from '../model/manifest.ts';

/** Whether no object of a valid JSON text writes a key twice: each key stands for one colon outside of strings. */
export function hasUniqueKeys(text: string, value: JsonValue): boolean {
  return countColons(text) === countKeys(value);
}

function countColons(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === 0x3a) count++;
    else if (unit === 0x22) at = stringEnd(text, at + 1);
  }
  return count;
}

/** The offset of the quote that closes a string. */
function stringEnd(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at >= 0; at = text.indexOf('"', at + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(at - 1 - backslashes) === 0x5c) backslashes++;
    if (backslashes % 2 === 0) return at;
  }
  return text.length;
}

function countKeys(value: JsonValue): number {
  let count = 0;
  const rest: JsonValue[] = [value];
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    if (typeof next !== 'object' || next === null) continue;
    const children = Array.isArray(next) ? next : Object.values(next);
    if (!Array.isArray(next)) count += children.length;
    for (const child of children) if (typeof child === 'object' && child !== null) rest.push(child);
  }
  return count;
}
