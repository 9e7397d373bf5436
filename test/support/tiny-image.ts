import { execFile, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readFile, realpath } from 'node:fs/promises'
import { promisify } from 'node:util'
import { pack } from 'tar-stream'
import { onTestFinished } from 'vitest'

const run = promisify(execFile)

/** The programs in it, each under /bin. */
const PROGRAMS = ['dash', 'sleep', 'cat', 'seq', 'tr', 'stty', 'head', 'dd']

/**
 * An image with a shell and a few programs of this machine, made in a moment, so that what needs no chaincode needs no
 * base image. Removed when the test is over, or when `whenDone` calls back.
 */
export async function tinyImage(
  host: string,
  whenDone: (remove: () => Promise<void>) => void = onTestFinished,
): Promise<string> {
  const image = `slipway-test/tiny:${randomUUID().slice(0, 8)}`
  const env = { ...process.env, DOCKER_HOST: host }
  const importing = spawn('docker', ['import', '--change', 'LABEL slipway.test=tiny', '-', image], {
    env,
    stdio: ['pipe', 'ignore', 'inherit'],
  })
  const ended = new Promise<number | null>((resolve) => importing.once('close', resolve))
  const tar = pack()
  tar.pipe(importing.stdin)
  for (const [name, content] of await files()) tar.entry({ name, mode: 0o755 }, content)
  tar.entry({ name: 'bin/sh', type: 'symlink', linkname: 'dash' })
  for (const name of ['tmp', 'proc', 'dev']) tar.entry({ name, type: 'directory', mode: 0o777 })
  tar.finalize()
  if ((await ended) !== 0) throw new Error('docker import failed')
  whenDone(async () => {
    await run('docker', ['rmi', '--force', image], { env }).catch(() => undefined)
  })
  return image
}

/** The programs and the libraries they are linked to, by their place in the image. */
async function files(): Promise<Map<string, Buffer>> {
  const found = new Map<string, Buffer>()
  for (const program of PROGRAMS) {
    const { stdout: path } = await run('sh', ['-c', `command -v ${program}`])
    found.set(`bin/${program}`, await readFile(path.trim()))
    const { stdout: libraries } = await run('ldd', [path.trim()])
    for (const [, library = ''] of libraries.matchAll(/(\/\S+) \(0x/g))
      found.set(library.slice(1), await readFile(await realpath(library)))
  }
  return found
}
