import type { AxeResults, RunOptions } from 'axe-core'
import type { Page } from 'playwright-core'

declare global {
  interface Window {
    axe: { run(options: RunOptions): Promise<AxeResults> }
  }
}

/** All that axe knows of WCAG 2.2 A and AA, and what its authors advise. */
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

export const sizes = { wide: { width: 1440, height: 900 }, narrow: { width: 720, height: 450 } } as const

/** What axe finds wrong with the page as it stands, a line for each rule and element; the page must have loaded axe. */
async function violations(page: Page, options: RunOptions): Promise<string[]> {
  const { violations: found } = await page.evaluate((run) => window.axe.run(run), {
    resultTypes: ['violations'],
    ...options,
  } satisfies RunOptions)
  return found.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.target.join(' ')} | ${node.failureSummary?.split('\n').at(1)?.trim() ?? ''}`),
  )
}

/** Colours pass from one theme to the other in steps, an element after the one it is in: wait for the last. */
async function setTheme(page: Page, colorScheme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
  await page.evaluate(async () => {
    const frame = (): Promise<unknown> => new Promise((resolve) => requestAnimationFrame(resolve))
    const MOST_FRAMES = 120
    for (let [still, frames] = [0, 0]; still < 2 && frames < MOST_FRAMES; frames += 1) {
      await frame()
      still = document.getAnimations().length === 0 ? still + 1 : 0
    }
  })
}

/**
 * The page in both themes, wide. Only colours differ between them, so the dark one is looked at for its
 * contrasts.
 */
export async function audit(page: Page): Promise<string[]> {
  await page.setViewportSize(sizes.wide)
  await setTheme(page, 'light')
  const light = await violations(page, { runOnly: { type: 'tag', values: tags } })
  await setTheme(page, 'dark')
  const dark = await violations(page, { runOnly: { type: 'rule', values: ['color-contrast'] } })
  return [...light.map((line) => `light: ${line}`), ...dark.map((line) => `dark: ${line}`)]
}

/** The page at 200 % zoom of a wide one. Its colours are those of `audit`, and looking at them takes longest. */
export async function auditZoomed(page: Page): Promise<string[]> {
  await page.setViewportSize(sizes.narrow)
  const runOnly = { type: 'tag' as const, values: tags }
  const found = await violations(page, { runOnly, rules: { 'color-contrast': { enabled: false } } })
  return [...found, ...(await cutOff(page))].map((line) => `200 %: ${line}`)
}

/** Controls that can't be reached whole: outside of what clips them, or of the page, where nothing scrolls. */
async function cutOff(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const EDGE = 1
    const scrolls = (overflow: string): boolean => overflow === 'auto' || overflow === 'scroll'
    const clips = (overflow: string): boolean => overflow === 'hidden' || overflow === 'clip'
    function isCut(control: Element): boolean {
      const { left, right, top, bottom, width, height } = control.getBoundingClientRect()
      if (width <= EDGE || height <= EDGE) return false
      let [x, y] = [true, true]
      for (let parent = control.parentElement; parent !== null; parent = parent.parentElement) {
        const style = getComputedStyle(parent)
        const box = parent.getBoundingClientRect()
        // A line that says it goes on; what is in it scrolls into view with the focus.
        if (style.textOverflow === 'ellipsis') return false
        if (x && clips(style.overflowX) && (left < box.left - EDGE || right > box.right + EDGE)) return true
        if (y && clips(style.overflowY) && (top < box.top - EDGE || bottom > box.bottom + EDGE)) return true
        if (scrolls(style.overflowX)) x = false
        if (scrolls(style.overflowY)) y = false
        if (style.position === 'fixed') break
      }
      return (x && (left < -EDGE || right > innerWidth + EDGE)) || (y && (top < -EDGE || bottom > innerHeight + EDGE))
    }
    const controls = document.querySelectorAll('button, input, select, textarea, a[href], summary')
    return [...controls]
      .filter((control) => control.checkVisibility({ visibilityProperty: true }) && isCut(control))
      .map((control) => `cut off: ${control.outerHTML.slice(0, 120)}`)
  })
}
