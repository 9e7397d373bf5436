import { applicationPolicyText } from '../policies/application-policy.ts'
import { ApplicationPolicy } from '../protos/policies.ts'
import { COLLECTIONS_FILE } from '../project/collections-file.ts'
import type { Defined } from './lifecycle-calls.ts'

/** What an administrator of another organisation needs to know. */
export interface OtherOrganisation {
  channel: string
  defined: Defined
  packageId: string
  /** Name of the package's file. */
  file: string
  /** `host:port` of an orderer; undefined: the peer command finds one in the channel's configuration. */
  orderer: string | undefined
  tls: boolean
}

const DEFAULT_POLICY = '/Channel/Application/Endorsement'

/** Commands of the `peer` program, with the environment of that organisation's administrator (v2.5 docs, deploy_chaincode). */
export function otherCommands(other: OtherOrganisation): string[] {
  const { packageId, file } = other
  return [
    `peer lifecycle chaincode install ${quoted(file)}`,
    ['peer lifecycle chaincode approveformyorg', ...definitionFlags(other), `--package-id ${quoted(packageId)}`].join(
      ' ',
    ),
  ]
}

function definitionFlags({ channel, defined, orderer, tls }: OtherOrganisation): string[] {
  const { name, version, sequence, initRequired, validationParameter, collections } = defined
  const policy = applicationPolicyText(ApplicationPolicy.deserializeBinary(validationParameter))
  return [
    ...(orderer === undefined ? [] : [`-o ${orderer}`]),
    ...(tls ? ['--tls --cafile "$ORDERER_CA"'] : []),
    `--channelID ${channel} --name ${quoted(name)} --version ${quoted(version)} --sequence ${sequence}`,
    ...(initRequired ? ['--init-required'] : []),
    ...policyFlags(policy),
    ...(collections.length > 0 ? [`--collections-config ${COLLECTIONS_FILE}`] : []),
  ]
}

function policyFlags(policy: string): string[] {
  if (policy === DEFAULT_POLICY || policy === '') return []
  return policy.startsWith('/')
    ? [`--channel-config-policy ${quoted(policy.replace('/Channel/Application/', ''))}`]
    : [`--signature-policy ${quoted(policy)}`]
}

/** For a shell, where it needs it. */
function quoted(text: string): string {
  if (/^[\w@%+=:,./-]+$/.test(text)) return text
  return `"${text.replaceAll(/(["\\$`])/g, '\\$1')}"`
}
