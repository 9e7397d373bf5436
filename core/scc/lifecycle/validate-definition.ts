import { messageOf } from '../../contract/error-message.ts'
import { NAME, SYSTEM, VERSION } from '../../project/naming.ts'
import { CollectionConfigPackage } from '../../protos/lifecycle.ts'
import type { SignaturePolicy, StaticCollectionConfig } from '../../protos/policies.ts'
import { organisationsOf } from '../../policies/policy-dsl.ts'
import { readDefinition } from './definition.ts'
import type { Answer, ChannelOrganisations, Invocation } from './function.ts'

const COLLECTION = /^[A-Za-z0-9-]+([A-Za-z0-9_-]+)*$/

export interface ToValidate {
  name: string
  version: string
  collections: Uint8Array
  /** MSP ids of the channel's organisations. */
  organisations: readonly string[]
  /** The collections of the committed definition, which must stay; absent if the author may change them. */
  committed?: Uint8Array | undefined
}

/** Check a client's definition. Throws in Fabric's words. */
export async function validateArgs(
  args: { getName(): string; getVersion(): string; getCollections(): Answer | undefined },
  organisations: ChannelOrganisations,
  { channel, state }: Invocation,
): Promise<void> {
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

/** Throws in Fabric's words (v2.5.16 core/chaincode/lifecycle/scc.go, validateInput). */
export function validateDefinition({ name, version, collections, organisations, committed }: ToValidate): void {
  if (!NAME.test(name)) {
    throw new Error(
      `invalid chaincode name '${name}'. Names can only consist of alphanumerics, '_', and '-' and can only begin with alphanumerics`,
    )
  }
  if (SYSTEM.includes(name)) throw new Error(`chaincode name '${name}' is the name of a system chaincode`)
  if (!VERSION.test(version)) {
    throw new Error(
      `invalid chaincode version '${version}'. Versions can only consist of alphanumerics, '_', '-', '+', and '.'`,
    )
  }
  const proposed = configsOf(collections)
  const seen = new Set<string>()
  for (const config of proposed) {
    validateCollection(config, seen, organisations)
    seen.add(config.getName())
  }
  checkContinuity(proposed, configsOf(committed ?? new Uint8Array()))
}

function configsOf(bytes: Uint8Array): StaticCollectionConfig[] {
  return CollectionConfigPackage.deserializeBinary(bytes)
    .getConfigList()
    .map((config) => {
      const staticConfig = config.getStaticCollectionConfig()
      if (staticConfig === undefined) throw new Error('collection config contains unexpected payload type: <nil>')
      return staticConfig
    })
}

function validateCollection(
  config: StaticCollectionConfig,
  seen: ReadonlySet<string>,
  organisations: readonly string[],
): void {
  const name = config.getName()
  if (!COLLECTION.test(name)) {
    throw new Error(
      `invalid collection name '${name}'. Names can only consist of alphanumerics, '_', and '-' and cannot begin with '_'`,
    )
  }
  if (seen.has(name)) throw new Error(`collection-name: ${name} -- found duplicate in collection configuration`)
  const [most, required] = [config.getMaximumPeerCount(), config.getRequiredPeerCount()]
  const prefix = `collection-name: ${name} --`
  if (most < required) {
    throw new Error(`${prefix} maximum peer count (${most}) cannot be less than the required peer count (${required})`)
  }
  if (required < 0) throw new Error(`${prefix} requiredPeerCount (${required}) cannot be less than zero`)
  const members = config.getMemberOrgsPolicy()
  if (members === undefined) throw new Error(`collection member policy is not set for collection '${name}'`)
  const policy = members.getSignaturePolicy()
  if (policy === undefined) throw new Error(`collection member org policy is empty for collection '${name}'`)
  const count = threshold(policy.getRule())
  if (count !== undefined) {
    throw new Error(
      `${prefix} error in member org policy: signature policy is not an OR concatenation, NOutOf ${count}`,
    )
  }
  for (const member of organisationsOf(policy)) {
    if (!organisations.includes(member)) {
      throw new Error(`${prefix} collection member '${member}' is not part of the channel`)
    }
  }
}

/** How many members a part of the rule requires, if not exactly one; undefined for OR. */
function threshold(rule: SignaturePolicy | undefined): number | undefined {
  const several = rule?.getNOutOf()
  if (several === undefined) return undefined
  if (several.getN() !== 1) return several.getN()
  return several
    .getRulesList()
    .map(threshold)
    .find((count) => count !== undefined)
}

/** Committed collections must stay, each with its BlockToLive. */
function checkContinuity(proposed: StaticCollectionConfig[], committed: StaticCollectionConfig[]): void {
  if (committed.length === 0) return
  if (proposed.length === 0) {
    throw new Error('the proposed collection config does not contain previously defined collections')
  }
  for (const before of committed) {
    const name = before.getName()
    const now = proposed.find((config) => config.getName() === name)
    if (now === undefined) {
      throw new Error(`existing collection [${name}] missing in the proposed collection configuration`)
    }
    if (now.getBlockToLive() !== before.getBlockToLive()) {
      throw new Error(
        `the BlockToLive in an existing collection [${name}] modified. Existing value [${before.getBlockToLive()}]`,
      )
    }
  }
}
