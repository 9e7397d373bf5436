// @module-tag slow
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, readdir, rename, symlink, writeFile } from 'node:fs/promises'
import module from 'node:module'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../../main/root.ts'
import { tempFolder } from '../support/temp.ts'

/** A clone whose dependencies are installed and of which nothing is built. */
async function newClone(): Promise<string> {
  const clone = await tempFolder('clone')
  for (const path of ['build', 'core', 'main', 'package.json', 'package-lock.json', 'tsconfig.json']) {
    await cp(join(root, path), join(clone, path), { recursive: true })
  }
  await symlink(join(root, 'node_modules'), join(clone, 'node_modules'), 'junction')
  return clone
}

function slipway(clone: string, ...args: string[]) {
  return spawnSync(process.execPath, [join(clone, 'main/slipway.mjs'), ...args], { encoding: 'utf8' })
}

/** What the command prints to stderr before it prints its help. */
function prepare(clone: string) {
  const { status, stdout, stderr } = slipway(clone, '--help')
  expect(status).toBe(0)
  expect(stdout).toMatch(/^Usage: slipway /)
  return stderr
}

test('the version needs no build', async () => {
  const clone = await newClone()
  for (const flag of ['--version', '-V']) {
    expect(slipway(clone, flag)).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
      stderr: '',
    })
  }
  expect(existsSync(join(clone, 'dist'))).toBe(false)
})

test('the command of a clone builds what is not built, on stderr alone, and then no more', async () => {
  const clone = await newClone()
  expect(prepare(clone)).toContain('Building host')
  expect(prepare(clone)).toBe('')
})

test('what is compiled is kept in the user’s own cache, and nothing is said where that cannot be written', async ({
  skip,
}) => {
  skip(!('enableCompileCache' in module), 'this Node keeps nothing; 22.8 does')
  const clone = await newClone()
  prepare(clone)
  const cache = await tempFolder('cache')
  const run = (env: Record<string, string>) =>
    spawnSync(process.execPath, [join(clone, 'main/slipway.mjs'), '--help'], {
      encoding: 'utf8',
      env: { ...process.env, HOME: cache, LOCALAPPDATA: cache, XDG_CACHE_HOME: '', ...env },
    })
  expect(run({})).toMatchObject({ status: 0, stderr: '' })
  const kept = await readdir(cache, { recursive: true })
  expect(kept.some((path) => /[/\\](?:slipway|Slipway)[/\\].*v\d+/.test(`/${path}`))).toBe(true)
  const file = join(cache, 'no-folder')
  await writeFile(file, '')
  expect(run({ HOME: file, LOCALAPPDATA: file })).toMatchObject({ status: 0, stderr: '' })
})

test('it builds again after a change, and not after a mere touch', async () => {
  const clone = await newClone()
  prepare(clone)
  await cp(join(root, 'main', 'root.ts'), join(clone, 'main', 'root.ts'))
  expect(prepare(clone)).toBe('')
  await writeFile(join(clone, 'core', 'new.ts'), 'export {}\n')
  expect(prepare(clone)).toContain('Building host')
  await rename(join(clone, 'core', 'new.ts'), join(clone, 'core', 'newer.ts'))
  expect(prepare(clone)).toContain('Building host')
})

test('it does not wait for one that was killed while it built', async () => {
  const clone = await newClone()
  const lock = join(clone, '.slipway-prepare.lock')
  await writeFile(lock, String(spawnSync(process.execPath, ['-e', '']).pid))
  expect(prepare(clone)).toContain('Building host')
  expect(existsSync(lock)).toBe(false)
})
