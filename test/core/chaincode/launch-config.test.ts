import { expect, test } from 'vitest'
import { peerConfig } from '../../../core/config/peer-config.ts'
import { getArgsAndEnv, loggingEnv } from '../../../core/chaincode/launch-config.ts'

// Flags: core/container/dockercontroller/dockercontroller.go GetArgs, v2.5.
test.each([
  ['golang', ['-peer.address=127.0.0.1:7052']],
  ['node', ['--peer.address', '127.0.0.1:7052']],
  ['java', ['--peerAddress', '127.0.0.1:7052']],
] as const)('%s is given the peer’s address as Fabric gives it', (language, args) => {
  expect(getArgsAndEnv(language, 'marbles:1.0', '127.0.0.1:7052', 'Org1MSP')).toEqual({
    args,
    env: {
      CORE_CHAINCODE_ID_NAME: 'marbles:1.0',
      CORE_PEER_TLS_ENABLED: 'false',
      CORE_PEER_LOCALMSPID: 'Org1MSP',
      CORE_PEER_ADDRESS: '127.0.0.1:7052',
    },
  })
})

// internal/peer/node/start.go and core/chaincode/config.go, v2.5.16: levels by the name that zap gives them.
test('containers are given the logging settings', () => {
  const { logging } = peerConfig({ dataDir: '' }).chaincode
  expect(loggingEnv(logging)).toEqual({
    CORE_CHAINCODE_LOGGING_LEVEL: 'info',
    CORE_CHAINCODE_LOGGING_SHIM: 'warn',
    CORE_CHAINCODE_LOGGING_FORMAT:
      '%{color}%{time:2006-01-02 15:04:05.000 MST} [%{module}] %{shortfunc} -> %{level:.4s} %{id:03x}%{color:reset} %{message}',
  })
})
