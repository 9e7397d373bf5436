import { applicationPolicyText } from '../../policies/application-policy.ts'
import { readCollections } from '../../privdata/collection.ts'
import * as messages from '../../protos/lifecycle.ts'
import { ApplicationPolicy } from '../../protos/policies.ts'
import { unlessEmpty } from './json-values.ts'

/** _lifecycle's answers for people, by function; the fields have the same names as in its arguments. */
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
      .map((definition) => ({ name: definition.getName(), ...approvedJson(definition) })),
  '_lifecycle.CheckCommitReadiness'(payload) {
    const readiness = messages.CheckCommitReadinessResult.deserializeBinary(payload)
    const mismatches = [...readiness.getMismatchesMap().entries()].map(([mspId, items]) => [
      mspId,
      items.getItemsList(),
    ])
    return {
      approvals: Object.fromEntries(readiness.getApprovalsMap().entries()),
      mismatches: mismatches.length === 0 ? undefined : (Object.fromEntries(mismatches) as unknown),
    }
  },
  '_lifecycle.QueryChaincodeDefinition'(payload) {
    const definition = messages.QueryChaincodeDefinitionResult.deserializeBinary(payload)
    return { ...definitionJson(definition), approvals: Object.fromEntries(definition.getApprovalsMap().entries()) }
  },
  '_lifecycle.QueryChaincodeDefinitions': (payload) =>
    messages.QueryChaincodeDefinitionsResult.deserializeBinary(payload)
      .getChaincodeDefinitionsList()
      .map((definition) => ({ name: definition.getName(), ...definitionJson(definition) })),
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

function definitionJson(definition: Defined): object {
  const collections = readCollections(definition.getCollections()?.serializeBinary() ?? new Uint8Array())
  return {
    sequence: definition.getSequence(),
    version: definition.getVersion(),
    endorsementPlugin: definition.getEndorsementPlugin(),
    validationPlugin: definition.getValidationPlugin(),
    endorsementPolicy: applicationPolicyText(
      ApplicationPolicy.deserializeBinary(definition.getValidationParameter_asU8()),
    ),
    initRequired: definition.getInitRequired(),
    collections: unlessEmpty(collections),
  }
}

function approvedJson(definition: Defined & { getSource(): messages.ChaincodeSource | undefined }): object {
  return { ...definitionJson(definition), packageId: definition.getSource()?.getLocalPackage()?.getPackageId() }
}

interface Installed {
  getPackageId(): string
  getLabel(): string
  getReferencesMap(): {
    entries(): Iterable<[string, { getChaincodesList(): { getName(): string; getVersion(): string }[] }]>
  }
}

function installedJson(installed: Installed): object {
  const references = [...installed.getReferencesMap().entries()].map(([channel, referring]) => {
    const chaincodes = referring.getChaincodesList()
    return [channel, chaincodes.map((chaincode) => `${chaincode.getName()}:${chaincode.getVersion()}`)]
  })
  return {
    packageId: installed.getPackageId(),
    label: installed.getLabel(),
    references: Object.fromEntries(references) as unknown,
  }
}
