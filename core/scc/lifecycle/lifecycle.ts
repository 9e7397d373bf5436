import { messageOf } from '../../contract/error-message.ts'
import type { InprocChaincode, InprocStub } from '../../container/inproc/shim.ts'
import { ResponseError } from '../../container/inproc/shim.ts'
import type { InstalledPackages } from '../../ccprovider/installed-packages.ts'
import { implicitCollectionName } from '../../privdata/collection.ts'
import * as messages from '../../protos/lifecycle.ts'
import { creatorMspId, text } from '../invocation.ts'
import { allApproved, approve, queryApproved, record, sourceOf } from './approvals.ts'
import {
  currentSequence,
  definitionOf,
  definitionStructure,
  describe,
  parametersStructure,
  readDefinition,
  type ChaincodeDefinition,
} from './definition.ts'
import { taking, type Answer, type Invocation, type LifecycleFunction } from './function.ts'
import { installedFunctions, type References } from './installed.ts'
import { mismatches, readAllMetadata, serialize, type State } from './serializer.ts'
import { validateDefinition } from './validate-definition.ts'

/** What _lifecycle needs of the peer. */
export interface LifecycleParts {
  packages: InstalledPackages
  /** Which definitions of its channels an organisation approved for a package. */
  references: References
  /** MSP ids of the organisations of a channel. */
  organisations: (channel: string) => readonly string[]
}

export const LIFECYCLE = '_lifecycle'

/** That of this product alone: what a chaincode is opened with, in place of approvals, commit and a block for each. */
export const DEFINE = 'DefineChaincode'

/**
 * The lifecycle of Fabric 2.x and later (v3.1.5 core/chaincode/lifecycle/scc.go): each function takes one message and
 * answers with one. An organisation's peer is that of who signed the proposal. Access control lists and the policy of
 * /Channel/Application/LifecycleEndorsement are not enforced, and installing builds nothing.
 */
export function lifecycle(parts: LifecycleParts): InprocChaincode {
  const functions = new Map<string, LifecycleFunction>([
    ...installedFunctions(parts.packages, parts.references),
    ...definitionFunctions(parts),
  ])
  return {
    async invoke(stub) {
      const { args } = stub
      if (args.length === 0) throw new Error('lifecycle scc must be invoked with arguments')
      if (args.length !== 2) {
        throw new Error(`lifecycle scc operations require exactly two arguments but received ${args.length}`)
      }
      const name = text(args[0])
      try {
        const run = functions.get(name)
        if (run === undefined) throw new Error(`receiver *lifecycle.Invocation.${name} does not exist`)
        return (await run(args[1] ?? new Uint8Array(), invocationOf(name, stub))).serializeBinary()
      } catch (error) {
        if (error instanceof ResponseError) throw error
        throw new Error(`failed to invoke backing implementation of '${name}': ${messageOf(error)}`, { cause: error })
      }
    },
  }
}

function invocationOf(name: string, stub: InprocStub): Invocation {
  const stateIn = (collection?: string): State => ({
    get: (key) => stub.getState(key, collection),
    put: (key, value) => stub.putState(key, value, collection),
    range: (start, end) => stub.getStateByRange(start, end, collection),
  })
  return {
    name,
    channel: stub.channel,
    mspId: creatorMspId(stub),
    state: stateIn(),
    stateOf: (organisation) => stateIn(implicitCollectionName(organisation)),
    hashesOf: (organisation) => (key) => stub.getPrivateDataHash(implicitCollectionName(organisation), key),
  }
}

