import { startPeer } from '../../core/index.ts'

/**
 * A peer that runs a chaincode in a container, and says so in a line: the container's name. Run as a process of its
 * own, to be killed: `doomed-net-process.ts DATA-DIR FOLDER`.
 */
const [dataDir = '', folder = ''] = process.argv.slice(2)
const { api, subscribe } = await startPeer({ dataDir, chaincodeListenAddress: '127.0.0.1:0', prewarm: false })
subscribe((event) => {
  if (event.type === 'container') process.stdout.write(`${event.container?.name ?? ''}\n`)
})
const { name } = await api.openChaincode({ folder, mode: 'net', watch: false })
await api.launch({ name })
setInterval(() => undefined, 60_000)
