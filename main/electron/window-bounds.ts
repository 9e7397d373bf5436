import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Rectangle } from 'electron'
import { settingsFolder } from '../host/recent-folders.ts'

/** Where the window was when it was closed. */
export interface WindowBounds extends Rectangle {
  maximized: boolean
}

const file = () => join(settingsFolder(), 'window.json')

/** Undefined where there are none yet, or they lie on a screen that is gone. */
export function readWindowBounds(screens: Rectangle[]): WindowBounds | undefined {
  let held: unknown
  try {
    held = JSON.parse(readFileSync(file(), 'utf8'))
  } catch {
    // The first start, or a damaged file: the default place is good for both.
    return undefined
  }
  if (!isBounds(held)) return undefined
  return screens.some((screen) => overlaps(held, screen)) ? held : undefined
}

export function writeWindowBounds(bounds: WindowBounds): void {
  try {
    mkdirSync(dirname(file()), { recursive: true })
    writeFileSync(file(), `${JSON.stringify(bounds)}\n`)
  } catch {
    // A home folder that is read-only costs the place of the window and nothing else.
  }
}

function isBounds(held: unknown): held is WindowBounds {
  if (typeof held !== 'object' || held === null) return false
  const { x, y, width, height, maximized } = held as Record<string, unknown>
  return [x, y, width, height].every(Number.isFinite) && typeof maximized === 'boolean'
}

/** Enough of it to take hold of the title bar. */
function overlaps(a: Rectangle, b: Rectangle): boolean {
  const HOLD = 80
  const across = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)
  const down = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y)
  return across >= HOLD && down >= HOLD
}
