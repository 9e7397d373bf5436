import type { PeerApi } from '../contract/api.ts'
import { isEditor } from '../contract/editor-configuration.ts'
import { PeerError } from '../contract/error.ts'
import type { Custodians } from '../custodian/custodians.ts'
import { writeConfiguration } from '../debugger/write-configuration.ts'
import type { PeerFacts } from '../facts/facts.ts'

/** Starting chaincode under its debugger, and telling editors where that is. */
export function debugApi(
  facts: PeerFacts,
  custodians: Custodians,
): Pick<PeerApi, 'setDebugger' | 'writeDebugConfiguration'> {
  return {
    setDebugger: async ({ name, on }) => custodians.get(name).setDebugger(on),
    async writeDebugConfiguration({ name, editor }) {
      const { folder } = custodians.get(name).project
      const state = facts.state().chaincodes[name]?.debugger
      if (state === undefined) throw new PeerError('DEBUG_OFF', { name })
      if (!isEditor(editor))
        throw new PeerError('ARGUMENT_INVALID', { argument: 'editor', message: 'It must be vscode or jetbrains.' })
      return writeConfiguration(folder, { ...state, name }, editor)
    },
  }
}
