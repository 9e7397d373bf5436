import type { PeerApi } from '../contract/api.ts'
import type { CallRequest, CallResult } from '../contract/call.ts'
import type { Gateway } from '../gateway/gateway.ts'
import { withAdvice } from './call-advice.ts'

/** The author's own calls, whose results say what could help. */
export function callApi(
  gateway: Gateway,
  adviceParts: Parameters<typeof withAdvice>[2],
): Pick<PeerApi, 'submit' | 'submitTogether' | 'evaluate'> {
  const advised = (request: CallRequest, result: CallResult, signal?: AbortSignal) =>
    withAdvice(request, result, adviceParts, signal)
  return {
    submit: async (request, signal) => advised(request, await gateway.submit(request, { signal }), signal),
    evaluate: async (request, signal) => advised(request, await gateway.evaluate(request, { signal }), signal),
    async submitTogether({ calls }, signal) {
      const results = await gateway.submitTogether(calls, { signal })
      return Promise.all(
        results.map(async (result, i) => {
          const request = calls[i]
          return request === undefined ? result : advised(request, result, signal)
        }),
      )
    },
  }
}
