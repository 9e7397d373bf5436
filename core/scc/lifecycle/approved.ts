import * as messages from '../../protos/lifecycle.ts'
import { allApproved, approve, queryApproved, sourceOf } from './approvals.ts'
import { definitionOf, describe } from './definition.ts'
import { taking, type ChannelOrganisations, type LifecycleFunction } from './function.ts'
import { validateArgs } from './validate-definition.ts'

/** The functions about what an organisation has approved. */
export function approvedFunctions(organisations: ChannelOrganisations): Map<string, LifecycleFunction> {
  return new Map<string, LifecycleFunction>([
    [
      'ApproveChaincodeDefinitionForMyOrg',
      taking(messages.ApproveChaincodeDefinitionForMyOrgArgs, async (args, invocation) => {
        await validateArgs(args, organisations, invocation)
        const packageId = args.getSource()?.getLocalPackage()?.getPackageId() ?? ''
        const { mspId, state, stateOf } = invocation
        await approve(args.getName(), { ...definitionOf(args), packageId }, state, stateOf(mspId))
        return new messages.ApproveChaincodeDefinitionForMyOrgResult()
      }),
    ],
    [
      'QueryApprovedChaincodeDefinition',
      taking(messages.QueryApprovedChaincodeDefinitionArgs, async (args, { channel, mspId, state, stateOf }) => {
        const states = { channel, state, organisation: stateOf(mspId) }
        const approved = await queryApproved(args.getName(), args.getSequence(), states)
        const result = describe(new messages.QueryApprovedChaincodeDefinitionResult(), approved)
        result.setSource(sourceOf(approved.packageId))
        return result
      }),
    ],
    [
      'QueryApprovedChaincodeDefinitions',
      taking(messages.QueryApprovedChaincodeDefinitionsArgs, async (_args, { mspId, stateOf }) => {
        const result = new messages.QueryApprovedChaincodeDefinitionsResult()
        for (const approved of await allApproved(stateOf(mspId))) {
          const { ApprovedChaincodeDefinition } = messages.QueryApprovedChaincodeDefinitionsResult
          const definition = describe(new ApprovedChaincodeDefinition(), approved)
          definition.setName(approved.name)
          definition.setSource(sourceOf(approved.packageId))
          result.addApprovedChaincodeDefinitions(definition)
        }
        return result
      }),
    ],
  ])
}
