import { columnsOf, fitted, padded } from "../../terminal/plain-text.ts";

interface Column<Row> {
  readonly title: string;
  readonly value: (row: Row) => string;
}

/** Columns of a terminal that a table takes where nothing of it is cut. */
export function tableWidth<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): number {
  const widths = columns.map(({ title, value }) => Math.max(...[title, ...rows.map(value)].map(columnsOf)));
  return widths.reduce((sum, one) => sum + one + 2, -2);
}

/**
 * Rows as a table of plain text: the first column to the left, the others to the right. The first one gives way where
 * the table is wider than it may be.
 */
export function tableLines<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  width: number,
): readonly string[] {
  const cells = [columns.map(({ title }) => title), ...rows.map((row) => columns.map(({ value }) => value(row)))];
  const widths = columns.map((_, at) => Math.max(...cells.map((line) => columnsOf(line[at] ?? ""))));
  const others = widths.slice(1).reduce((sum, one) => sum + one + 2, 0);
  const first = Math.max(8, Math.min(widths[0] ?? 0, width - others));
  return cells.map((line) =>
    fitted(
      line
        .map((cell, at) => (at === 0 ? padded(cell, first) : padded(cell, widths[at] ?? 0, "right")))
        .join("  ")
        .trimEnd(),
      width,
    ),
  );
}
