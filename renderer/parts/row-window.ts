/** Which rows of a long list are in sight, and where they stand. */
export interface RowWindow {
  first: number
  /** One past the last. */
  end: number
  /** Where the first one is drawn, in pixels from the top of the scrolled area. */
  offset: number
  /** How high the scrolled area is. */
  height: number
}

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

/** Browsers draw nothing below a few ten million pixels; longer lists are scrolled in proportion. */
const HIGHEST = 8_000_000
const SPARE_ROWS = 12

/** The rows in sight of a list of rows of one height, for a scroll position. */
export function rowWindow(rows: number, rowHeight: number, scrollTop: number, viewport: number): RowWindow {
  const real = rows * rowHeight
  const height = Math.min(real, HIGHEST)
  const top = scrollTop * scaleOf(real, height, viewport)
  const first = Math.max(0, Math.floor(top / rowHeight) - SPARE_ROWS)
  const end = Math.min(rows, Math.ceil((top + viewport) / rowHeight) + SPARE_ROWS)
  return { first, end, offset: scrollTop - (top - first * rowHeight), height }
}

/** The scroll position at which a row is in the middle of the viewport. */
export function scrollTopOf(row: number, rows: number, rowHeight: number, viewport: number): number {
  const real = rows * rowHeight
  const height = Math.min(real, HIGHEST)
  const top = Math.max(0, Math.min(row * rowHeight - (viewport - rowHeight) / 2, real - viewport))
  return top / scaleOf(real, height, viewport)
}

function scaleOf(real: number, height: number, viewport: number): number {
  return real === height || height <= viewport ? 1 : (real - viewport) / (height - viewport)
}
