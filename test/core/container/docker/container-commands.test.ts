import { describe, expect, test } from 'vitest'
import { containerCommands } from '../../../../core/container/docker/container-commands.ts'
import { dialectOf } from '../../../../core/container/docker/engine/engine-dialect.ts'
import type { ContainerCreate, EngineAddress } from '../../../../core/container/docker/engine/engine.ts'
import { hostConfigFor } from '../../../../core/container/docker/host-config.ts'

const docker = dialectOf({ product: 'Docker Engine' })
const at = (host: string, ...flags: string[]): EngineAddress => ({ kind: 'unix', host, why: 'a test', flags })

const container: ContainerCreate = {
  name: 'dev-slipway-marbles-1.0-0123456789ab-1',
  image: 'dev-slipway-marbles-1.0-0123456789ab',
  command: ['/bin/sh', '-c', 'cd /usr/local/src; npm start'],
  env: { CORE_CHAINCODE_ID_NAME: 'marbles:1.0', GREETING: "it's" },
  labels: {},
  hostConfig: hostConfigFor({
    Memory: 512,
    ExtraHosts: ['a:1.1.1.1', 'b:2.2.2.2'],
    LogConfig: { Type: 'json-file', Config: { 'max-size': '50m' } },
  }),
  publish: 9999,
}

describe('the commands for a person’s terminal', () => {
  test('name the container, and the engine where docker would reach another one', () => {
    const commands = containerCommands(at('unix:///a.sock', '--context', 'colima'), docker, container, 'linux')
    expect(commands.shell).toBe(`docker --context colima exec -it ${container.name} sh`)
    expect(commands.logs).toBe(`docker --context colima logs -f ${container.name}`)
    expect(commands.inspect).toBe(`docker --context colima inspect ${container.name}`)
    expect(commands.run).toBe(
      'docker --context colima run --rm --init --memory 512 --add-host a:1.1.1.1 --add-host b:2.2.2.2 ' +
        '--log-driver json-file --log-opt max-size=50m --publish 127.0.0.1::9999 ' +
        `--env CORE_CHAINCODE_ID_NAME=marbles:1.0 --env 'GREETING=it'\\''s' ${container.image} ` +
        `/bin/sh -c 'cd /usr/local/src; npm start'`,
    )
    expect(containerCommands(at('unix:///a.sock'), docker, container, 'win32').run).toContain(`--env 'GREETING=it''s'`)
  })
})

test('Podman has its own program, unless docker is pointed at it', () => {
  const podman = dialectOf({ product: 'Podman' })
  const shell = (address: EngineAddress) => containerCommands(address, podman, container, 'linux').shell
  const host = 'unix:///run/podman/podman.sock'
  expect(shell(at(host, '-H', host))).toBe(`podman --url ${host} exec -it ${container.name} sh`)
  expect(shell(at(host))).toBe(`docker exec -it ${container.name} sh`)
  expect(shell(at(host, '--context', 'podman'))).toBe(`docker --context podman exec -it ${container.name} sh`)
})

describe('the host config', () => {
  test('is what the configuration may set, with an init; a chaincode gets none of the machine', () => {
    const smuggled = { NetworkMode: 'lab', Privileged: true, Binds: ['/:/host'], PortBindings: {} }
    expect(hostConfigFor(smuggled)).toEqual({ NetworkMode: 'lab', Init: true })
  })
})
