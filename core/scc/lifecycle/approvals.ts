import { ChaincodeSource } from '../../protos/lifecycle.ts'
import {
  currentSequence,
  difference,
  parametersStructure,
  PARAMETERS,
  readDefinition,
  readParameters,
  type ChaincodeDefinition,
} from './definition.ts'
import { readAllMetadata, readField, readMetadata, serialize, type Section, type State } from './serializer.ts'

/** A definition that an organisation approved. */
export interface ApprovedDefinition extends ChaincodeDefinition {
  /** '' without a package. */
  packageId: string
}

const SOURCES: Section = 'chaincode-sources'

/**
 * Record in an organisation's state that it agrees to a definition of the next sequence or of the committed one (Fabric
 * core/chaincode/lifecycle/lifecycle.go, ApproveChaincodeDefinitionForOrg). Throws in Fabric's words.
 */
export async function approve(
  name: string,
  { packageId, ...definition }: ApprovedDefinition,
  state: Pick<State, 'get'>,
  organisation: State,
): Promise<void> {
  const current = await currentSequence(name, state)
  const { sequence } = definition
  if (current === sequence && sequence === 0) {
    throw new Error('requested sequence is 0, but first definable sequence number is 1')
  }
  if (sequence < current) {
    throw new Error(`currently defined sequence ${current} is larger than requested sequence ${sequence}`)
  }
  if (sequence > current + 1) {
    throw new Error(`requested sequence ${sequence} is larger than the next available sequence number ${current + 1}`)
  }
  const committed = sequence === current ? await readDefinition(name, state) : undefined
  const change = committed && difference(committed, definition)
  if (change !== undefined) {
    throw new Error(
      `attempted to redefine the current committed sequence (${current}) for namespace ${name} with different parameters: ${change}`,
    )
  }
  const before = await readApproval(name, sequence, organisation)
  if (before?.packageId === packageId && difference(before, definition) === undefined) {
    throw new Error(
      sequence === current
        ? `attempted to redefine the current committed sequence (${current}) for namespace ${name}`
        : `attempted to redefine uncommitted sequence (${sequence}) for namespace ${name} with unchanged content`,
    )
  }
  await record(name, { packageId, ...definition }, organisation)
}

/** Write an approval, unchecked. */
export async function record(
  name: string,
  { packageId, ...definition }: ApprovedDefinition,
  organisation: State,
): Promise<void> {
  const key = `${name}#${definition.sequence}`
  await serialize('namespaces', key, parametersStructure(definition), organisation)
  const source = { datatype: 'ChaincodeLocalPackage', fields: { PackageID: packageId } }
  await serialize(SOURCES, key, source, organisation)
}

/** The approval of that sequence; for 0 of the next one, or else of the committed one. */
export async function queryApproved(
  name: string,
  sequence: number,
  { channel, state, organisation }: { channel: string; state: Pick<State, 'get'>; organisation: Pick<State, 'get'> },
): Promise<ApprovedDefinition> {
  let actual = sequence
  if (actual === 0) {
    const current = await currentSequence(name, state)
    const next = await readMetadata('namespaces', `${name}#${current + 1}`, organisation)
    actual = next === undefined ? current : current + 1
  }
  const approval = await readApproval(name, actual, organisation)
  if (approval !== undefined) return approval
  throw new Error(
    `could not fetch approved chaincode definition (name: '${name}', sequence: '${actual}') on channel '${channel}'`,
  )
}

export async function allApproved(organisation: State): Promise<(ApprovedDefinition & { name: string })[]> {
  const approvals: (ApprovedDefinition & { name: string })[] = []
  for (const { name: key, datatype } of await readAllMetadata('namespaces', organisation)) {
    const [name = '', sequence] = key.split('#')
    const approval = datatype === PARAMETERS && (await readApproval(name, Number(sequence), organisation))
    if (approval) approvals.push({ name, ...approval })
  }
  return approvals
}

export function sourceOf(packageId: string): ChaincodeSource {
  const source = new ChaincodeSource()
  if (packageId === '') {
    source.setUnavailable(new ChaincodeSource.Unavailable())
  } else {
    const local = new ChaincodeSource.Local()
    local.setPackageId(packageId)
    source.setLocalPackage(local)
  }
  return source
}

async function readApproval(
  name: string,
  sequence: number,
  organisation: Pick<State, 'get'>,
): Promise<ApprovedDefinition | undefined> {
  const key = `${name}#${sequence}`
  if ((await readMetadata('namespaces', key, organisation)) === undefined) return undefined
  const { text: packageId } = await readField(SOURCES, key, 'PackageID', organisation)
  return { ...(await readParameters(key, organisation)), sequence, packageId }
}
