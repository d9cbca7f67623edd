/** A line of a difference; `same` lines stand in both texts. */
export interface DiffLine {
  readonly kind: 'same' | 'removed' | 'added';
  readonly text: string;
}

/** So many lines are compared exactly; of longer texts what is not common at both ends is one exchange. */
const MOST_CELLS = 4_000_000;

/** A shortest difference between two texts by lines (longest common subsequence). */
export function lineDiff(before: string, after: string): readonly DiffLine[] {
  const [old, now] = [linesOf(before), linesOf(after)];
  const shorter = Math.min(old.length, now.length);
  let head = 0;
  while (head < shorter && old[head] === now[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && old.at(-1 - tail) === now.at(-1 - tail)) tail += 1;
  const same = (lines: readonly string[]): DiffLine[] => lines.map((text) => ({ kind: 'same', text }));
  return [
    ...same(old.slice(0, head)),
    ...middle(old.slice(head, old.length - tail), now.slice(head, now.length - tail)),
    ...same(old.slice(old.length - tail)),
  ];
}

/** The changed lines with `around` lines before and after them; a line `…` stands for what is left out. */
export function shownLines(lines: readonly DiffLine[], around: number): readonly string[] {
  const near = new Set<number>();
  for (const [at, { kind }] of lines.entries()) {
    if (kind === 'same') continue;
    for (let by = -around; by <= around; by += 1) near.add(at + by);
  }
  const shown: string[] = [];
  let last = -1;
  for (const [at, { kind, text }] of lines.entries()) {
    if (!near.has(at)) continue;
    if (at > last + 1) shown.push('…');
    shown.push(`${SIGNS[kind]} ${text}`);
    last = at;
  }
  return shown;
}

const SIGNS = { same: ' ', removed: '-', added: '+' } as const;

function linesOf(text: string): readonly string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}

function middle(old: readonly string[], now: readonly string[]): readonly DiffLine[] {
  const width = now.length + 1;
  const removed = (text: string): DiffLine => ({ kind: 'removed', text });
  const added = (text: string): DiffLine => ({ kind: 'added', text });
  if (old.length === 0 || now.length === 0 || old.length * width > MOST_CELLS) {
    return [...old.map(removed), ...now.map(added)];
  }
  // Cell (i, j): how many lines the texts from i and from j on have in common.
  const common = new Uint32Array((old.length + 1) * width);
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = now.length - 1; j >= 0; j -= 1) {
      const at = i * width + j;
      common[at] =
        old[i] === now[j]
          ? (common[at + width + 1] as number) + 1
          : Math.max(common[at + width] as number, common[at + 1] as number);
    }
  }
  const lines: DiffLine[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < now.length) {
    const at = i * width + j;
    if (i < old.length && j < now.length && old[i] === now[j]) {
      lines.push({ kind: 'same', text: old[i] as string });
      i += 1;
      j += 1;
    } else if (j >= now.length || (i < old.length && (common[at + width] as number) >= (common[at + 1] as number))) {
      lines.push(removed(old[i] as string));
      i += 1;
    } else {
      lines.push(added(now[j] as string));
      j += 1;
    }
  }
  return lines;
}
