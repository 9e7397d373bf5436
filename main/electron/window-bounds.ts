import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Rectangle } from 'electron'
import { settingsFolder } from '../host/settings-folder.ts'

/** Where the window was when it was closed. */
export interface WindowBounds extends Rectangle {
  maximized: boolean
}

const file = () => join(settingsFolder(), 'window.json')

/** Undefined if none were saved yet, or if that screen is gone. */
export function readWindowBounds(screens: Rectangle[]): WindowBounds | undefined {
  let saved: unknown
  try {
    saved = JSON.parse(readFileSync(file(), 'utf8'))
  } catch {
    // The first start, or a damaged file: use the default place.
    return undefined
  }
  if (!isBounds(saved)) return undefined
  return screens.some((screen) => overlaps(saved, screen)) ? saved : undefined
}

export function writeWindowBounds(bounds: WindowBounds): void {
  try {
    mkdirSync(dirname(file()), { recursive: true })
    writeFileSync(file(), `${JSON.stringify(bounds)}\n`)
  } catch {
    // With a read-only home folder, only the window's place is lost.
  }
}

function isBounds(saved: unknown): saved is WindowBounds {
  if (typeof saved !== 'object' || saved === null) return false
  const { x, y, width, height, maximized } = saved as Record<string, unknown>
  return [x, y, width, height].every(Number.isFinite) && typeof maximized === 'boolean'
}

/** Whether enough of the window is on the screen to grab its title bar. */
function overlaps(a: Rectangle, b: Rectangle): boolean {
  const GRIP = 80
  const across = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)
  const down = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y)
  return across >= GRIP && down >= GRIP
}
