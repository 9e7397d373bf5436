import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { isExported } from '../../../core/export/is-exported.ts'
import { LIST } from '../../../core/export/write-files.ts'
import { tempFolder } from '../../support/temp.ts'

const MODULE = pathToFileURL('core/export/is-exported.ts').href

test('a folder is exported while its list is there', async () => {
  const folder = await tempFolder('exported')
  const { signal } = new AbortController()
  expect(await isExported(folder, signal)).toBe(false)
  await writeFile(join(folder, LIST), '')
  expect(await isExported(folder, signal)).toBe(true)
})

test.skipIf(process.platform === 'win32')(
  'where the system starts no process, that is said rather than no',
  async () => {
    const folder = await tempFolder('exported')
    await writeFile(join(folder, LIST), '')
    const script = `
    import { openSync } from 'node:fs'
    import { isExported } from '${MODULE}'
    const { signal } = new AbortController()
    console.log(await isExported(process.argv[1], signal))
    try { for (;;) openSync('/dev/null') } catch {}
    await isExported(process.argv[1], signal).catch(({ code }) => console.log(code))`
    const node = [process.execPath, '--import', 'tsx', '--input-type=module', '-e', script, folder]
    const { stdout } = await promisify(execFile)('/bin/sh', ['-c', 'ulimit -n 256; exec "$@"', 'sh', ...node])
    expect(stdout).toBe('true\nEMFILE\n')
  },
)
