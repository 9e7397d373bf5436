import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { runToEnd } from '../processes.ts'
import { takeTurns, timed } from '../measure.ts'
import { atMost, ms, notMeasured, type Row } from '../row.ts'
import { nodeStart, startFloor, startOn, startOurs, timedSave, withoutGo } from '../sides.ts'

/** An author reads what happened before saving again; in that time the next process is warmed. */
const BETWEEN_SAVES_MS = 3_000

const javascriptRow: Row = {
  name: 'save',
  what: 'save → READY, JavaScript, managed',
  async run(scope, { rounds = 9, say }) {
    const floor = await startFloor(scope)
    const start = nodeStart(await scope.chaincode('javascript-contract'))
    const folder = await scope.chaincode('javascript-contract')
    const ours = await startOurs(scope, folder, { watch: true })
    const file = join(folder, 'index.js')
    const text = await readFile(file, 'utf8')
    const starts: string[] = []
    const pair = await takeTurns(
      rounds,
      async () => {
        let running: { stop(): Promise<void> } | undefined
        const took = await timed(async () => (running = await startOn(floor, scope, start)))
        await running?.stop()
        return took
      },
      async (round) => {
        await sleep(BETWEEN_SAVES_MS)
        const took = await timedSave(ours, file, text.replace('VERSION_MARK_1', `VERSION_MARK_${round}_`))
        if ((await ours.evaluate('Version', [])) !== `VERSION_MARK_${round}_`)
          throw new Error('it runs an older source')
        starts.push(ours.chaincode().process?.start ?? '')
        return took
      },
    )
    say(`${starts.filter((start) => start === 'warm').length} of ${starts.length} starts were warm`)
    const goal = 'at most 0.35 × spawn → REGISTER of fabric-chaincode-node start'
    return [{ what: this.what, goal, ...atMost(0.35, pair.ratio), floor: ms(pair.floor), ours: ms(pair.ours) }]
  },
}

const goRow: Row = {
  name: 'save-go',
  what: 'save → READY, Go, managed',
  async run(scope, { rounds = 7 }) {
    const goal = 'at most 1.10 × (go build + exec → REGISTER)'
    const missing = withoutGo()
    if (missing !== undefined) return [notMeasured(this.what, goal, missing)]
    const floor = await startFloor(scope)
    const [theirs, folder] = [
      await scope.chaincode('asset-transfer-go', 'bare'),
      await scope.chaincode('asset-transfer-go', 'bare'),
    ]
    const ours = await startOurs(scope, folder, { watch: true })
    const text = await readFile(join(theirs, 'asset_transfer.go'), 'utf8')
    const edited = (round: number) => text.replace('exists already', `exists already (${round})`)
    const pair = await takeTurns(
      rounds,
      async (round) => {
        const program = join(theirs, 'chaincode')
        let running: { stop(): Promise<void> } | undefined
        const took = await timed(async () => {
          await writeFile(join(theirs, 'asset_transfer.go'), edited(round))
          await runToEnd('go', ['build', '-o', program, '.'], theirs)
          running = await startOn(floor, scope, { language: 'golang', folder: theirs, argv: [program] })
        })
        await running?.stop()
        return took
      },
      (round) => timedSave(ours, join(folder, 'asset_transfer.go'), edited(round)),
    )
    return [{ what: this.what, goal, ...atMost(1.1, pair.ratio), floor: ms(pair.floor), ours: ms(pair.ours) }]
  },
}

export const saveRows: Row[] = [javascriptRow, goRow]
