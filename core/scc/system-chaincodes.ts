import { canonicalName, type CCContext } from '../ccprovider/cc-context.ts'
import type { SystemChaincode } from '../chaincode/opened-chaincode.ts'
import { launchable } from '../chaincode/runtime-launcher.ts'
import type { InprocVM } from '../container/inproc/inproc-vm.ts'
import type { InprocChaincode } from '../container/inproc/shim.ts'

/** The version under which every system chaincode registers. */
const VERSION = 'syscc'

/** Register system chaincodes with the VM that runs them. Returns how to launch each, by name. */
export function registerSystemChaincodes(
  vm: InprocVM,
  chaincodes: Readonly<Record<string, InprocChaincode>>,
): Map<string, SystemChaincode> {
  return new Map(
    Object.entries(chaincodes).map(([name, chaincode]) => {
      const cc: CCContext = { name, version: VERSION, channel: '', systemChaincode: true }
      const ccid = canonicalName(cc)
      vm.register(ccid, chaincode)
      const spec = { ccid, containerName: `inproc-${ccid}`, args: [], env: {} }
      return [name, { cc, launchable: () => launchable(vm, spec, 'in-process') }]
    }),
  )
}
