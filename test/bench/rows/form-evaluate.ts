import type { Page } from 'playwright-core'
import type { RemotePeer } from '../../../main/host/remote-peer.ts'
import { median } from '../measure.ts'
import { atMost, ms, notMeasured, type Figure, type Row } from '../row.ts'
import { peerOf } from '../running.ts'
import { browserIn, goTo, windowOf, withoutChromium } from '../window-page.ts'

const MOST = 1.15
const CALLS = 40
const WARM_UP = 10
/** What a call of some work takes: a walk over a range, a rich query, an external service. */
const WORK_MS = 150

/** From the keys that send it to the frame that shows the answer, beside what the peer itself took for the call. */
export const formEvaluate: Row = {
  name: 'form-evaluate',
  what: 'an evaluate sent from the form, until its answer is on screen, p50',
  why: 'Of a call that answers at once, the way there and back and the next frame of the screen, up to 17 ms, are longer than the call.',
  async run(scope, { rounds = CALLS }) {
    const goal = `at most ${MOST} × the call’s own time`
    const missing = withoutChromium()
    if (missing !== undefined) return [notMeasured(this.what, goal, missing)]
    const folder = await scope.chaincode('javascript-contract')
    const page = await windowOf(scope, await browserIn(scope), folder)
    const { peer, chaincode } = await peerOf(scope, folder)
    await peer.api.submit({ chaincode, function: 'Put', args: ['k', '1'] })
    await goTo(page, 'Call')
    const working = await calls(page, peer, rounds, 'Increment', [`k`, String(WORK_MS)])
    const instant = await calls(page, peer, rounds, 'Get', ['k'])
    const added = median(instant.map(({ shown, own }) => shown - own))
    return [
      figure(`${this.what}, of a call that works for ${WORK_MS} ms`, goal, working),
      {
        what: `${this.what}, of a call that answers at once`,
        goal: 'at most two frames (33 ms) after it',
        figure: ms(added),
        floor: ms(median(instant.map(({ own }) => own))),
        ours: ms(median(instant.map(({ shown }) => shown))),
        verdict: added <= 33 ? 'met' : `missed by ${ms(added - 33)}`,
      },
    ]
  },
}

interface Sent {
  /** Milliseconds until it was on screen. */
  shown: number
  /** The peer's own for the call. */
  own: number
}

function figure(what: string, goal: string, sent: Sent[]): Figure {
  const floor = ms(median(sent.map(({ own }) => own)))
  const ours = ms(median(sent.map(({ shown }) => shown)))
  return { what, goal, ...atMost(MOST, median(sent.map(({ shown, own }) => shown / own))), floor, ours }
}

/** Fill in the form once, then send it by its keys, one call after another. */
async function calls(page: Page, peer: RemotePeer, count: number, fn: string, args: string[]): Promise<Sent[]> {
  await page.getByRole('button', { name: fn, exact: true }).click()
  await page.getByRole('radio', { name: 'Evaluate', exact: true }).click()
  const fields = page.locator('form:has(button[type=submit]) input.input')
  for (const [index, value] of args.entries()) await fields.nth(index).fill(value)
  const sent: Sent[] = []
  for (let n = 0; n < count + WARM_UP; n++) {
    const shown = untilShown(page)
    // Its listener is there once this is answered: a page takes one thing after another.
    await page.evaluate(() => undefined)
    await page.keyboard.press('Control+Enter')
    const after = await shown
    const [call] = await peer.api.readCalls({ limit: 1 })
    if (call?.outcome.state !== 'done') throw new Error(`${fn} did not answer`)
    if (n >= WARM_UP) sent.push({ shown: after, own: call.outcome.result.times.durationMs })
  }
  return sent
}

/** Milliseconds from the next Ctrl+Enter until the frame that shows the answer of another transaction than now. */
function untilShown(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const transaction = () => document.querySelector('[data-testid=tx-id]')?.getAttribute('title') ?? ''
        const before = transaction()
        let sentAt = 0
        const pressed = (event: KeyboardEvent) => {
          if (event.key !== 'Enter') return
          sentAt = event.timeStamp
          window.removeEventListener('keydown', pressed, true)
        }
        window.addEventListener('keydown', pressed, true)
        const seen = new MutationObserver(() => {
          if (sentAt === 0 || transaction() === '' || transaction() === before) return
          seen.disconnect()
          requestAnimationFrame(() => {
            const { port1, port2 } = new MessageChannel()
            port1.onmessage = () => resolve(performance.now() - sentAt)
            port2.postMessage(undefined)
          })
        })
        seen.observe(document.body, { subtree: true, childList: true, attributes: true })
      }),
  )
}
