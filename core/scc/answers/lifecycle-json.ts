import { applicationPolicyText } from '../../policies/application-policy.ts'
import { readCollections } from '../../privdata/collection.ts'
import * as messages from '../../protos/lifecycle.ts'
import { ApplicationPolicy } from '../../protos/policies.ts'

/** What _lifecycle answers, by function, for people: by the names that its arguments have too. */
export const lifecycleReaders: Record<string, (payload: Uint8Array) => unknown> = {
  '_lifecycle.InstallChaincode'(payload) {
    const installed = messages.InstallChaincodeResult.deserializeBinary(payload)
    return { packageId: installed.getPackageId(), label: installed.getLabel() }
  },
  '_lifecycle.QueryInstalledChaincode': (payload) =>
    installedJson(messages.QueryInstalledChaincodeResult.deserializeBinary(payload)),
  '_lifecycle.QueryInstalledChaincodes': (payload) =>
    messages.QueryInstalledChaincodesResult.deserializeBinary(payload).getInstalledChaincodesList().map(installedJson),
  '_lifecycle.QueryApprovedChaincodeDefinition': (payload) =>
    approvedJson(messages.QueryApprovedChaincodeDefinitionResult.deserializeBinary(payload)),
  '_lifecycle.QueryApprovedChaincodeDefinitions': (payload) =>
    messages.QueryApprovedChaincodeDefinitionsResult.deserializeBinary(payload)
      .getApprovedChaincodeDefinitionsList()
      .map((one) => ({ name: one.getName(), ...approvedJson(one) })),
  '_lifecycle.CheckCommitReadiness'(payload) {
    const readiness = messages.CheckCommitReadinessResult.deserializeBinary(payload)
    const mismatches = [...readiness.getMismatchesMap().entries()].map(([mspId, one]) => [mspId, one.getItemsList()])
    return {
      approvals: Object.fromEntries(readiness.getApprovalsMap().entries()),
      ...(mismatches.length === 0 ? {} : { mismatches: Object.fromEntries(mismatches) as unknown }),
    }
  },
  '_lifecycle.QueryChaincodeDefinition'(payload) {
    const found = messages.QueryChaincodeDefinitionResult.deserializeBinary(payload)
    return { ...definitionJson(found), approvals: Object.fromEntries(found.getApprovalsMap().entries()) }
  },
  '_lifecycle.QueryChaincodeDefinitions': (payload) =>
    messages.QueryChaincodeDefinitionsResult.deserializeBinary(payload)
      .getChaincodeDefinitionsList()
      .map((one) => ({ name: one.getName(), ...definitionJson(one) })),
}

interface Defined {
  getSequence(): number
  getVersion(): string
  getEndorsementPlugin(): string
  getValidationPlugin(): string
  getValidationParameter_asU8(): Uint8Array
  getInitRequired(): boolean
  getCollections(): messages.CollectionConfigPackage | undefined
}

function definitionJson(one: Defined): object {
  const collections = readCollections(one.getCollections()?.serializeBinary() ?? new Uint8Array())
  return {
    sequence: one.getSequence(),
    version: one.getVersion(),
    endorsementPlugin: one.getEndorsementPlugin(),
    validationPlugin: one.getValidationPlugin(),
    endorsementPolicy: applicationPolicyText(ApplicationPolicy.deserializeBinary(one.getValidationParameter_asU8())),
    initRequired: one.getInitRequired(),
    ...(collections.length === 0 ? {} : { collections }),
  }
}

function approvedJson(one: Defined & { getSource(): messages.ChaincodeSource | undefined }): object {
  const packageId = one.getSource()?.getLocalPackage()?.getPackageId()
  return { ...definitionJson(one), ...(packageId === undefined ? {} : { packageId }) }
}

interface Installed {
  getPackageId(): string
  getLabel(): string
  getReferencesMap(): {
    entries(): Iterable<[string, { getChaincodesList(): { getName(): string; getVersion(): string }[] }]>
  }
}

function installedJson(one: Installed): object {
  const references = [...one.getReferencesMap().entries()].map(([channel, referring]) => {
    const chaincodes = referring.getChaincodesList()
    return [channel, chaincodes.map((chaincode) => `${chaincode.getName()}:${chaincode.getVersion()}`)]
  })
  return { packageId: one.getPackageId(), label: one.getLabel(), references: Object.fromEntries(references) as unknown }
}
