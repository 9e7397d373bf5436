import type { Identity } from '../msp/identity.ts'
import { channelToJoin } from './cscc.ts'
import { text } from './invocation.ts'

/** Who may call a function of a system chaincode: an admin of the peer's own organisation, or whoever satisfies a policy of the channel. */
type Rule = 'Admins' | 'Readers' | 'Writers'

/** Fabric's default ACLs (v2.5.16 core/aclmgmt/defaultaclprovider.go). What isn't listed is refused by the chaincode itself. */
const RULES: Readonly<Record<string, Readonly<Record<string, Rule>>>> = {
  _lifecycle: {
    InstallChaincode: 'Admins',
    QueryInstalledChaincode: 'Admins',
    GetInstalledChaincodePackage: 'Admins',
    QueryInstalledChaincodes: 'Admins',
    ApproveChaincodeDefinitionForMyOrg: 'Admins',
    QueryApprovedChaincodeDefinition: 'Admins',
    QueryApprovedChaincodeDefinitions: 'Admins',
    CommitChaincodeDefinition: 'Writers',
    QueryChaincodeDefinition: 'Writers',
    QueryChaincodeDefinitions: 'Writers',
    CheckCommitReadiness: 'Writers',
  },
  lscc: {
    install: 'Admins',
    getinstalledchaincodes: 'Admins',
    GetInstalledChaincodes: 'Admins',
    getchaincodes: 'Readers',
    GetChaincodes: 'Readers',
    getid: 'Readers',
    ChaincodeExists: 'Readers',
    getdepspec: 'Readers',
    GetDeploymentSpec: 'Readers',
    getccdata: 'Readers',
    GetChaincodeData: 'Readers',
  },
  qscc: {
    GetChainInfo: 'Readers',
    GetBlockByNumber: 'Readers',
    GetBlockByHash: 'Readers',
    GetTransactionByID: 'Readers',
    GetBlockByTxID: 'Readers',
  },
  cscc: { JoinChain: 'Admins', JoinChainBySnapshot: 'Admins', GetConfigBlock: 'Readers', GetChannelConfig: 'Readers' },
}

/** How many arguments it asks for, the function among them. */
const LEAST: Readonly<Record<string, number>> = { qscc: 2, cscc: 2 }

/** A call of a system chaincode. `mspId`: whose peer is asked. */
export interface SystemInvocation {
  chaincode: string
  args: readonly Uint8Array[]
  channel: string
  identity: Identity
  mspId: string
}

/** What the channel says of a client. */
export interface ChannelAccess {
  hasChannel(channel: string): boolean
  /** Why the client doesn't satisfy a policy of a channel; undefined if it does. */
  refusal(channel: string, policy: 'Readers' | 'Writers'): string | undefined
}

/** Why a client may not make this call, in the words of the chaincode; undefined if it may. */
export function systemRefusal(invocation: SystemInvocation, access: ChannelAccess): string | undefined {
  const { chaincode, args, channel, identity, mspId } = invocation
  const [fn, arg] = [text(args[0]), text(args[1])]
  // qscc and cscc are told the channel, whatever the proposal's is.
  const asked = chaincode === 'qscc' || chaincode === 'cscc' ? arg : channel
  const rule = ruleOf(invocation)
  // qscc looks for the chain first.
  if (rule === undefined || (chaincode === 'qscc' && !access.hasChannel(asked))) return undefined
  if (rule !== 'Admins') {
    const refusal = inChannel(asked, rule, access)
    return refusal && worded(chaincode, `[${fn}][${asked}]`, refusal)
  }
  const refusal = localRefusal(identity, mspId)
  if (refusal === undefined) return undefined
  if (fn === 'JoinChain') return joinRefusal(args[1], refusal)
  return worded(chaincode, `[${fn}]`, fn === 'JoinChainBySnapshot' ? `[${refusal}]` : refusal)
}

/** cscc looks at the block first, and refuses one that it can't join itself. */
function joinRefusal(block: Uint8Array | undefined, refusal: string): string | undefined {
  let channel: string
  try {
    channel = channelToJoin(block ?? new Uint8Array())
  } catch {
    return undefined
  }
  return worded('cscc', `[JoinChain][${channel}]`, `[${refusal}]`)
}

/** Undefined if the chaincode itself refuses it, for its name or the number of its arguments. */
function ruleOf({ chaincode, args }: SystemInvocation): Rule | undefined {
  const isComplete = chaincode === '_lifecycle' ? args.length === 2 : args.length >= (LEAST[chaincode] ?? 1)
  return isComplete ? RULES[chaincode]?.[text(args[0])] : undefined
}

function worded(chaincode: string, what: string, refusal: string): string {
  return chaincode === '_lifecycle'
    ? `Failed to authorize invocation due to failed ACL check: ${refusal}`
    : `access denied for ${what}: ${refusal}`
}

function inChannel(channel: string, policy: 'Readers' | 'Writers', access: ChannelAccess): string | undefined {
  if (channel !== '') return access.refusal(channel, policy)
  const path = `/Channel/Application/${policy}`
  return `Failed getting local MSP principal during channelless check policy with policy [${path}]: [MSP Principal role [${path}] not recognized]`
}

/** core/policy/policy.go, CheckPolicyNoChannel, and msp/mspimpl.go. */
function localRefusal(identity: Identity, mspId: string): string | undefined {
  const because = whyNoAdmin(identity, mspId)
  return because === undefined
    ? undefined
    : `Failed verifying that proposal's creator satisfies local MSP principal during channelless check policy with policy [Admins]: [${because}]`
}

function whyNoAdmin(identity: Identity, mspId: string): string | undefined {
  if (identity.mspId !== mspId) {
    return `the identity is a member of a different MSP (expected ${mspId}, got ${identity.mspId})`
  }
  if (identity.certificate.organizationalUnits.includes('admin')) return undefined
  return `The identity is not an admin under this MSP [${mspId}]: The identity does not contain OU [ADMIN], MSP: [${mspId}]`
}
