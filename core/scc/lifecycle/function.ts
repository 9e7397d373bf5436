import { messageOf } from '../../contract/error-message.ts'
import { reader } from '../../protos/unmarshal.ts'
import type { State } from './serializer.ts'

/** One invocation: the state it may touch, and whose peer answers it. */
export interface Invocation {
  /** The function's name. */
  name: string
  channel: string
  mspId: string
  state: State
  stateOf(organisation: string): State
  hashesOf(organisation: string): (key: string) => Promise<Uint8Array>
}

/** The MSP ids of a channel's organisations. */
export type ChannelOrganisations = (channel: string) => readonly string[]

/** One of Fabric's messages. */
export interface Answer {
  serializeBinary(): Uint8Array
}

export type LifecycleFunction = (argument: Uint8Array, invocation: Invocation) => Promise<Answer>

/** A function whose argument must be a message of this type. */
export function taking<T>(
  type: { deserializeBinary(bytes: Uint8Array): T },
  run: (args: T, invocation: Invocation) => Promise<Answer>,
): LifecycleFunction {
  const read = reader(type, {})
  return (argument, invocation) => {
    let args: T
    try {
      args = read(argument)
    } catch (error) {
      const text = `could not decode input arg for *lifecycle.Invocation.${invocation.name}: ${messageOf(error)}`
      throw new Error(text, { cause: error })
    }
    return run(args, invocation)
  }
}
