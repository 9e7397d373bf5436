import { execFileSync } from 'node:child_process'
import { chmod, lstat, mkdir, readFile, readdir, readlink, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { PeerError } from '../../core/contract/error.ts'
import { installCommand, type CommandPlace } from '../../main/electron/install-command.ts'
import { commandInstalledBox } from '../../main/electron/offer-command.ts'
import { tempFolder } from '../support/temp.ts'

/** An installation whose launcher prints its name, and a home without `.local/bin`. */
async function place(name = 'Slipway 1'): Promise<CommandPlace & { path: string; home: string }> {
  const home = await tempFolder('home')
  const bin = join(home, name, 'resources', 'bin')
  await mkdir(bin, { recursive: true })
  const launcher = join(bin, 'slipway')
  await writeFile(launcher, `#!/bin/sh\necho "${name}" "$@"\n`, { mode: 0o755 })
  const folder = join(home, '.local', 'bin')
  return { home, launcher, folders: [folder], path: join(folder, 'slipway') }
}

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'no error',
    (error: unknown) => PeerError.from(error).code,
  )

describe.skipIf(process.platform === 'win32')('the slipway command, a link on POSIX systems', () => {
  test('is made, and made again', async () => {
    const { path, home, ...where } = await place()
    expect(await installCommand(where)).toEqual({ path, isOnPath: false, replaced: undefined })
    expect(await readlink(path)).toBe(where.launcher)
    expect(execFileSync(path, ['--version'], { encoding: 'utf8' })).toBe('Slipway 1 --version\n')
    expect(await installCommand(where)).toMatchObject({ replaced: undefined })
    expect(await readdir(join(home, '.local', 'bin'))).toEqual(['slipway'])
  })

  test('a file, a folder and a foreign link of that name stay', async () => {
    const makers = {
      file: (path: string) => writeFile(path, '#!/bin/sh\necho theirs\n'),
      folder: (path: string) => mkdir(path),
      link: (path: string) => symlink('/bin/true', path),
      'broken link': (path: string) => symlink('/nowhere/slipway', path),
    }
    for (const [what, make] of Object.entries(makers)) {
      const { path, home, ...where } = await place()
      await mkdir(join(home, '.local', 'bin'), { recursive: true })
      await make(path)
      const before = await lstat(path)
      expect([what, await codeOf(installCommand(where))]).toEqual([what, 'COMMAND_TAKEN'])
      expect((await lstat(path)).ino).toBe(before.ino)
      expect(await readdir(join(home, '.local', 'bin'))).toEqual(['slipway'])
    }
  })

  test('of two installed versions, the one that was asked last has it, and says whose it was', async () => {
    const { path, home, ...where } = await place()
    await installCommand(where)
    const other = await place('Slipway 2')
    expect(await installCommand({ ...where, launcher: other.launcher })).toMatchObject({ replaced: where.launcher })
    expect(execFileSync(path, { encoding: 'utf8' })).toBe('Slipway 2\n')
    expect(await readdir(join(home, '.local', 'bin'))).toEqual(['slipway'])
  })

  test('goes to the next folder where the first cannot be written, and says which were tried', async () => {
    const { path, home, ...where } = await place()
    // Not even root makes a folder below a file.
    const file = join(home, 'file')
    await writeFile(file, '')
    const closed = join(file, 'bin')
    expect(await installCommand({ ...where, folders: [closed, ...where.folders] })).toMatchObject({ path })
    const failed = installCommand({ ...where, folders: [closed] })
    await expect(failed).rejects.toMatchObject({ code: 'COMMAND_UNWRITABLE', details: { tried: [closed] } })
  })

  test('of an AppImage, is a script that starts the file itself', async () => {
    const { path, home, ...where } = await place()
    const appImage = join(home, "it's Slipway.AppImage")
    await writeFile(appImage, '#!/bin/sh\necho "$@"\n', { mode: 0o755 })
    await installCommand({ ...where, appImage })
    expect(execFileSync(path, ['run', 'a b'], { encoding: 'utf8' })).toContain('--cli -- run a b\n')
    await installCommand({ ...where, appImage: join(home, 'Slipway 2.AppImage') })
    expect(await readFile(path, 'utf8')).toContain('Slipway 2.AppImage')
    await chmod(path, 0o755)
    expect(await installCommand(where)).toMatchObject({ replaced: join(home, 'Slipway 2.AppImage') })
    expect(await readlink(path)).toBe(where.launcher)
  })

  test('is not made without a launcher', async () => {
    const { path: _path, home, ...where } = await place()
    expect(await codeOf(commandInstalledBox({ ...where, launcher: join(home, 'gone') }))).toBe('COMMAND_INCOMPLETE')
  })
})
