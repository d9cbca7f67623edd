import type { PreviewMatrix, PreviewMatrixCell, PreviewMatrixHead } from '../../../server/src/protocol/preview.ts';
import { covers, type AxisWindow } from './axisWindow.ts';
import { within, type Place } from './gridMoves.ts';

export interface Windows {
  readonly rows: AxisWindow;
  readonly columns: AxisWindow;
}

/** A window of the matrix as it was answered; undefined is everything outside of it. */
export class MatrixTile {
  readonly #asked: Windows;
  readonly #answer: PreviewMatrix;

  constructor(asked: Windows, answer: PreviewMatrix) {
    this.#asked = asked;
    this.#answer = answer;
  }

  /** Heads of each axis. */
  get total(): number {
    return this.#answer.total;
  }

  covers({ rows, columns }: Windows): boolean {
    return covers(this.#asked.rows, rows, this.total) && covers(this.#asked.columns, columns, this.total);
  }

  rowAt(row: number): PreviewMatrixHead | undefined {
    return this.#answer.rows[row - this.#asked.rows.first];
  }

  columnAt(column: number): PreviewMatrixHead | undefined {
    return this.#answer.columns[column - this.#asked.columns.first];
  }

  cellAt({ row, column }: Place): PreviewMatrixCell | undefined {
    const { columns, cells } = this.#answer;
    const [down, across] = [row - this.#asked.rows.first, column - this.#asked.columns.first];
    return row < 0 || down < 0 || across < 0 || across >= columns.length
      ? undefined
      : cells[down * columns.length + across];
  }

  /** Where something is now that was at a place of another tile: rows may have come or gone above it. */
  placeAfter(before: MatrixTile | undefined, place: Place): Place {
    const { rows, columns } = this.#asked;
    const row = indexOf(this.#answer.rows, rows.first, before?.rowAt(place.row)?.id);
    const column = indexOf(this.#answer.columns, columns.first, before?.columnAt(place.column)?.id);
    return within({ row: row ?? place.row, column: column ?? place.column }, this.total);
  }
}

function indexOf(heads: readonly PreviewMatrixHead[], first: number, id: string | undefined): number | undefined {
  const index = id === undefined ? -1 : heads.findIndex((head) => head.id === id);
  return index === -1 ? undefined : first + index;
}
