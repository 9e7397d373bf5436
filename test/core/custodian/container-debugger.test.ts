import { expect, test } from 'vitest'
import { peerConfig } from '../../../core/config/peer-config.ts'
import type { DockerEngine, EngineFacts } from '../../../core/container/docker/engine/engine.ts'
import { containerDebugger } from '../../../core/custodian/container-debugger.ts'
import type { ContainedStart, Debugged } from '../../../core/debugger/debugged.ts'
import type { Project } from '../../../core/project/project.ts'

const project = { name: 'cars', language: 'node', folder: '/nowhere' } as Project

/** How it is started there; it rejects where no debugger may be begun. */
async function contained({ host, network, ...facts }: Partial<EngineFacts> & { host: string; network?: string }) {
  const hostConfig = network === undefined ? {} : { NetworkMode: network }
  const config = peerConfig({ dataDir: '/nowhere', vm: { docker: { peerHost: '10.1.2.3', hostConfig } } })
  const address = { kind: host.split(':')[0], host } as DockerEngine['address']
  const engine = () => Promise.resolve({ address, facts: () => Promise.resolve(facts) } as DockerEngine)
  let asked: ContainedStart | undefined
  const debugged: Partial<Debugged> = {
    contained(start) {
      asked = start
      return { ...start, files: [] }
    },
  }
  let begun = 0
  const begin = () => Promise.resolve((begun += 1)).then(() => debugged as Debugged)
  const { signal } = new AbortController()
  const start = { argv: [], env: {} }
  const refused = await containerDebugger({ config, engine }, project, start, begin, signal).then(
    () => undefined,
    (error: unknown) => error,
  )
  return { refused, begun, asked }
}

test.each([
  ['an engine on another machine: whoever reaches a port there runs what they like', { host: 'tcp://10.1.2.4:2376' }],
  [
    'the host network of an engine that isn’t here: nobody reaches its loopback',
    { host: 'tcp://127.0.0.1:2376', network: 'host', product: 'Docker Engine', rootless: false, local: false },
  ],
])('refused before a debugger begins: %s', async (_name, what) => {
  expect(await contained(what)).toMatchObject({
    refused: { code: 'DEBUG_CONTAINER', message: expect.stringContaining('cars') as string },
    begun: 0,
  })
})

test.each([
  ['bridge', true],
  [undefined, true],
  ['host', false],
])('on the network %s of an engine here its port is published: %s', async (network, isPublished) => {
  const facts = { host: 'unix:///run/docker.sock', product: 'Docker Engine', rootless: false, local: true }
  const { refused, asked } = await contained(network === undefined ? facts : { ...facts, network })
  expect(refused).toBeUndefined()
  expect(asked?.outside !== undefined).toBe(isPublished)
})
