import { messageOf } from '../../contract/error-message.ts'
import { PeerError } from '../../contract/error.ts'
import { applicationPolicy } from '../../policies/application-policy.ts'
import { packageCollections } from '../../privdata/collection-config.ts'
import * as messages from '../../protos/lifecycle.ts'
import { sourceOf } from './approvals.ts'

/** A message with some of these setters. */
interface Settable {
  setName?(value: string): unknown
  setVersion?(value: string): unknown
  setSequence?(value: number): unknown
  setInitRequired?(value: boolean): unknown
  setEndorsementPlugin?(value: string): unknown
  setValidationPlugin?(value: string): unknown
  setValidationParameter?(value: Uint8Array): unknown
  setCollections?(value: messages.CollectionConfigPackage): unknown
  setSource?(value: messages.ChaincodeSource): unknown
  setPackageId?(value: string): unknown
  setChaincodeInstallPackage?(value: Uint8Array): unknown
  serializeBinary(): Uint8Array
}

const argumentsOf: Record<string, (new () => Settable) | undefined> = {
  InstallChaincode: messages.InstallChaincodeArgs,
  QueryInstalledChaincode: messages.QueryInstalledChaincodeArgs,
  QueryInstalledChaincodes: messages.QueryInstalledChaincodesArgs,
  GetInstalledChaincodePackage: messages.GetInstalledChaincodePackageArgs,
  ApproveChaincodeDefinitionForMyOrg: messages.ApproveChaincodeDefinitionForMyOrgArgs,
  QueryApprovedChaincodeDefinition: messages.QueryApprovedChaincodeDefinitionArgs,
  QueryApprovedChaincodeDefinitions: messages.QueryApprovedChaincodeDefinitionsArgs,
  CheckCommitReadiness: messages.CheckCommitReadinessArgs,
  CommitChaincodeDefinition: messages.CommitChaincodeDefinitionArgs,
  QueryChaincodeDefinition: messages.QueryChaincodeDefinitionArgs,
  QueryChaincodeDefinitions: messages.QueryChaincodeDefinitionsArgs,
}

interface Field {
  /** Whether a message has it. */
  isOf(message: Settable): boolean
  /** @throws Error with what is wrong with the value */
  set(message: Settable, value: unknown): void
}

/** By the names in the flags of `peer lifecycle chaincode` and in slipway.yaml. */
const fields: Record<string, Field | undefined> = {
  name: textField('setName'),
  version: textField('setVersion'),
  sequence: {
    isOf: (message) => message.setSequence !== undefined,
    set(message, value) {
      if (!Number.isSafeInteger(value)) throw new Error('It must be a whole number.')
      message.setSequence?.(Number(value))
    },
  },
  initRequired: {
    isOf: (message) => message.setInitRequired !== undefined,
    set(message, value) {
      if (typeof value !== 'boolean') throw new Error('It must be true or false.')
      message.setInitRequired?.(value)
    },
  },
  endorsementPlugin: textField('setEndorsementPlugin'),
  validationPlugin: textField('setValidationPlugin'),
  endorsementPolicy: {
    isOf: (message) => message.setValidationParameter !== undefined,
    set: (message, value) => message.setValidationParameter?.(applicationPolicy(text(value))),
  },
  collections: {
    isOf: (message) => message.setCollections !== undefined,
    set(message, value) {
      message.setCollections?.(messages.CollectionConfigPackage.deserializeBinary(packageCollections(value)))
    },
  },
  packageId: {
    isOf: (message) => message.setPackageId !== undefined || message.setSource !== undefined,
    set(message, value) {
      message.setPackageId?.(text(value))
      message.setSource?.(sourceOf(text(value)))
    },
  },
  /** A lifecycle package, base64. */
  package: {
    isOf: (message) => message.setChaincodeInstallPackage !== undefined,
    set: (message, value) => message.setChaincodeInstallPackage?.(Buffer.from(text(value), 'base64')),
  },
}

/**
 * The argument of a function of _lifecycle, which is a message, from JSON: `{"name":"assets","sequence":2}`.
 * `endorsementPolicy` is text, `collections` a list as in collections_config.json, `package` base64. Undefined for an
 * unknown function.
 * @throws PeerError ARGUMENT_INVALID
 */
export function lifecycleArgument(fn: string, json: string): Uint8Array | undefined {
  const type = argumentsOf[fn]
  if (type === undefined) return undefined
  const message = new type()
  for (const [name, value] of Object.entries(parse(fn, json))) {
    const field = fields[name]
    if (field?.isOf(message) !== true) throw invalid(`${name} of ${fn}`, takes(message))
    try {
      field.set(message, value)
    } catch (error) {
      throw invalid(`${name} of ${fn}`, messageOf(error), error)
    }
  }
  return message.serializeBinary()
}

function parse(fn: string, json: string): object {
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch (error) {
    throw invalid(`The argument of ${fn}`, messageOf(error), error)
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  throw invalid(`The argument of ${fn}`, 'It must be an object, such as {"name":"assets"}.')
}

function takes(message: Settable): string {
  const names = Object.keys(fields).filter((name) => fields[name]?.isOf(message))
  return names.length === 0 ? 'It takes nothing.' : `It takes ${names.join(', ')}.`
}

function textField(setter: 'setName' | 'setVersion' | 'setEndorsementPlugin' | 'setValidationPlugin'): Field {
  return {
    isOf: (message) => message[setter] !== undefined,
    set: (message, value) => message[setter]?.(text(value)),
  }
}

function text(value: unknown): string {
  if (typeof value !== 'string') throw new Error('It must be a string.')
  return value
}

function invalid(argument: string, message: string, cause?: unknown): PeerError {
  return new PeerError('ARGUMENT_INVALID', { argument, message }, { cause })
}
