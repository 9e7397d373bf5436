import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PeerError } from '../../../core/contract/error.ts'
import { bytes, CHAINCODE, CHANNEL, startParts } from '../gateway/peer-parts.ts'

/**
 * A process on a small disk of its own: it commits until the disk takes no more, looks at what it has, makes room, and
 * goes on. It says what it saw as one line of JSON each time.
 */
const [disk = ''] = process.argv.slice(2)
const dataDir = join(disk, 'data')
const ballast = join(disk, 'ballast')
await writeFile(ballast, Buffer.alloc(8 << 20))
const start = () =>
  startParts(dataDir, {
    put({ simulator, args: [key = ''] }) {
      simulator.setState(CHAINCODE, key, bytes(key.repeat(2000)))
      return {}
    },
    has: ({ simulator, args: [key = ''] }) => ({
      payload: simulator.getState(CHAINCODE, key) === undefined ? 'no' : 'yes',
    }),
  })
let parts = await start()
const say = (seen: object) => process.stdout.write(`${JSON.stringify(seen)}\n`)
const failure = (error: unknown) => {
  const { code, details } = PeerError.from(error)
  return { code, full: 'full' in details && details.full }
}
const has = async (key: string) => (await parts.evaluate('has', key)).payload

let written = 0
for (;;) {
  try {
    await parts.submit('put', `key${written}`)
    written++
  } catch (error) {
    say({ ...failure(error), written })
    break
  }
}
const again = await parts.submit('put', 'again').then(() => ({ code: 'none' }), failure)
const height = () => parts.ledgers.ledger(CHANNEL).height()
say({ again, last: await has(`key${written - 1}`), failed: await has(`key${written}`), height: height() })

await rm(ballast)
const { validationCode } = await parts.submit('put', 'later')
const look = async () => ({
  last: await has(`key${written - 1}`),
  failed: await has(`key${written}`),
  later: await has('later'),
  height: height(),
})
say({ validationCode, ...(await look()) })
await parts[Symbol.asyncDispose]()
parts = await start()
say(await look())
await parts[Symbol.asyncDispose]()
