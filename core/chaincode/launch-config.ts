import type { ChaincodeLogging } from '../config/peer-config.ts'
import type { Language } from '../contract/language.ts'

/**
 * Arguments and environment that Fabric gives a chaincode (getArgsAndEnv: core/chaincode/chaincode_support.go of
 * v1.1.0, GetArgs and GetEnv of core/container/dockercontroller/dockercontroller.go since v2.0.0), without the program,
 * which the platform knows. CORE_PEER_ADDRESS is for chaincode that runs without Fabric's flags.
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
      // Go shims treat it as an error if unset.
      CORE_PEER_TLS_ENABLED: 'false',
      CORE_PEER_LOCALMSPID: mspId,
      CORE_PEER_ADDRESS: peerAddress,
    },
  }
}

/**
 * Environment of a chaincode that is itself a server. Fabric doesn't start it, so it doesn't set any: these are the
 * variables that Fabric's samples read (CHAINCODE_ID, CHAINCODE_SERVER_ADDRESS: fabric-samples
 * asset-transfer-basic/chaincode-external), and those of `fabric-chaincode-node server`. It takes no arguments.
 */
export function getServerEnv(
  language: Language,
  canonicalName: string,
  serverAddress: string,
  mspId: string,
  tls = false,
): Record<string, string> {
  return {
    CHAINCODE_SERVER_ADDRESS: serverAddress,
    CHAINCODE_ID: canonicalName,
    ...(language === 'node' ? { CORE_CHAINCODE_ADDRESS: serverAddress, CORE_CHAINCODE_ID: canonicalName } : {}),
    CORE_CHAINCODE_ID_NAME: canonicalName,
    CORE_PEER_TLS_ENABLED: String(tls),
    CORE_PEER_LOCALMSPID: mspId,
  }
}

/** Fabric's peer adds this to every container that it starts (internal/peer/node/start.go, LoggingEnv, v2.5 and v3.1). */
export function loggingEnv({ level, shim, format }: ChaincodeLogging): Record<string, string> {
  return {
    CORE_CHAINCODE_LOGGING_LEVEL: zapName(level),
    CORE_CHAINCODE_LOGGING_SHIM: zapName(shim),
    CORE_CHAINCODE_LOGGING_FORMAT: format,
  }
}

/** A level as the peer's own logger calls it (core/chaincode/config.go, getLogLevelFromViper). */
function zapName(level: string): string {
  return level === 'warning' ? 'warn' : level
}

function peerAddressArgs(language: Language, peerAddress: string): string[] {
  switch (language) {
    case 'golang':
      return [`-peer.address=${peerAddress}`]
    case 'node':
      return ['--peer.address', peerAddress]
    case 'java':
      return ['--peerAddress', peerAddress]
    case 'other':
      // It has no flags of Fabric's: CORE_PEER_ADDRESS says it.
      return []
  }
}
