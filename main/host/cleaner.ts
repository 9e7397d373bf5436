/*
 * What runs when a Slipway was killed (after-crash.ts): `cleaner.js after-crash DATA_DIR PID [ENDPOINT]`. A program of its
 * own, in one file, because the whole command line takes several times as long to load. Nobody reads what it prints.
 */
import { cleanAfter } from '../../core/cleaner.ts'
import { readPeerFile } from './peer-file.ts'

const [, dataDir, pid, endpoint] = process.argv.slice(2)
if (dataDir === undefined || !(Number(pid) > 0)) throw new Error('cleaner.js after-crash DATA_DIR PID [ENDPOINT]')
const succeeded = async () => (await readPeerFile(dataDir)) !== undefined
await cleanAfter({ dataDir, pid: Number(pid), endpoint, succeeded })
