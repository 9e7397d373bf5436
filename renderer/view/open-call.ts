import { createContext } from 'svelte'
import type { CallRecord } from '../../core/contract/call.ts'

/** Leads to a recorded call, also from folders that know nothing of the Call page. */
export const [getOpenCall, setOpenCall] = createContext<(record: CallRecord) => void>()