function definitionFunctions({ organisations }: LifecycleParts): Map<string, LifecycleFunction> {
  const validate = async (
    args: { getName(): string; getVersion(): string; getCollections(): Answer | undefined },
    { channel, state }: Invocation,
  ) => {
    try {
      if (channel === '') throw new Error("could not get channelconfig for channel ''")
      validateDefinition({
        name: args.getName(),
        version: args.getVersion(),
        collections: args.getCollections()?.serializeBinary() ?? new Uint8Array(),
        organisations: organisations(channel),
        committed: (await readDefinition(args.getName(), state))?.collections,
      })
    } catch (error) {
      throw new Error(`error validating chaincode definition: ${messageOf(error)}`, { cause: error })
    }
  }

  const approvals = async (name: string, definition: ChaincodeDefinition, { channel, hashesOf }: Invocation) => {
    if (channel === '') throw new Error("no application config for channel ''")
    const found = new Map<string, string[]>()
    for (const organisation of organisations(channel)) {
      const at = `${name}#${definition.sequence}`
      const structure = parametersStructure(definition)
      found.set(organisation, await mismatches('namespaces', at, structure, hashesOf(organisation)))
    }
    return found
  }

  const readiness = async (name: string, definition: ChaincodeDefinition, invocation: Invocation) => {
    if (invocation.channel === '') throw new Error("no application config for channel ''")
    const next = (await currentSequence(name, invocation.state)) + 1
    if (definition.sequence !== next) {
      throw new Error(`requested sequence is ${definition.sequence}, but new definition must be sequence ${next}`)
    }
    return approvals(name, definition, invocation)
  }

  return new Map<string, LifecycleFunction>([
    [
      'ApproveChaincodeDefinitionForMyOrg',
      taking(messages.ApproveChaincodeDefinitionForMyOrgArgs, async (args, invocation) => {
        await validate(args, invocation)
        const packageId = args.getSource()?.getLocalPackage()?.getPackageId() ?? ''
        const { mspId, state, stateOf } = invocation
        await approve(args.getName(), { ...definitionOf(args), packageId }, state, stateOf(mspId))
        return new messages.ApproveChaincodeDefinitionForMyOrgResult()
      }),
    ],
    [
      'QueryApprovedChaincodeDefinition',
      taking(messages.QueryApprovedChaincodeDefinitionArgs, async (args, { channel, mspId, state, stateOf }) => {
        const at = { channel, state, organisation: stateOf(mspId) }
        const found = await queryApproved(args.getName(), args.getSequence(), at)
        const result = describe(new messages.QueryApprovedChaincodeDefinitionResult(), found)
        result.setSource(sourceOf(found.packageId))
        return result
      }),
    ],
    [
      'QueryApprovedChaincodeDefinitions',
      taking(messages.QueryApprovedChaincodeDefinitionsArgs, async (_args, { mspId, stateOf }) => {
        const result = new messages.QueryApprovedChaincodeDefinitionsResult()
        for (const found of await allApproved(stateOf(mspId))) {
          const { ApprovedChaincodeDefinition } = messages.QueryApprovedChaincodeDefinitionsResult
          const one = describe(new ApprovedChaincodeDefinition(), found)
          one.setName(found.name)
          one.setSource(sourceOf(found.packageId))
          result.addApprovedChaincodeDefinitions(one)
        }
        return result
      }),
    ],
    [
      'CheckCommitReadiness',
      taking(messages.CheckCommitReadinessArgs, async (args, invocation) => {
        const result = new messages.CheckCommitReadinessResult()
        for (const [mspId, items] of await readiness(args.getName(), definitionOf(args), invocation)) {
          result.getApprovalsMap().set(mspId, items.length === 0)
          if (items.length === 0) continue
          const mismatch = new messages.CheckCommitReadinessResult.Mismatches()
          mismatch.setItemsList(items)
          result.getMismatchesMap().set(mspId, mismatch)
        }
        return result
      }),
    ],
    [
      'CommitChaincodeDefinition',
      taking(messages.CommitChaincodeDefinitionArgs, async (args, invocation) => {
        await validate(args, invocation)
        const { mspId, channel, state } = invocation
        if (!organisations(channel).includes(mspId)) {
          throw new Error("impossibly, this peer's org is processing requests for a channel it is not a member of")
        }
        const definition = definitionOf(args)
        const found = await readiness(args.getName(), definition, invocation)
        await serialize('namespaces', args.getName(), definitionStructure(definition), state)
        if (found.get(mspId)?.length !== 0) {
          throw new Error(`chaincode definition not agreed to by this org (${mspId})`)
        }
        return new messages.CommitChaincodeDefinitionResult()
      }),
    ],
    [
      DEFINE,
      taking(messages.CommitChaincodeDefinitionArgs, async (args, { channel, state, stateOf }) => {
        const definition = definitionOf(args)
        // As a chaincode names itself in dev mode.
        const packageId = `${args.getName()}:${definition.version}`
        for (const mspId of organisations(channel)) {
          // What other organisations have is not for this one to read; of a new sequence there is nothing yet.
          const unread = { ...stateOf(mspId), get: () => Promise.resolve(new Uint8Array()) }
          await record(args.getName(), { ...definition, packageId }, unread)
        }
        await serialize('namespaces', args.getName(), definitionStructure(definition), state)
        return new messages.CommitChaincodeDefinitionResult()
      }),
    ],
    [
      'QueryChaincodeDefinition',
      taking(messages.QueryChaincodeDefinitionArgs, async (args, invocation) => {
        const definition = await readDefinition(args.getName(), invocation.state)
        if (definition === undefined) throw new ResponseError(404, `namespace ${args.getName()} is not defined`)
        const result = describe(new messages.QueryChaincodeDefinitionResult(), definition)
        for (const [mspId, items] of await approvals(args.getName(), definition, invocation)) {
          result.getApprovalsMap().set(mspId, items.length === 0)
        }
        return result
      }),
    ],
    [
      'QueryChaincodeDefinitions',
      taking(messages.QueryChaincodeDefinitionsArgs, async (_args, { state }) => {
        const result = new messages.QueryChaincodeDefinitionsResult()
        for (const { name } of await readAllMetadata('namespaces', state)) {
          const definition = await readDefinition(name, state)
          if (definition === undefined) continue
          const one = describe(new messages.QueryChaincodeDefinitionsResult.ChaincodeDefinition(), definition)
          one.setName(name)
          result.addChaincodeDefinitions(one)
        }
        return result
      }),
    ],
  ])
}
