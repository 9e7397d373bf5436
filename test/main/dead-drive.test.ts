// @module-tag slow
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect } from 'vitest'
import { buildDoors, inMounts, slipway } from '../support/command-line.ts'
import { fixture } from '../support/fixtures.ts'
import { takenAddress } from '../support/free-port.ts'
import { deadDrive, needs } from '../support/require.ts'
import { tempFolder } from '../support/temp.ts'

beforeAll(buildDoors)

needs('fuse').test('an exported folder on a network drive that is gone holds up neither start nor end', async () => {
  const folder = await fixture('javascript-contract')
  const [listenAddress, ordererListenAddress] = [await takenAddress(), await takenAddress()]
  const peer = { listenAddress, ordererListenAddress }
  await writeFile(join(folder, 'slipway.yaml'), JSON.stringify({ peer }))
  const drive = await tempFolder('drive')
  expect((await slipway('export', folder, '--out', join(drive, 'client'))).code).toBe(0)

  const ready = join(await tempFolder('ready'), 'ready.json')
  const ended = await inMounts(`${deadDrive(drive)} || exit 9
    "${process.execPath}" dist/cli.js run "${folder}" --no-watch --ready-file "${ready}" 9<&- &
    trap 'kill -KILL $!' TERM
    while kill -0 $! && [ ! -e "${ready}" ]; do sleep 0.1; done
    kill -TERM $!
    wait $!
    echo "ended with $?"`).ended
  expect(ended.stdout).toMatch(/^ended with 143$/m)
})
