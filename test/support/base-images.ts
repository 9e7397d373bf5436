import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const script = fileURLToPath(new URL('base-images/make.sh', import.meta.url))

/** Fabric's base images, without `hyperledger/fabric-` and the tag. */
export type BaseImage = 'baseos' | 'nodeenv' | 'ccenv' | 'javaenv'

/**
 * Make sure that the engine has these base images. Missing ones are pulled, or built from Debian packages, which takes a
 * minute each; they stay for the next test, as long as the engine does. `host`: a test's own engine.
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
  if (code !== 0) throw new Error(`the base images couldn't be pulled or built: ${said.trim()}`)
}

/** Those of the suites that run on this engine, before a full run. A failure is printed, and fails again in the test that needs the image. */
export async function allBaseImages(host?: string): Promise<void> {
  const isShort = host !== undefined && process.env['SLIPWAY_PODMAN_SUITES'] === 'differences'
  const wanted: BaseImage[] = ['baseos', 'nodeenv', 'ccenv', ...(isShort ? [] : (['javaenv'] as const))]
  await baseImages(wanted, host).catch((error: unknown) => process.stderr.write(`${String(error)}\n`))
}
