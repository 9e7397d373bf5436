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

/** A definition that an organisation approved, and the package it means; '' for none. */
export interface ApprovedDefinition extends ChaincodeDefinition {
  packageId: string
}

const SOURCES: Section = 'chaincode-sources'

/**
 * Record in an organisation's own state that it agrees to a definition of the next sequence, or of the committed one
 * (Fabric core/chaincode/lifecycle/lifecycle.go, ApproveChaincodeDefinitionForOrg). Throws in its words.
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
  const other = committed && difference(committed, definition)
  if (other !== undefined) {
    throw new Error(
      `attempted to redefine the current committed sequence (${current}) for namespace ${name} with different parameters: ${other}`,
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

/** Write it, whatever there was. */
export async function record(
  name: string,
  { packageId, ...definition }: ApprovedDefinition,
  organisation: State,
): Promise<void> {
  const at = `${name}#${definition.sequence}`
  await serialize('namespaces', at, parametersStructure(definition), organisation)
  const source = { datatype: 'ChaincodeLocalPackage', fields: { PackageID: packageId } }
  await serialize(SOURCES, at, source, organisation)
}

/** The one of that sequence; of sequence 0: of the next one, or else of the committed. */
export async function queryApproved(
  name: string,
  sequence: number,
  { channel, state, organisation }: { channel: string; state: Pick<State, 'get'>; organisation: Pick<State, 'get'> },
): Promise<ApprovedDefinition> {
  let wanted = sequence
  if (wanted === 0) {
    const current = await currentSequence(name, state)
    const next = await readMetadata('namespaces', `${name}#${current + 1}`, organisation)
    wanted = next === undefined ? current : current + 1
  }
  const found = await readApproval(name, wanted, organisation)
  if (found !== undefined) return found
  throw new Error(
    `could not fetch approved chaincode definition (name: '${name}', sequence: '${wanted}') on channel '${channel}'`,
  )
}

export async function allApproved(organisation: State): Promise<(ApprovedDefinition & { name: string })[]> {
  const found: (ApprovedDefinition & { name: string })[] = []
  for (const { name: at, datatype } of await readAllMetadata('namespaces', organisation)) {
    const [name = '', sequence] = at.split('#')
    const approved = datatype === PARAMETERS && (await readApproval(name, Number(sequence), organisation))
    if (approved) found.push({ name, ...approved })
  }
  return found
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
  const at = `${name}#${sequence}`
  if ((await readMetadata('namespaces', at, organisation)) === undefined) return undefined
  const { text } = await readField(SOURCES, at, 'PackageID', organisation)
  return { ...(await readParameters(at, organisation)), sequence, packageId: text }
}
