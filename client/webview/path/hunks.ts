/** Lines around a change that tell where it is. */
const AROUND = 3;

export interface DiffLine {
  readonly kind: 'same' | 'removed' | 'added' | 'gap';
  readonly text: string;
}

/** The changed lines of a text with some around them; each run that lies between is left out for a gap. */
export function hunks(lines: readonly DiffLine[]): readonly DiffLine[] {
  const near = lines.map((_, at) =>
    lines.slice(Math.max(0, at - AROUND), at + AROUND + 1).some(({ kind }) => kind !== 'same'),
  );
  return lines.flatMap((line, at): readonly DiffLine[] => {
    if (near[at] === true) return [line];
    return at === 0 || near[at - 1] === true ? [{ kind: 'gap', text: '' }] : [];
  });
}
