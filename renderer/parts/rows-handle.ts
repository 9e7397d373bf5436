/** What the owner of a list of rows may ask of it. */
export interface RowsHandle {
  /** Bring a row to the middle. */
  scrollToRow(index: number): void
  /** Bring a row into sight, where it is not. */
  revealRow(index: number): void
  scrollToEnd(): void
  /** Move with what is shown where rows above went away. */
  shiftBy(rowsGone: number): void
}
