import { ApplicationPolicy } from '../../protos/policies.ts'
import { ChaincodeEndorsementInfo, ChaincodeValidationInfo, CollectionConfigPackage } from '../../protos/lifecycle.ts'
import { readField, readMetadata, type Section, type State, type Structure } from './serializer.ts'

/** What a channel's organisations have agreed on for a chaincode (Fabric core/chaincode/lifecycle/lifecycle.go). */
export interface ChaincodeDefinition {
  sequence: number
  version: string
  endorsementPlugin: string
  validationPlugin: string
  /** An ApplicationPolicy, marshalled. */
  validationParameter: Uint8Array
  initRequired: boolean
  /** A CollectionConfigPackage, marshalled; empty without collections. */
  collections: Uint8Array
}

const SECTION: Section = 'namespaces'
const DEFINITION = 'ChaincodeDefinition'
export const PARAMETERS = 'ChaincodeParameters'

/** What the messages of _lifecycle that hold a definition have in common: arguments and answers. */
interface Defining {
  getSequence(): number
  getVersion(): string
  getEndorsementPlugin(): string
  getValidationPlugin(): string
  getValidationParameter_asU8(): Uint8Array
  getInitRequired(): boolean
  getCollections(): CollectionConfigPackage | undefined
}

/** The definition in a message, with Fabric's defaults for what a client left out. */
export function definitionOf(message: Defining): ChaincodeDefinition {
  const parameter = message.getValidationParameter_asU8()
  return {
    sequence: message.getSequence(),
    version: message.getVersion(),
    endorsementPlugin: message.getEndorsementPlugin() || 'escc',
    validationPlugin: message.getValidationPlugin() || 'vscc',
    validationParameter: parameter.length === 0 ? channelPolicy() : parameter,
    initRequired: message.getInitRequired(),
    collections: message.getCollections()?.serializeBinary() ?? new Uint8Array(),
  }
}

function channelPolicy(): Uint8Array {
  const policy = new ApplicationPolicy()
  policy.setChannelConfigPolicyReference('/Channel/Application/Endorsement')
  return policy.serializeBinary()
}

/** In the committed form. */
export function definitionStructure(definition: ChaincodeDefinition): Structure {
  const { fields } = parametersStructure(definition)
  return { datatype: DEFINITION, fields: { Sequence: definition.sequence, ...fields } }
}

/** In the form that an organisation approves, under a name that ends in the sequence. */
export function parametersStructure(definition: ChaincodeDefinition): Structure {
  const endorsement = new ChaincodeEndorsementInfo()
  endorsement.setVersion(definition.version)
  endorsement.setInitRequired(definition.initRequired)
  endorsement.setEndorsementPlugin(definition.endorsementPlugin)
  const validation = new ChaincodeValidationInfo()
  validation.setValidationPlugin(definition.validationPlugin)
  validation.setValidationParameter(definition.validationParameter)
  return {
    datatype: PARAMETERS,
    fields: {
      EndorsementInfo: endorsement.serializeBinary(),
      ValidationInfo: validation.serializeBinary(),
      Collections: definition.collections,
    },
  }
}

/** 0 if none is committed. */
export async function currentSequence(name: string, state: Pick<State, 'get'>): Promise<number> {
  return (await readField(SECTION, name, 'Sequence', state)).int64
}

/** Undefined if it isn't defined. */
export async function readDefinition(
  name: string,
  state: Pick<State, 'get'>,
): Promise<ChaincodeDefinition | undefined> {
  if ((await readMetadata(SECTION, name, state)) === undefined) return undefined
  return { ...(await readParameters(name, state)), sequence: await currentSequence(name, state) }
}

/** The parameters approved or committed under a name. */
export async function readParameters(
  name: string,
  state: Pick<State, 'get'>,
): Promise<Omit<ChaincodeDefinition, 'sequence'>> {
  const field = async (fieldName: string) => (await readField(SECTION, name, fieldName, state)).bytes
  const endorsement = ChaincodeEndorsementInfo.deserializeBinary(await field('EndorsementInfo'))
  const validation = ChaincodeValidationInfo.deserializeBinary(await field('ValidationInfo'))
  return {
    version: endorsement.getVersion(),
    endorsementPlugin: endorsement.getEndorsementPlugin(),
    validationPlugin: validation.getValidationPlugin(),
    validationParameter: validation.getValidationParameter_asU8(),
    initRequired: endorsement.getInitRequired(),
    collections: await field('Collections'),
  }
}

type Parameters = Omit<ChaincodeDefinition, 'sequence'>

/** How they differ, in Fabric's words (ChaincodeParameters.Equal); undefined if they don't. */
export function difference(expected: Parameters, passed: Parameters): string | undefined {
  const differs = (field: string, expectedText: string, passedText: string) =>
    expectedText === passedText
      ? undefined
      : `expected ${field} '${expectedText}' does not match passed ${field} '${passedText}'`
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
  return (
    differs('Version', expected.version, passed.version) ??
    differs('EndorsementPlugin', expected.endorsementPlugin, passed.endorsementPlugin) ??
    differs('InitRequired', String(expected.initRequired), String(passed.initRequired)) ??
    differs('ValidationPlugin', expected.validationPlugin, passed.validationPlugin) ??
    differs('ValidationParameter', hex(expected.validationParameter), hex(passed.validationParameter)) ??
    (hex(expected.collections) === hex(passed.collections) ? undefined : 'Collections do not match')
  )
}

/** The same of those that can be filled. */
export interface Described {
  setSequence(value: number): unknown
  setVersion(value: string): unknown
  setEndorsementPlugin(value: string): unknown
  setValidationPlugin(value: string): unknown
  setValidationParameter(value: Uint8Array): unknown
  setInitRequired(value: boolean): unknown
  setCollections(value: CollectionConfigPackage): unknown
}

/** Put a definition into a message, whole; `definitionOf` reads it back. */
export function describe<T extends Described>(message: T, definition: ChaincodeDefinition): T {
  message.setSequence(definition.sequence)
  message.setVersion(definition.version)
  message.setEndorsementPlugin(definition.endorsementPlugin)
  message.setValidationPlugin(definition.validationPlugin)
  message.setValidationParameter(definition.validationParameter)
  message.setInitRequired(definition.initRequired)
  message.setCollections(CollectionConfigPackage.deserializeBinary(definition.collections))
  return message
}
