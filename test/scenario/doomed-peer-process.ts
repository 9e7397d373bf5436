import { startPeer } from '../../core/index.ts'

/**
 * A peer that submits this many transactions at once, and prints a line for each that is acknowledged:
 * `number txId block`. Run as a process of its own, to be killed in the middle: `doomed-peer-process.ts DATA-DIR FOLDER COUNT`.
 * Each writes three keys, `<number>-00000` to `<number>-00002`.
 */
const [dataDir = '', folder = '', count = '0'] = process.argv.slice(2)
const { api } = await startPeer({
  dataDir,
  chaincodeListenAddress: '127.0.0.1:0',
  prewarm: false,
  // All at once wait for one process: that is not what is tested.
  chaincode: { executetimeout: 300_000 },
})
const { name } = await api.openChaincode({ folder, watch: false })
await api.launch({ name })
const numbers = Array.from({ length: Number(count) }, (_, i) => String(i).padStart(4, '0'))
await Promise.all(
  numbers.map(async (number) => {
    const {
      validationCode,
      txId,
      blockNumber = -1,
    } = await api.submit({ chaincode: name, function: 'seed', args: [`${number}-`, '3'] })
    if (validationCode === 'VALID') process.stdout.write(`${number} ${txId} ${blockNumber}\n`)
  }),
)
setInterval(() => undefined, 60_000)
