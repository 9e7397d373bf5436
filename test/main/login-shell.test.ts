import { execFileSync } from 'node:child_process'
import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readShellEnvironment } from '../../main/host/login-shell.ts'
import { eventually } from '../support/eventually.ts'
import { tempFolder } from '../support/temp.ts'

/** What a program gets that the desktop starts, with a home of its own. */
async function newHome(shell: string, files: Record<string, string> = {}): Promise<Record<string, string>> {
  const home = await tempFolder('home')
  for (const [name, text] of Object.entries(files)) await writeFile(join(home, name), text)
  return { HOME: home, SHELL: shell, PATH: '/usr/bin:/bin' }
}

async function script(text: string): Promise<string> {
  const file = join(await tempFolder('shell'), 'shell')
  await writeFile(file, `#!/bin/sh\n${text}\n`)
  await chmod(file, 0o755)
  return file
}

const read = async (env: Record<string, string>, deadlineMs?: number) =>
  readShellEnvironment({ env, ...(deadlineMs === undefined ? {} : { deadlineMs }) })

describe.skipIf(process.platform === 'win32')('the environment of the login shell', () => {
  test.each(['/bin/bash', '/bin/sh'])('%s: what the profile sets, whatever it prints', async (shell) => {
    const profile = `echo Welcome; PATH="$HOME/.nvm/bin:$PATH"; export PATH\nTWO='first\nsecond=2'; export TWO\n`
    const env = await newHome(shell, { '.bash_profile': profile, '.profile': profile })
    const answer = await read(env)
    const found = `${env['HOME'] ?? ''}/.nvm/bin:`
    const PATH = expect.stringContaining(found) as string
    expect(answer).toMatchObject({ env: { PATH, TWO: 'first\nsecond=2' } })
    const names = Object.keys('env' in answer ? answer.env : {})
    for (const name of ['_', 'SHLVL', 'PWD', 'OLDPWD', 'DISABLE_AUTO_UPDATE', 'second']) {
      expect(names).not.toContain(name)
    }
  })

  test('what a profile leaves running does not keep it', async () => {
    const env = await newHome('/bin/bash', { '.bash_profile': 'sleep 600 &\nexport FOUND=1\n' })
    expect(await read(env)).toMatchObject({ env: { FOUND: '1' } })
  })

  test('a profile that waits is ended at the deadline, with all it started', async () => {
    const env = await newHome('/bin/bash', { '.bash_profile': 'sleep 987654 & echo $! > "$HOME/pid"; wait\n' })
    expect(await read(env, 1_000)).toMatchObject({ reason: expect.stringContaining('/bin/bash') as string })
    const running = () => {
      const states = execFileSync('ps', ['-A', '-o', 'stat=,args='], { encoding: 'utf8' }).split('\n')
      return states.filter((line) => line.includes('sleep 987654') && !line.startsWith('Z'))
    }
    // What is killed ends a moment later.
    await eventually(running).toEqual([])
  })

  test.each([
    ['that fails', 'exit 3'],
    ['that runs something else', 'echo hello'],
    ['that ends in the middle', 'printf "$2" | head -c 60'],
  ])('a shell %s gives a reason', async (_what, text) => {
    expect(await read(await newHome(await script(text)))).toEqual({ reason: expect.any(String) as string })
  })

  test.each(['/no/such/shell', '/etc/passwd'])('%s gives a reason', async (shell) => {
    expect(await read(await newHome(shell))).toEqual({ reason: expect.any(String) as string })
  })
})
