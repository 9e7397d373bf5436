// @module-tag slow
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { faultAdvice } from '../../core/contract/system-fault.ts'
import { buildDoors, inMounts, started, type Ended } from '../support/command-line.ts'
import { fixture } from '../support/fixtures.ts'
import { needs } from '../support/require.ts'
import { tempFolder } from '../support/temp.ts'

beforeAll(buildDoors)

interface Document {
  error?: { code: string; do: string }
  status?: number
  payload?: string
}

/** What each command of a script printed. */
function documents({ stdout }: Ended): Document[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Document)
}

const codes = (ended: Ended) => documents(ended).map(({ error, status }) => error?.code ?? status)

describe.skipIf(process.platform === 'win32')('a system that allows few open files', () => {
  test('is named as what it is, wherever it meets Slipway, and nothing is left or to be deleted', async () => {
    const folder = await fixture('misbehaving')
    const settings = await tempFolder('settings')
    const failed: Document[] = []
    // Below, Node itself can't start.
    for (const files of [24, 26, 28, 30, 33, 60]) {
      const dataDir = join(await tempFolder('data'), 'data')
      const script = `ulimit -n ${files}; exec "$0" dist/cli.js evaluate "$1" version --data-dir "$2"`
      const args = ['-c', script, process.execPath, folder, dataDir]
      const ended = await started('/bin/sh', args, { SLIPWAY_SETTINGS: settings }).ended
      if (ended.code === 0) continue
      expect([files, ended.code, ended.stderr]).toEqual([files, 3, expect.stringContaining(faultAdvice.files)])
      failed.push(...documents(ended))
    }
    expect(failed.length).toBeGreaterThan(1)
    for (const { error } of failed) expect(error?.do).toBe(faultAdvice.files)
    // A crash of Slipway would be reported there.
    expect(await readdir(settings)).not.toContain('crashes')
  })
})

const mounts = needs('mounts')

mounts.describe('a folder that is read-only', () => {
  const readOnly = (folder: string) => `mount --bind "${folder}" "${folder}" && mount -o remount,ro,bind "${folder}"`

  test('cannot hold the data, however deep: --data-dir is named, and with it everything works', async () => {
    const folder = await fixture('misbehaving')
    const elsewhere = join(await tempFolder('data'), 'a', 'b')
    const ended = await inMounts(`${readOnly(folder)} || exit 9
      slipway evaluate "${folder}" version
      slipway evaluate "${folder}" version --data-dir "${folder}/a/b/c"
      slipway evaluate "${folder}" version --data-dir "${elsewhere}"`).ended
    expect(codes(ended)).toEqual(['LEDGER_OPEN', 'LEDGER_OPEN', 200])
    for (const { error } of documents(ended).slice(0, 2)) {
      expect(error?.do).toBe(faultAdvice['read-only'])
      expect(error?.do).toContain('--data-dir')
    }
  })

  test('cannot take the dependencies, nor a package', async () => {
    const folder = await fixture('javascript-shim', 'bare')
    const elsewhere = join(await tempFolder('data'), 'data')
    const ended = await inMounts(`${readOnly(folder)} || exit 9
      slipway evaluate "${folder}" version --data-dir "${elsewhere}"
      slipway package "${folder}" --output "${folder}/made/package.tar.gz"`).ended
    expect(codes(ended)).toEqual(['INSTALL_READ_ONLY', 'PACKAGE_UNWRITABLE'])
  })
})

mounts.describe('a disk that is full', () => {
  test('takes no block, keeps all others, and takes the next one once there is space; none says to delete data', async () => {
    const folder = await fixture('misbehaving')
    const disk = await tempFolder('disk')
    const at = `"${folder}"`
    const dataDir = `--data-dir "${disk}/data"`
    const ended = await inMounts(`mount -t tmpfs -o size=600k tmpfs "${disk}" || exit 9
      slipway submit ${at} put k v ${dataDir}
      dd if=/dev/zero of="${disk}/filler" bs=1k 2> /dev/null
      slipway submit ${at} seed much 3000 ${dataDir}
      slipway evaluate ${at} get k ${dataDir}
      rm "${disk}/filler"
      slipway evaluate ${at} get k ${dataDir}
      slipway submit ${at} put k w ${dataDir}
      slipway evaluate ${at} get k ${dataDir}`).ended
    const [first, full, , ...after] = documents(ended)
    expect(first?.status).toBe(200)
    expect(['LEDGER_WRITE', 'LEDGER_OPEN', 'DISK_FULL']).toContain(full?.error?.code)
    for (const { error } of documents(ended)) expect(error?.do ?? '').not.toMatch(/delete/i)
    expect(after.map(({ payload }) => payload)).toEqual(['v', 'ok', 'w'])
  })

  test('refuses a block that it has no room for, which is said once', async () => {
    const folder = await fixture('misbehaving')
    const disk = await tempFolder('disk')
    const at = `"${folder}"`
    const dataDir = `--data-dir "${disk}/data"`
    // The ledger can be opened, but not take a value of 120 kB, which a block holds twice and the state once.
    const ended = await inMounts(`mount -t tmpfs -o size=1m tmpfs "${disk}" || exit 9
      slipway submit ${at} put k v ${dataDir}
      dd if=/dev/zero of="${disk}/filler" bs=1k 2> /dev/null
      truncate -s -200K "${disk}/filler"
      slipway submit ${at} put k "$(head -c 120000 /dev/zero | tr '\\0' x)" ${dataDir}`).ended
    expect(codes(ended)).toEqual([200, 'LEDGER_WRITE'])
    expect(ended.stderr.split('✗')).toHaveLength(2)
  })
})
