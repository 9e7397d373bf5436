// @module-tag slow
import { spawn, spawnSync } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { tempFolder } from '../../support/temp.ts'

const SCRIPT = fileURLToPath(new URL('./full-disk-process.ts', import.meta.url))

/** Whether a process may have a disk of its own here: Linux with user namespaces. */
const ownDisk = process.platform === 'linux' && spawnSync('unshare', ['-Urm', 'true']).status === 0

test.runIf(ownDisk)('a full disk: the commit fails whole, reads go on, and room is all it takes to go on', async () => {
  const disk = await tempFolder('full')
  const command = 'mount -t tmpfs -o size=16m none "$2" && exec "$0" --import tsx "$1" "$2"'
  const child = spawn('unshare', ['-Urm', 'bash', '-c', command, process.execPath, SCRIPT, disk], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const said: Record<string, unknown>[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    said.push(JSON.parse(line) as Record<string, unknown>)
  }
  const [full, again, later, reopened] = said
  const written = Number(full?.written)
  expect(full).toMatchObject({ code: 'LEDGER_WRITE', full: true })
  expect(written).toBeGreaterThan(10)
  expect(again).toEqual({ again: { code: 'LEDGER_WRITE', full: true }, last: 'yes', failed: 'no', height: written })
  const after = { last: 'yes', failed: 'no', later: 'yes', height: written + 1 }
  expect(later).toEqual({ validationCode: 'VALID', ...after })
  expect(reopened).toEqual(after)
})
