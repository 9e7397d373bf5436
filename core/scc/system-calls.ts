/** How the peer itself calls a system chaincode: bytes in, the response's payload out. */
export interface SystemCalls {
  /** Simulate and answer. */
  evaluate(call: SystemCall, signal?: AbortSignal): Promise<SystemAnswer>
  /** The same, and commit what was written. */
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
