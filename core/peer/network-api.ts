import type { ApiOf } from '../contract/command.ts'
import { PeerError } from '../contract/error.ts'
import type {
  DeploymentState,
  DeployResult,
  networkCommands,
  NetworkCallRequest,
  OfNetwork,
} from '../contract/network.ts'
import type { PackageResult } from '../contract/package.ts'
import { now } from '../facts/clock.ts'
import type { PeerFacts } from '../facts/facts.ts'
import { deploy } from '../networks/deploy.ts'
import { describeNetwork } from '../networks/describe-network.ts'
import { awaitBlockOf, readBlockOf, readBlocksOf, readEventsOf } from '../networks/network-blocks.ts'
import { evaluateOn, submitTo } from '../networks/network-calls.ts'
import { checkWritable, networkNamed, openNetwork, type Network } from '../networks/network.ts'
import { refuseFatal } from '../networks/refuse-fatal.ts'
import { channelThere } from '../project/network-yaml.ts'
import type { Project } from '../project/project.ts'

export interface NetworkApiParts {
  emit: PeerFacts['emit']
  /** Throws CHAINCODE_UNKNOWN. */
  project(name: string): Project
  package(of: { name: string }, signal: AbortSignal | undefined): Promise<PackageResult>
}

/** Real networks, each dialled for one command and closed after it: what slipway.yaml says of it counts at once. */
export function networkApi(parts: NetworkApiParts): ApiOf<typeof networkCommands> {
  const deploying = new Map<string, string>()
  const found = ({ opened, network }: OfNetwork) => {
    const project = parts.project(opened)
    const settings = networkNamed(network, project.networks)
    return { project, settings, channel: channelThere(settings, project) }
  }
  const on = async <T>(
    of: OfNetwork,
    work: (network: Network, channel: string) => Promise<T>,
    as?: 'admin',
  ): Promise<T> => {
    const { settings, channel } = found(of)
    const network = await openNetwork(settings, as)
    try {
      return await work(network, channel)
    } finally {
      network.close()
    }
  }
  const called = (run: typeof evaluateOn) => (request: NetworkCallRequest, signal?: AbortSignal) =>
    on(request, (network, channel) => run(network, { channel, ...request }, signal))

  return {
    readNetwork: async (of) => {
      const { settings, channel } = found(of)
      return describeNetwork(settings, channel)
    },
    evaluateOnNetwork: called(evaluateOn),
    submitToNetwork: called(submitTo),
    deployToNetwork: async (of, signal) => {
      const { settings } = found(of)
      const { opened: name, network } = of
      checkWritable(settings, `deploy ${name}`)
      const other = deploying.get(name)
      if (other !== undefined) throw new PeerError('DEPLOYING', { name, network: other })
      deploying.set(name, network)
      try {
        return await reported(of, parts.emit, (tell) =>
          on(of, (opened, channel) => deployed(parts, name, { network: opened, channel, tell }, signal), 'admin'),
        )
      } finally {
        deploying.delete(name)
      }
    },
    readNetworkBlocks: (query, signal) =>
      on(query, (network, channel) => readBlocksOf(network, { channel, ...query }, signal)),
    readNetworkBlock: (query, signal) =>
      on(query, (network, channel) => readBlockOf(network, { channel, ...query }, signal)),
    awaitNetworkBlock: (query, signal) =>
      on(query, (network, channel) => awaitBlockOf(network, { channel, ...query }, signal)),
    readNetworkEvents: ({ opened, network, ...query }, signal) =>
      on({ opened, network }, (there, channel) => readEventsOf(there, { channel, ...query }, signal)),
  }
}

interface Place {
  network: Network
  channel: string
  tell: Parameters<typeof deploy>[2]
}

async function deployed(
  parts: NetworkApiParts,
  name: string,
  { network, channel, tell }: Place,
  signal: AbortSignal | undefined,
): Promise<DeployResult> {
  const packaged = await parts.package({ name }, signal)
  refuseFatal(packaged)
  return deploy(network, { project: parts.project(name), channel, packaged }, tell, signal)
}

/** Each step is a fact of the chaincode, so that every window sees it, and one that is opened later too. */
async function reported(
  { opened: name, network }: OfNetwork,
  emit: PeerFacts['emit'],
  work: (tell: Place['tell']) => Promise<DeployResult>,
): Promise<DeployResult> {
  let deployment: DeploymentState = { network, at: now(), steps: [], outcome: 'running' }
  const take = (more: Partial<DeploymentState>) => {
    deployment = { ...deployment, ...more }
    emit({ type: 'deployment', name, deployment })
  }
  take({})
  try {
    const result = await work((step) => take({ steps: [...deployment.steps, step] }))
    take({ outcome: 'done', result })
    return result
  } catch (thrown) {
    take({ outcome: 'failed', error: PeerError.from(thrown).toJSON() })
    throw thrown
  }
}
