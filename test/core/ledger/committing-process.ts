import { writeSync } from 'node:fs'
import { bytes, CHAINCODE, startParts } from '../gateway/peer-parts.ts'

/**
 * A process that commits until it is killed. Each transaction writes two keys; its line on stdout is the
 * acknowledgement: number, transaction id.
 */
const [dataDir = '', round = ''] = process.argv.slice(2)
const parts = await startParts(dataDir, {
  put({ simulator, args: [key = ''] }) {
    simulator.setState(CHAINCODE, `${key}-a`, bytes(key))
    simulator.setState(CHAINCODE, `${key}-b`, bytes(key))
    return {}
  },
})
const one = async (worker: number) => {
  for (let i = 0; ; i++) {
    const key = `${round}-${worker}-${i}`
    const { validationCode, txId } = await parts.submit('put', key)
    // Written at once, so that what is read on the other side was acknowledged before the kill.
    if (validationCode === 'VALID') writeSync(1, `${key} ${txId}\n`)
  }
}
await Promise.all(Array.from({ length: 8 }, (_, worker) => one(worker)))
