/** What the owner of a list of rows can call. */
export interface RowsHandle {
  focus(): void
  /** Scroll a row to the middle. */
  scrollToRow(index: number): void
  /** Scroll a row into view. */
  revealRow(index: number): void
  scrollToEnd(): void
  /** Keep the visible rows in place after rows above were removed. */
  shiftBy(rowsGone: number): void
}
