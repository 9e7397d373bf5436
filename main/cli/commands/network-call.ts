import type { CallResult } from '../../../core/contract/call.ts'
import { PeerError } from '../../../core/contract/error.ts'
import { withoutUndefined } from '../../../core/contract/without-undefined.ts'
import type { NetworkCallResult } from '../../../core/contract/network.ts'
import { say } from '../../host/say.ts'
import { trustedFolders } from '../../host/trusted-folders.ts'
import type { NetworkCallDocument } from '../terminal/documents.ts'
import { exitCodeOfResult } from '../terminal/exit-code.ts'
import { newLongWork } from '../terminal/long-work.ts'
import { print, printError } from '../terminal/print.ts'
import type { CallOptions } from './options.ts'
import { decodedAnswer, systemArguments } from './system-call.ts'

/**
 * `slipway submit` and `slipway evaluate` with `--network`: one call of the folder's chaincode on a real network, one
 * JSON document on stdout, and its exit code. Starts nothing here.
 */
export async function callNetwork(
  kind: CallResult['kind'],
  folder: string,
  [name, ...texts]: readonly [name: string, ...args: string[]],
  options: CallOptions,
  signal: AbortSignal,
): Promise<number> {
  const long = newLongWork(say)
  try {
    checkOptions(options)
    const { evaluateOn, openNetwork, submitTo } = await import('../../../core/index.ts')
    const { settings, project } = await networkOf(folder, options)
    const chaincode = options.chaincode ?? project.name
    const channel = options.channel ?? settings.channel ?? project.channel
    const args = await systemArguments({ chaincode, function: name, args: texts })
    const { transient, isInit, endorsers } = options
    const call = withoutUndefined({
      chaincode,
      channel,
      function: name,
      args,
      transient,
      isInit,
      endorsers,
    })
    const network = await openNetwork(settings)
    try {
      const waiting = `waiting for ${settings.name} to answer`
      long.begins(waiting)
      const result = await (kind === 'submit' ? submitTo : evaluateOn)(network, call, signal)
      long.ends(waiting)
      print(documentOf(result, await decodedAnswer(call, result)), options)
      sayOutcome(result)
      return exitCodeOfResult(result)
    } finally {
      network.close()
    }
  } catch (error) {
    return printError(error, signal, options)
  } finally {
    long.close()
  }
}

/**
 * The network that slipway.yaml names, and the folder's chaincode.
 * @throws PeerError NETWORK_UNKNOWN, USAGE, what readProjects throws
 */
export async function networkOf(
  folder: string,
  {
    name,
    version,
    channel,
    network = '',
    trust,
  }: Pick<CallOptions, 'name' | 'version' | 'channel' | 'network' | 'trust'>,
) {
  const { networkNamed, readProjects } = await import('../../../core/index.ts')
  const checkTrust = trustedFolders({ trustsAll: trust }).check
  const { projects } = await readProjects(folder, withoutUndefined({ name, version, channel }), { checkTrust })
  const [project, ...others] = projects
  if (project === undefined || others.length > 0) {
    const names = projects.map((each) => each.name).join(', ')
    throw new PeerError('USAGE', { message: `The folder has several chaincodes; choose with --name: ${names}.` })
  }
  return { settings: networkNamed(network, project.networks), project }
}

/** What only a peer of Slipway's own can do. */
function checkOptions({ identity, as = identity, mode, dataDir }: CallOptions): void {
  const [flag] = [as && '--as', mode && '--mode', dataDir && '--data-dir'].filter((each) => each !== undefined)
  if (flag === undefined) return
  throw new PeerError('USAGE', {
    message: `${flag} doesn’t go with --network: who calls there is in slipway.yaml, and nothing runs here.`,
  })
}

function documentOf(
  { kind: _kind, startedAt: _at, ...result }: NetworkCallResult,
  decoded: unknown,
): NetworkCallDocument {
  return withoutUndefined({ ...result, decoded })
}

function sayOutcome({ network, status, message, validationCode }: NetworkCallResult): void {
  if (status >= 400) say(`The chaincode on ${network} answered ${status}: ${message}`)
  else if (validationCode !== undefined && validationCode !== 'VALID') {
    say(`The transaction was invalidated on ${network}: ${validationCode}`)
  }
}
