import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { GUARDIAN_SH } from '../../../core/process/guardian-scripts.ts'

/** Stands for the number of a watched process: nothing else may be in its session. */
const NOBODY = 'none'

/** A process at the head of its own session, which calls itself that. */
async function named(name: string): Promise<number> {
  const script = `require('fs').writeFileSync('/proc/self/comm', process.argv[1]); console.log('named'); setInterval(() => {}, 1e6)`
  const child = spawn(process.execPath, ['-e', script, name], { detached: true, stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  await once(createInterface(child.stdout), 'line')
  return child.pid ?? 0
}

/** What a guardian would kill that watches these, and whose pipe has ended. It kills nothing. */
async function killed(watched: readonly (number | string)[]): Promise<string[]> {
  const asking = promisify(execFile)('/bin/sh', ['-c', `kill() { echo "$@"; }\n${GUARDIAN_SH}`])
  asking.child.stdin?.end(watched.map((pid) => `watch ${pid}\n`).join(''))
  return (await asking).stdout.split('\n').filter((line) => line !== '')
}

test('a guardian kills no group that only the name of a process gives', async ({ skip }) => {
  skip(process.platform !== 'linux', 'only Linux lists processes in /proc')
  const plain = await named('plain) S 2 3 4')
  await named('x 1\ny')
  await named(`) S 1 2 ${NOBODY}\n`)
  await named(`x 2 ${NOBODY} /*/*\n`)
  // Once as it is watched, and once as it is found in its own session.
  expect((await killed([plain, NOBODY])).sort()).toEqual(
    [plain, plain, NOBODY].map((group) => `-s KILL -- -${group}`).sort(),
  )
})
