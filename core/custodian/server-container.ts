import { getServerEnv } from '../chaincode/launch-config.ts'
import type { Launchable } from '../chaincode/runtime-launcher.ts'
import { canonicalName } from '../ccprovider/cc-context.ts'
import { printedIn } from '../contract/cause.ts'
import { PeerError } from '../contract/error.ts'
import type { DockerSpec } from '../container/docker/docker-spec.ts'
import type { ContainerFacts } from '../container/docker/engine/engine.ts'
import { reachContainer } from '../container/docker/peer-reach.ts'
import { serverTls } from '../project/connection-json.ts'
import { otherArgs } from '../platforms/other/platform.ts'
import type { BuiltProject, Project } from '../project/project.ts'
import { containerSpec, lookFirst, type ContainerWorld } from './container-spec.ts'
import { listeningAddress, portOf, targetOf, withConnection } from './server-launch.ts'

/**
 * What to start of a build whose container is a server: the container, its port published on this machine's loopback,
 * and the peer's connection to it. Its start throws PEER_UNREACHABLE, CHAINCODE_EXITED, DIAL_FAILED, what
 * DockerVM.start throws.
 */
export function serverContainer(
  world: ContainerWorld,
  project: Project,
  built: BuiltProject,
  server: string,
  organisation: string | undefined,
): Launchable {
  const { config, engine, vm, handleChaincodeStream } = world
  const ccid = canonicalName(project)
  const port = portOf(server)
  return {
    ccid,
    address: server,
    async start(controller, signal, steps) {
      const { published } = await lookFirst(steps, async () => reachContainer(await engine(signal), config.vm.docker))
      const tls = await serverTls(project.folder)
      // On this machine's own network nothing is published, and an older instance may have the port.
      const inside = published ? `0.0.0.0:${port}` : await listeningAddress(server)
      const spec = containerSpec(world, project, built, {
        command: commandOf(project),
        env: getServerEnv(project.language, ccid, inside, organisation ?? config.mspId, tls !== undefined),
        organisation,
        files: [],
      })
      let running: Promise<ContainerFacts | undefined> = Promise.resolve(undefined)
      const reserve: DockerSpec['reserve'] = (facts) => void (running = facts)
      const wanted = { ...spec, reserve, ...(published ? { publish: port } : {}) }
      const instance = await controller.start(vm, wanted, signal, steps)
      const outside = published ? (await running)?.published[port] : portOf(inside)
      if (outside === undefined) {
        // It ended as soon as it started.
        await instance.stop()
        const exit = await instance.exited
        throw new PeerError('CHAINCODE_EXITED', { canonicalName: ccid, words: exit.words, ...printedIn(exit) })
      }
      const address = published ? `127.0.0.1:${outside}` : inside
      return withConnection(
        instance,
        { ...targetOf(ccid, address, tls), organisation },
        { handleChaincodeStream, steps, signal },
      )
    },
  }
}

/** Program and arguments in the container. Fabric doesn't start servers: this is where its images put the program. */
function commandOf({ language, terminal, start }: Project): string[] {
  switch (language) {
    case 'golang':
      return ['chaincode']
    case 'node':
      return ['/bin/sh', '-c', 'cd /usr/local/src && exec "$@"', 'sh', ...terminal.argv]
    case 'java':
      return ['/root/chaincode-java/start']
    case 'other':
      return otherArgs({ start })
  }
}
