import { PeerError } from '../../../contract/error.ts'
import type { EngineRequests } from './dockerode-requests.ts'
import type { EngineDialect } from './engine-dialect.ts'
import { isRefusal } from './engine-errors.ts'
import type { ContainerCreate, DockerEngine } from './engine.ts'

/** What else it must know of the engine. */
export interface Creating extends Pick<DockerEngine, 'inspectContainer' | 'bridgeAddress'> {
  dialect(signal?: AbortSignal): Promise<EngineDialect>
}

/** In ExtraHosts: the address at which a container reaches the engine's machine. */
const HOST_GATEWAY = ':host-gateway'

/** Resolves with its id; see DockerEngine. */
export async function createContainer(
  requests: EngineRequests,
  engine: Creating,
  create: ContainerCreate,
  signal?: AbortSignal,
): Promise<string> {
  const { name, image } = create
  const hostConfig = await withHostGateway(create.hostConfig, engine, signal)
  const request = async (config: ContainerCreate['hostConfig']) => {
    const body = createBody({ ...create, hostConfig: config })
    const created = await requests.json<{ Id: string }>(
      { method: 'POST', path: '/containers/create', query: { name }, body },
      { doing: `creating the container ${name}`, image, container: name },
      signal,
    )
    return created.Id
  }
  try {
    return await request(hostConfig).catch((error: unknown) => {
      if (!lacksInit(error)) throw error
      return request({ ...hostConfig, Init: false })
    })
  } catch (error) {
    // Podman answers 500.
    if (!isRefusal(error, 409) && !String(error).includes('is already in use')) throw error
    // If the holder has gone meanwhile, the name is free for another try.
    const gone = { id: '', image: 'a container that is gone by now' }
    const holder = (await engine.inspectContainer(name, signal)) ?? gone
    throw new PeerError('CONTAINER_NAME_TAKEN', { name, id: holder.id, image: holder.image }, { cause: error })
  }
}

/** Podman takes its init program from a package that it only recommends (catatonit, tini). */
function lacksInit(error: unknown): boolean {
  return isRefusal(error, 500) && String(error).includes('container-init binary not found')
}

/** An engine that doesn't know the word would write it into /etc/hosts. */
async function withHostGateway(
  hostConfig: ContainerCreate['hostConfig'],
  { dialect, bridgeAddress }: Creating,
  signal?: AbortSignal,
): Promise<ContainerCreate['hostConfig']> {
  const { ExtraHosts: hosts = [], NetworkMode: network = 'bridge' } = hostConfig
  if (!hosts.some((host) => host.endsWith(HOST_GATEWAY)) || (await dialect(signal)).resolvesHostGateway)
    return hostConfig
  const gateway = (await bridgeAddress(network, signal))?.address
  if (gateway === undefined) return hostConfig
  return {
    ...hostConfig,
    ExtraHosts: hosts.map((host) => (host.endsWith(HOST_GATEWAY) ? host.replace(/[^:]+$/, gateway) : host)),
  }
}

/** JSON leaves out what is undefined. */
function createBody(create: ContainerCreate): object {
  const { image, command, env, labels, hostConfig, publish } = create
  const port = publish === undefined ? undefined : `${publish}/tcp`
  return {
    Image: image,
    Cmd: command,
    Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
    Labels: labels,
    AttachStdout: true,
    AttachStderr: true,
    ExposedPorts: port && { [port]: {} },
    HostConfig: { ...hostConfig, PortBindings: port && { [port]: [{ HostIp: '127.0.0.1', HostPort: '' }] } },
  }
}
