import { isUtf8 } from 'node:buffer'
import { quietJson } from '../contract/quiet-json.ts'
import type { StateHeader, StateLine } from '../contract/seed.ts'
import type { StateRow } from '../ledger/whole-state.ts'

/** The version of the format that is written, and the newest that is read. */
const VERSION = 1
const FORMAT = 'slipway-state'

/** What is wrong with a line. */
export class LineMistake extends Error {}

/** The first line. */
export function encodeHeader({ channel, height }: { channel: string; height: number }): string {
  return JSON.stringify({ format: FORMAT, version: VERSION, channel, height } satisfies StateHeader)
}

export function encodeRow({ namespace, collection, key, value, metadata }: StateRow): string {
  const line: StateLine = { chaincode: namespace, ...(collection === undefined ? {} : { private: collection }), key }
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  if (isUtf8(bytes)) line.value = bytes.toString('utf8')
  else line.base64 = bytes.toString('base64')
  if (metadata.size > 0) {
    line.metadata = Object.fromEntries(
      [...metadata].map(([name, of]) => [name, Buffer.from(of).toString('base64')] as const),
    )
  }
  return quietJson(line)
}

/** @throws LineMistake */
export function checkHeader(text: string): void {
  const header = objectIn(text)
  if (header['format'] !== FORMAT)
    throw new LineMistake('The first line must say what follows: {"format":"slipway-state","version":1}.')
  const { version } = header
  if (version === VERSION) return
  const isNewer = typeof version === 'number' && version > VERSION
  throw new LineMistake(
    isNewer
      ? `It has version ${version} of the format, which a newer Slipway wrote; this one reads version ${VERSION}.`
      : `"version" must be ${VERSION}.`,
  )
}

const FIELDS = ['chaincode', 'private', 'key', 'value', 'base64', 'metadata']

/** @throws LineMistake */
export function decodeRow(text: string): StateRow {
  const line = objectIn(text)
  const unknown = Object.keys(line).find((field) => !FIELDS.includes(field))
  if (unknown !== undefined) throw new LineMistake(`${JSON.stringify(unknown.slice(0, 100))} isn't a field of a line.`)
  const namespace = textIn(line, 'chaincode')
  const collection = line['private'] === undefined ? undefined : textIn(line, 'private')
  const key = textIn(line, 'key')
  if (namespace === '' || key === '' || collection === '')
    throw new LineMistake('"chaincode", "key" and "private" must not be empty.')
  return { namespace, collection, key, value: valueIn(line), metadata: metadataIn(line['metadata']) }
}

function valueIn(line: Record<string, unknown>): Uint8Array {
  if ((line['value'] === undefined) === (line['base64'] === undefined))
    throw new LineMistake('A line has either "value" or "base64".')
  const bytes = line['value'] === undefined ? base64In(line['base64'], '"base64"') : Buffer.from(textIn(line, 'value'))
  if (bytes.length === 0) throw new LineMistake('The value is empty, which in Fabric deletes the key.')
  return bytes
}

function metadataIn(given: unknown): Map<string, Uint8Array> {
  if (given === undefined) return new Map()
  if (!isObject(given)) throw new LineMistake('"metadata" must be an object.')
  return new Map(
    Object.entries(given).map(([name, value]) => [name, base64In(value, `metadata ${JSON.stringify(name)}`)] as const),
  )
}

function base64In(value: unknown, what: string): Uint8Array {
  const bytes = typeof value === 'string' ? Buffer.from(value, 'base64') : undefined
  if (bytes === undefined || bytes.toString('base64') !== value) throw new LineMistake(`${what} must be base64.`)
  return bytes
}

function textIn(line: Record<string, unknown>, field: string): string {
  const value = line[field]
  if (typeof value !== 'string') throw new LineMistake(`"${field}" must be a text.`)
  // Half of a character has no bytes.
  if (Buffer.from(value).toString() !== value) throw new LineMistake(`"${field}" has a lone surrogate.`)
  return value
}

function objectIn(text: string): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new LineMistake(`It isn't JSON: ${error instanceof Error ? error.message : String(error)}`)
  }
  if (!isObject(value)) throw new LineMistake('It must be a JSON object.')
  return value
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
