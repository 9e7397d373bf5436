/** How the peer itself calls a system chaincode. */
export interface SystemCalls {
  /** Simulate and answer. */
  evaluate(call: SystemCall, signal?: AbortSignal): Promise<SystemAnswer>
  /** The same, and commit its writes. */
  submit(call: SystemCall, signal?: AbortSignal): Promise<SystemAnswer>
}

export interface SystemCall {
  channel: string
  chaincode: string
  args: Uint8Array[]
}

export interface SystemAnswer {
  status: number
  message: string
  payload: Uint8Array
}
