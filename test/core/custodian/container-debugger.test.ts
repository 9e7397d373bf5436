import { expect, test } from 'vitest'
import { peerConfig } from '../../../core/config/peer-config.ts'
import type { DockerEngine } from '../../../core/container/docker/engine/engine.ts'
import { containerDebugger } from '../../../core/custodian/container-debugger.ts'
import type { Project } from '../../../core/project/project.ts'

test('an engine on another machine is refused: whoever reaches a debugger’s port there runs what they like', async () => {
  const config = peerConfig({ dataDir: '/nowhere', vm: { docker: { peerHost: '10.1.2.3' } } })
  const address = { kind: 'tcp', host: 'tcp://10.1.2.4:2376' } as DockerEngine['address']
  const engine = () => Promise.resolve({ address } as DockerEngine)
  const project = { name: 'cars', language: 'node', folder: '/nowhere' } as Project
  const begin = () => Promise.reject(new Error('no debugger is needed'))
  const { signal } = new AbortController()
  await expect(
    containerDebugger({ config, engine }, project, { argv: [], env: {} }, begin, signal),
  ).rejects.toMatchObject({ code: 'DEBUG_CONTAINER', message: expect.stringContaining('cars') as string })
})
