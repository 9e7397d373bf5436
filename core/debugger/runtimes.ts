import type { DebugProtocol } from '../contract/debugger.ts'
import { delve } from './delve.ts'
import { inspector } from './inspector.ts'
import { jdwp } from './jdwp.ts'
import type { Runtime } from './runtime.ts'

export const runtimes: Record<DebugProtocol, Runtime> = { inspector, jdwp, delve }
