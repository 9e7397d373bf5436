import type { Language } from '../contract/state.ts'

/**
 * Arguments and environment that Fabric gives a chaincode (getArgsAndEnv: core/chaincode/chaincode_support.go of
 * v1.1.0, GetArgs and GetEnv of core/container/dockercontroller/dockercontroller.go since v2.0.0), less the program
 * itself, which the platform knows. CORE_PEER_ADDRESS is for chaincode that is run without Fabric's flags.
 */
export function getArgsAndEnv(
  language: Language,
  canonicalName: string,
  peerAddress: string,
  mspId: string,
): { args: string[]; env: Record<string, string> } {
  return {
    args: peerAddressArgs(language, peerAddress),
    env: {
      CORE_CHAINCODE_ID_NAME: canonicalName,
      // Go shims take an unset one for an error.
      CORE_PEER_TLS_ENABLED: 'false',
      CORE_PEER_LOCALMSPID: mspId,
      CORE_PEER_ADDRESS: peerAddress,
    },
  }
}

function peerAddressArgs(language: Language, peerAddress: string): string[] {
  switch (language) {
    case 'golang':
      return [`-peer.address=${peerAddress}`]
    case 'node':
      return ['--peer.address', peerAddress]
    case 'java':
      return ['--peerAddress', peerAddress]
  }
}
