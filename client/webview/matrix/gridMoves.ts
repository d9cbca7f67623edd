/** A place in the matrix; -1 is the row of the column heads, and the column of the row heads. */
export interface Place {
  readonly row: number;
  readonly column: number;
}

/** Rows and columns without heads, and how many rows a page of the keyboard has. */
export interface GridSize {
  readonly total: number;
  readonly page: number;
}

export interface GridKey {
  readonly key: string;
  readonly control: boolean;
}

/** Where a key of ARIA's grid pattern leads; undefined where it is none. */
export function moved({ key, control }: GridKey, { row, column }: Place, { total, page }: GridSize): Place | undefined {
  const to = (nextRow: number, nextColumn: number): Place => ({
    row: clamp(nextRow, total),
    column: clamp(nextColumn, total),
  });
  switch (key) {
    case 'ArrowDown':
      return to(control ? total : row + 1, column);
    case 'ArrowUp':
      return to(control ? -1 : row - 1, column);
    case 'ArrowRight':
      return to(row, control ? total : column + 1);
    case 'ArrowLeft':
      return to(row, control ? -1 : column - 1);
    case 'PageDown':
      return to(row + page, column);
    case 'PageUp':
      return to(row - page, column);
    case 'Home':
      return control ? to(-1, -1) : to(row, -1);
    case 'End':
      return control ? to(total, total) : to(row, total);
    default:
      return undefined;
  }
}

/** A place of a matrix that has another size by now. */
export function within({ row, column }: Place, total: number): Place {
  return { row: clamp(row, total), column: clamp(column, total) };
}

function clamp(index: number, total: number): number {
  return Math.max(-1, Math.min(total - 1, index));
}
