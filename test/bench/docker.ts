import { spawn, spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { getArgsAndEnv } from '../../core/chaincode/launch-config.ts'
import { peerLabel } from '../../core/container/docker/names.ts'
import type { Language } from '../../core/contract/language.ts'
import { golangArgs } from '../../core/platforms/golang/image-plan.ts'
import { javaArgs } from '../../core/platforms/java/image-plan.ts'
import { nodeArgs } from '../../core/platforms/node/image-plan.ts'
import type { Floor } from './floor.ts'
import { runToEnd } from './processes.ts'
import type { Scope } from './scope.ts'

/** What an author does by hand with the docker command, for the bare side. */
export interface Docker {
  /** Where a server has to listen that containers are to reach. */
  listenOn: string
  /** On everything that a row makes; in a Dockerfile it goes behind each FROM. */
  label: string
  /** `docker build` of a folder. */
  build(folder: string, image: string): Promise<void>
  /** `docker run` of a chaincode on the floor; resolves at its REGISTER. */
  run(floor: Floor, language: Language, image: string): Promise<{ name: string; stop(): Promise<void> }>
}

/** Why nothing can run in containers here; undefined where it can. */
export function withoutDocker(): string | undefined {
  const { error, status } = spawnSync('docker', ['version', '--format', '{{.Server.Version}}'])
  if (error !== undefined) return 'docker is not installed'
  return status === 0 ? undefined : 'the Docker engine does not answer'
}

/** Its containers and images are removed when the row is over. */
export async function byHand(scope: Scope): Promise<Docker> {
  const id = randomUUID()
  const label = `slipway.bench=${id}`
  scope.defer(() => removeLabelled(label))
  const bridge = await bridgeAddress()
  // The engine's host is a machine of its own where its bridge is none of ours; that machine passes on to our loopback.
  const host = bridge ?? 'host.docker.internal'

  return {
    listenOn: bridge ?? '127.0.0.1',
    label,
    async build(folder, image) {
      await runToEnd('docker', ['build', '--quiet', '--label', label, '--tag', image, '.'], folder, CLASSIC_BUILDER)
    },
    async run(floor, language, image) {
      const address = `${host}:${floor.port}`
      const { env } = getArgsAndEnv(language, 'floor:1', address, 'Org1MSP')
      const name = `slipway-bench-${randomUUID()}`
      const variables = Object.entries(env).flatMap(([variable, value]) => ['--env', `${variable}=${value}`])
      const registered = floor.registered()
      const command = commands[language](address)
      const options = ['--name', name, '--label', label, ...variables]
      const child = spawn('docker', ['run', ...options, image, ...command], { stdio: ['ignore', 'pipe', 'pipe'] })
      child.stdout.resume()
      let said = ''
      child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-2_000)))
      const closed = once(child, 'close')
      const ended = closed.then(() => Promise.reject(new Error(`docker run ${image} has ended: ${said}`)))
      // Once it has registered nobody asks any more.
      ended.catch(() => undefined)
      const overdue = sleep(REGISTER_MS, undefined, { ref: false }).then(() =>
        Promise.reject(new Error(`${name} does not register`)),
      )
      overdue.catch(() => undefined)
      await Promise.race([registered, ended, overdue])
      const stop = async () => {
        await runToEnd('docker', ['rm', '--force', '--volumes', name], '.')
        await closed
      }
      return { name, stop }
    },
  }
}

/** Remove all that a peer of this data folder made on the engine; for when it is closed. */
export function removeMade(dataDir: string): Promise<void> {
  return removeLabelled(`slipway.peer=${peerLabel(dataDir)}`)
}

const REGISTER_MS = 60_000
/** The builder that is in every engine, which is what the peer uses. */
const CLASSIC_BUILDER = { DOCKER_BUILDKIT: '0' }

const commands: Record<Language, (address: string) => string[]> = {
  other: () => [],
  golang: golangArgs,
  java: javaArgs,
  node: nodeArgs,
}

async function removeLabelled(label: string): Promise<void> {
  const filter = ['--filter', `label=${label}`]
  const containers = await listed('ps', '--all', '--quiet', ...filter)
  if (containers.length > 0) await runToEnd('docker', ['rm', '--force', '--volumes', ...containers], '.')
  await runToEnd('docker', ['image', 'prune', '--all', '--force', ...filter], '.')
}

/** The address of the engine's bridge; undefined where that is not this machine's. */
async function bridgeAddress(): Promise<string | undefined> {
  const format = '{{range .IPAM.Config}}{{.Gateway}} {{.Subnet}}{{"\\n"}}{{end}}'
  for (const line of await listed('network', 'inspect', 'bridge', '--format', format)) {
    // Some engines do not tell a gateway; it is the first of the subnet then.
    const [gateway, subnet = ''] = line.split(' ')
    const address = gateway || subnet.replace(/\d+\/\d+$/, '1')
    if (await isOurs(address)) return address
  }
  return undefined
}

/** Tried, because Node does not name a bridge that nothing is connected to. */
function isOurs(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(0, address, () => server.close(() => resolve(true)))
  })
}

async function listed(...command: string[]): Promise<string[]> {
  return (await runToEnd('docker', command, '.')).split('\n').filter((line) => line !== '')
}
