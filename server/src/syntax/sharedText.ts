/** How many units two texts have in common at their start. Compared in halves, which costs far less than unit by unit. */
export function sharedStart(a: string, b: string): number {
  let low = 0;
  let high = Math.min(a.length, b.length);
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (a.slice(low, middle) === b.slice(low, middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** How many units two texts have in common at their end, at most `most`. */
export function sharedEnd(a: string, b: string, most = Math.min(a.length, b.length)): number {
  let low = 0;
  let high = Math.min(most, a.length, b.length);
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (a.slice(a.length - middle, a.length - low) === b.slice(b.length - middle, b.length - low)) low = middle;
    else high = middle - 1;
  }
  return low;
}
