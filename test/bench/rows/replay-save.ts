import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { oneAtATime, takeTurns, timed } from '../measure.ts'
import { atMost, ms, notMeasured, type Row } from '../row.ts'
import { peerOf } from '../running.ts'
import { browserIn, goTo, windowOf, withoutChromium } from '../window-page.ts'

const PINS = 20
const EVALUATES = 25
/** As in the row `save`. */
const BETWEEN_SAVES_MS = 3_000

/** From the write of the file to the frame in which the window shows what became of all pinned calls. */
export const replaySave: Row = {
  name: 'replay-save',
  what: `save → results of ${PINS} pinned calls on screen, JavaScript`,
  why: 'The calls run on a copy of the ledger that is made first, and the window shows rows every 50 ms.',
  async run(scope, { rounds = 9 }) {
    const goal = `at most save → READY + ${EVALUATES} × one evaluate`
    const missing = withoutChromium()
    if (missing !== undefined) return [notMeasured(this.what, goal, missing)]
    const folder = await scope.chaincode('javascript-contract')
    const page = await windowOf(scope, await browserIn(scope), folder)
    const { peer, chaincode } = await peerOf(scope, folder)
    await peer.api.submit({ chaincode, function: 'Put', args: ['asset', 'value'] })
    const evaluate = () => peer.api.evaluate({ chaincode, function: 'Get', args: ['asset'] })
    for (let n = 0; n < PINS; n++) await evaluate()
    for (const { id } of await peer.api.readCalls({ limit: PINS })) await peer.api.pinCall({ id, pinned: true })
    await peer.api.setReplay({ name: chaincode })
    await goTo(page, 'Replay')
    const file = join(folder, 'index.js')
    const text = await readFile(file, 'utf8')
    let build = 1
    const save = () => writeFile(file, text.replace('VERSION_MARK_1', `VERSION_MARK_${++build}_`))
    const readyAfterSave = async () => {
      const before = peer.state?.chaincodes[chaincode]?.registration.readyAt
      await save()
      for (;;) {
        const registration = peer.state?.chaincodes[chaincode]?.registration
        if (registration?.state === 'ready' && registration.readyAt !== before) return
        await sleep(1)
      }
    }
    const pair = await takeTurns(
      rounds,
      async () => {
        await sleep(BETWEEN_SAVES_MS)
        const saved = await timed(readyAfterSave)
        return saved + EVALUATES * (await oneAtATime(EVALUATES, evaluate))
      },
      async () => {
        await sleep(BETWEEN_SAVES_MS)
        return timed(async () => {
          await save()
          await page.waitForFunction(
            ({ build, calls }) => {
              const text = document.querySelector('[data-testid=replay]')?.textContent ?? ''
              return text.includes(`build ${build}`) && text.includes(`${calls} of ${calls} calls passed`)
            },
            { build, calls: PINS },
            { polling: 'raf' },
          )
        })
      },
    )
    const figures = { floor: ms(pair.floor), ours: ms(pair.ours) }
    return [{ what: this.what, goal, ...atMost(1, pair.ratio), ...figures }]
  },
}
