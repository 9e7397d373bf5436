import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { lengthenChain } from '../long-chain.ts'
import { median, takeTurns } from '../measure.ts'
import { atMost, ms, notMeasured, type Row } from '../row.ts'
import type { Scope } from '../scope.ts'
import { startOurs } from '../sides.ts'
import { browserIn, goTo, windowOf, withoutChromium } from '../window-page.ts'

const MANY = 1_000_000
const MOST = 1.2
const LEAST_FRAMES = 55
const SCROLL_MS = 4_000
const OPEN_DEADLINE_MS = 60_000
/** A long swipe: about five rows in every frame. */
const STEP_PX = 160

/** How long a person looks at nothing, and whether the list stutters. */
export const blocksScreen: Row = {
  name: 'blocks-screen',
  what: `the Blocks screen with ${MANY} blocks`,
  async run(scope, { rounds = 15, say }) {
    const opening = `${this.what}: from the click to the first blocks on screen`
    const again = `${this.what}: the same, after another screen`
    const scrolling = `${this.what}: scrolling`
    const goal = `at most ${MOST} × that of a new chain`
    const frames = `at least ${LEAST_FRAMES} frames a second`
    const missing = withoutChromium()
    if (missing !== undefined) {
      return [
        ...[opening, again].map((what) => notMeasured(what, goal, missing)),
        notMeasured(scrolling, frames, missing),
      ]
    }
    const few = await folderWithCall(scope)
    const many = await folderWithCall(scope)
    say(`writing ${MANY} blocks`)
    await lengthenChain(join(many, '.slipway'), MANY)
    const browser = await browserIn(scope)
    const fewPage = await windowOf(scope, browser, few)
    const manyPage = await windowOf(scope, browser, many)
    const first = await takeTurns(
      rounds,
      () => openBlocks(fewPage, { reloaded: true }),
      () => openBlocks(manyPage, { reloaded: true }),
    )
    const pair = await takeTurns(
      rounds,
      () => openBlocks(fewPage),
      () => openBlocks(manyPage),
    )
    await manyPage.bringToFront()
    await openBlocks(manyPage)
    const still: number[] = []
    const scrolled: number[] = []
    for (let round = 0; round < 3; round++) {
      still.push(await framesPerSecond(manyPage, 0))
      scrolled.push(await framesPerSecond(manyPage, STEP_PX))
    }
    const rate = median(scrolled)
    const shown = (value: number) => `${value.toFixed(1)} /s`
    return [
      { what: opening, goal, ...atMost(MOST, first.ratio), floor: ms(first.floor), ours: ms(first.ours) },
      { what: again, goal, ...atMost(MOST, pair.ratio), floor: ms(pair.floor), ours: ms(pair.ours) },
      {
        what: scrolling,
        goal: frames,
        figure: shown(rate),
        floor: `${shown(median(still))} at rest`,
        ours: shown(rate),
        verdict: rate >= LEAST_FRAMES ? 'met' : `missed by ${(LEAST_FRAMES - rate).toFixed(1)}`,
      },
    ]
  },
}

/** A chaincode's folder, with one submitted call in its chain. */
async function folderWithCall(scope: Scope): Promise<string> {
  const folder = await scope.chaincode('javascript-contract')
  const ours = await startOurs(scope, folder, { watch: false })
  await ours.submit('Put', ['asset', 'value'])
  await ours.peer.close()
  return folder
}

/**
 * Milliseconds from the click in the rail until a frame shows the newest block with its result. `reloaded`: in a window
 * that has read no block yet; otherwise it has kept those that it showed before.
 */
async function openBlocks(page: Page, { reloaded = false } = {}): Promise<number> {
  await page.bringToFront()
  await goTo(page, 'Run')
  if (reloaded) {
    await page.reload()
    await page.getByTestId('registration').getByText('ready', { exact: true }).waitFor()
  }
  return page.evaluate(
    (deadline) =>
      new Promise<number>((resolve, reject) => {
        const buttons = document.querySelectorAll<HTMLElement>('nav[aria-label=Screens] button')
        const button = [...buttons].find(({ textContent }) => textContent.includes('Blocks'))
        if (button === undefined) throw new Error('nothing leads to the Blocks screen')
        const overdue = setTimeout(() => reject(new Error('no block came on screen')), deadline)
        const clickedAt = performance.now()
        const look = () => {
          const first = document.querySelector('[role=listbox][aria-label=Blocks] [role=option]')
          if (first?.textContent.includes('VALID') !== true) return
          seen.disconnect()
          clearTimeout(overdue)
          // After the frame with it was drawn.
          requestAnimationFrame(() => {
            const { port1, port2 } = new MessageChannel()
            port1.onmessage = () => resolve(performance.now() - clickedAt)
            port2.postMessage(undefined)
          })
        }
        const seen = new MutationObserver(look)
        seen.observe(document.body, { subtree: true, childList: true, characterData: true })
        button.click()
        look()
      }),
    OPEN_DEADLINE_MS,
  )
}

/** Frames drawn in a second while the list is scrolled by so many pixels in each. */
function framesPerSecond(page: Page, step: number): Promise<number> {
  return page.evaluate(
    ({ step, during }) =>
      new Promise<number>((resolve) => {
        const list = document.querySelector('[role=listbox][aria-label=Blocks]')
        if (list === null) throw new Error('there is no list of blocks')
        let frames = 0
        let startedAt: number | undefined
        const frame = (at: number) => {
          startedAt ??= at
          if (at - startedAt >= during) return resolve((frames * 1000) / (at - startedAt))
          frames += 1
          list.scrollTop += step
          requestAnimationFrame(frame)
        }
        requestAnimationFrame(frame)
      }),
    { step, during: SCROLL_MS },
  )
}
