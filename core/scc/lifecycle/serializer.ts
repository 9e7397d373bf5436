import { createHash } from 'node:crypto'
import { StateData, StateMetadata } from '../../protos/lifecycle.ts'

/**
 * A structure in _lifecycle's state: each field has its own key, so that a transaction writes only what changed (Fabric
 * v2.5.16 core/chaincode/lifecycle/serializer.go). Bytes may be a marshalled message.
 */
export interface Structure {
  /** The type's name in Go, which is stored on the ledger. */
  datatype: string
  fields: Record<string, number | string | Uint8Array>
}

/** Public state or an organisation's. An absent value is empty. */
export interface State {
  get(key: string): Promise<Uint8Array>
  put(key: string, value: Uint8Array): Promise<void>
  range(start: string, end: string): Promise<{ key: string; value: Uint8Array }[]>
}

/** `namespaces` or `chaincode-sources`. */
export type Section = 'namespaces' | 'chaincode-sources'

export function metadataKey(section: Section, name: string): string {
  return `${section}/metadata/${name}`
}

export function fieldKey(section: Section, name: string, field: string): string {
  return `${section}/fields/${name}/${field}`
}

/** Write what differs from the current state. */
export async function serialize(section: Section, name: string, structure: Structure, state: State): Promise<void> {
  const before = await readMetadata(section, name, state)
  for (const [field, value] of Object.entries(structure.fields)) {
    const key = fieldKey(section, name, field)
    const bytes = stateData(value)
    const isSame = before?.fields.includes(field) === true && Buffer.compare(await state.get(key), bytes) === 0
    if (!isSame) await state.put(key, bytes)
  }
  const { datatype, fields } = structure
  if (before?.datatype === datatype && before.fields.length === Object.keys(fields).length) return
  await state.put(metadataKey(section, name), metadataOf(structure))
}

/** Undefined if the structure doesn't exist. */
export async function readMetadata(
  section: Section,
  name: string,
  state: Pick<State, 'get'>,
): Promise<{ datatype: string; fields: string[] } | undefined> {
  const bytes = await state.get(metadataKey(section, name))
  return bytes.length === 0 ? undefined : parseMetadata(bytes)
}

/** The names and types of all structures of a section, sorted by name. */
export async function readAllMetadata(
  section: Section,
  state: Pick<State, 'range'>,
): Promise<{ name: string; datatype: string }[]> {
  const prefix = metadataKey(section, '')
  const entries = await state.range(prefix, `${prefix}\u{10FFFF}`)
  return entries.map(({ key, value }) => ({ name: key.slice(prefix.length), ...parseMetadata(value) }))
}

/** A field; an absent one is 0, '' and empty. */
export async function readField(section: Section, name: string, field: string, state: Pick<State, 'get'>) {
  return readStateData(await state.get(fieldKey(section, name, field)))
}

/** The value in a field's bytes. */
export function readStateData(bytes: Uint8Array): { int64: number; text: string; bytes: Uint8Array } {
  const data = StateData.deserializeBinary(bytes)
  return { int64: data.getInt64(), text: data.getString(), bytes: data.getBytes_asU8() }
}

/**
 * Compare a structure with an organisation's by hash. Returns the differing fields, or the type's name if that differs.
 */
export async function mismatches(
  section: Section,
  name: string,
  structure: Structure,
  hashOf: (key: string) => Promise<Uint8Array>,
): Promise<string[]> {
  const equal = async (key: string, bytes: Uint8Array) =>
    createHash('sha256')
      .update(bytes)
      .digest()
      .equals(await hashOf(key))
  if (!(await equal(metadataKey(section, name), metadataOf(structure)))) return [structure.datatype]
  const differing: string[] = []
  for (const [field, value] of Object.entries(structure.fields)) {
    if (!(await equal(fieldKey(section, name, field), stateData(value)))) differing.push(field)
  }
  return differing
}

function metadataOf({ datatype, fields }: Structure): Uint8Array {
  const metadata = new StateMetadata()
  metadata.setDatatype(datatype)
  metadata.setFieldsList(Object.keys(fields))
  return metadata.serializeBinary()
}

function parseMetadata(bytes: Uint8Array): { datatype: string; fields: string[] } {
  const metadata = StateMetadata.deserializeBinary(bytes)
  return { datatype: metadata.getDatatype(), fields: metadata.getFieldsList() }
}

function stateData(value: number | string | Uint8Array): Uint8Array {
  const data = new StateData()
  if (typeof value === 'number') data.setInt64(value)
  else if (typeof value === 'string') data.setString(value)
  else data.setBytes(value)
  return data.serializeBinary()
}
