import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const script = fileURLToPath(new URL('base-images/make.sh', import.meta.url))

/** Fabric's base images, without `hyperledger/fabric-` and the tag. */
export type BaseImage = 'baseos' | 'nodeenv' | 'ccenv' | 'javaenv'

/**
 * See that the engine has these base images. What is missing is pulled, or made of Debian packages, which takes a minute
 * each; it stays for the next test, as long as the engine does. `host`: of an engine of the test's own.
 */
export async function baseImages(wanted: readonly BaseImage[], host?: string): Promise<void> {
  const env = { ...process.env, ...(host === undefined ? {} : { DOCKER_HOST: host }) }
  const making = spawn('bash', [script, ...wanted], { env, stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  making.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString()
    process.stderr.write(chunk)
  })
  const code = await new Promise<number | null>((resolve, reject) => {
    making.once('error', reject)
    making.once('close', resolve)
  })
  if (code !== 0) throw new Error(`the base images could not be had: ${said.trim()}`)
}

/** All of them, before a run of everything. What fails is told, and fails again in the test that needs it. */
export async function allBaseImages(): Promise<void> {
  await baseImages(['baseos', 'nodeenv', 'ccenv', 'javaenv']).catch((error: unknown) =>
    process.stderr.write(`${String(error)}\n`),
  )
}
