import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { DeployResult, DeployStep } from '../contract/network.ts'
import type { PackageResult } from '../contract/package.ts'
import type { Project } from '../project/project.ts'
import { CollectionConfigPackage, CommitChaincodeDefinitionArgs } from '../protos/lifecycle.ts'
import { definitionOf, difference } from '../scc/lifecycle/definition.ts'
import { otherCommands } from './deploy-commands.ts'
import { findOrderer } from './find-orderer.ts'
import { describeIdentityName } from './identity-label.ts'
import { isRefusal, lifecycleCalls, type Committed, type Defined, type LifecycleCalls } from './lifecycle-calls.ts'
import { checkWritable, type Network } from './network.ts'

/** What is deployed. */
export interface Deployment {
  project: Pick<Project, 'name' | 'version' | 'initRequired' | 'endorsementPolicy' | 'collections'>
  channel: string
  packaged: Pick<PackageResult, 'file' | 'packageId'>
}

/**
 * Install, approve and commit a chaincode on a network, as far as the identity may and others agree: through the peer of
 * its organisation (Fabric v2.5 docs, deploy_chaincode). What is done already is left as it is.
 * @param tell gets each step once it is over
 * @throws PeerError NETWORK_READ_ONLY, NETWORK_UNREACHABLE, NETWORK_TIMEOUT, NETWORK_COMMIT_UNKNOWN; NETWORK_REFUSED if
 * the network refuses to tell what the channel has. Any other refusal is a step's.
 */
export async function deploy(
  network: Network,
  deployment: Deployment,
  tell: (step: DeployStep) => void,
  signal?: AbortSignal,
): Promise<DeployResult> {
  checkWritable(network, `deploy ${deployment.project.name}`)
  const { project, channel, packaged } = deployment
  const calls = lifecycleCalls(network, channel, signal)
  const steps: DeployStep[] = []
  const take = (step: DeployStep) => {
    steps.push(step)
    tell(step)
  }
  take({ step: 'package', state: 'done' })
  const before = await calls.committed(project.name)
  const wanted = definitionWanted(project)
  const isCommitted = before !== undefined && difference(before.definition, wanted) === undefined
  const current = before?.definition.sequence ?? 0
  const defined: Defined = { ...wanted, sequence: isCommitted ? current : current + 1 }
  take(await install(calls, packaged))
  take(await approve(calls, defined, packaged.packageId))
  const commit: CommitStep = isCommitted
    ? {
        step: { step: 'commit', state: 'already' } as const,
        approvals: (await calls.committed(project.name))?.approvals,
      }
    : await commitIfReady(calls, defined, network.identity.mspId)
  take(commit.step)
  const { state, validationCode = 'VALID' } = commit.step
  const others = Object.entries(commit.approvals ?? {}).filter(([, agreed]) => !agreed)
  const orderer = others.length === 0 ? undefined : await findOrderer(network, channel, signal)
  const file = path.basename(packaged.file)
  const commands = { channel, defined, packageId: packaged.packageId, file, orderer, tls: network.tls }
  return {
    network: network.name,
    mspId: network.identity.mspId,
    identity: describeIdentityName(network.identity),
    channel,
    chaincode: project.name,
    version: project.version,
    sequence: defined.sequence,
    file: packaged.file,
    packageId: packaged.packageId,
    steps,
    committed: isCommitted || (state === 'done' && validationCode === 'VALID'),
    ...(commit.approvals === undefined ? {} : { approvals: commit.approvals }),
    remaining: others
      .filter(([mspId]) => mspId !== network.identity.mspId)
      .map(([mspId]) => ({ mspId, commands: otherCommands(commands) })),
  }
}

function definitionWanted({
  name,
  version,
  initRequired,
  endorsementPolicy,
  collections,
}: Deployment['project']): Defined {
  const args = new CommitChaincodeDefinitionArgs()
  args.setVersion(version)
  args.setInitRequired(initRequired)
  if (endorsementPolicy !== undefined) args.setValidationParameter(endorsementPolicy)
  args.setCollections(CollectionConfigPackage.deserializeBinary(collections ?? new Uint8Array()))
  return { name, ...definitionOf(args) }
}

async function install(calls: LifecycleCalls, { file, packageId }: Deployment['packaged']): Promise<DeployStep> {
  return refusable('install', async () => {
    if ((await calls.installed()).includes(packageId)) return { state: 'already' }
    await calls.install(await readFile(file))
    return { state: 'done' }
  })
}

async function approve(calls: LifecycleCalls, defined: Defined, packageId: string): Promise<DeployStep> {
  return refusable('approve', async () => {
    const before = await calls.approved(defined.name, defined.sequence)
    const isSame = before?.packageId === packageId && difference(before.definition, defined) === undefined
    return isSame ? { state: 'already' } : ordered(await calls.approve(defined, packageId))
  })
}

interface CommitStep {
  step: DeployStep
  approvals: Record<string, boolean> | undefined
}

/** Committed once a majority agrees: what the channel's LifecycleEndorsement policy asks for unless it was changed. */
async function commitIfReady(calls: LifecycleCalls, defined: Defined, own: string): Promise<CommitStep> {
  let approvals: Record<string, boolean> | undefined
  const step = await refusable('commit', async () => {
    approvals = await calls.readiness(defined)
    const all = Object.entries(approvals)
    const agreed = all.flatMap(([mspId, agrees]) => (agrees ? [mspId] : []))
    const missing = all.flatMap(([mspId, agrees]) => (agrees ? [] : [mspId]))
    if (agreed.length * 2 <= all.length)
      return { state: 'waiting', reason: `for the approval of ${missing.join(', ')}` }
    return ordered(
      await calls.commit(
        defined,
        agreed.toSorted((a, b) => Number(b === own) - Number(a === own)),
      ),
    )
  })
  return { step, approvals }
}

function ordered(committed: Committed): Omit<DeployStep, 'step'> {
  const isValid = committed.validationCode === 'VALID'
  return isValid
    ? { state: 'done', ...committed }
    : { state: 'refused', reason: `the transaction was invalidated: ${committed.validationCode}`, ...committed }
}

/** A step that ends in a refusal is over; whatever comes after it may be done by others. */
async function refusable(step: DeployStep['step'], work: () => Promise<Omit<DeployStep, 'step'>>): Promise<DeployStep> {
  try {
    return { step, ...(await work()) }
  } catch (error) {
    if (!isRefusal(error)) throw error
    const { message, details } = error.details
    return { step, state: 'refused', reason: details[0]?.message ?? message }
  }
}
