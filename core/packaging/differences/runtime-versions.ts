/**
 * What the newest images of Fabric 2.5 build and run chaincode with. A peer may have an older image under the tag 2.5;
 * Slipway can't know which.
 */
export const peerRuntimes = {
  /** fabric-ccenv 2.5.16: go.mod of hyperledger/fabric v2.5.16. */
  go: '1.26.4',
  /** fabric-nodeenv 2.5.8: docker/fabric-nodeenv/Dockerfile of hyperledger/fabric-chaincode-node v2.5.8. */
  node: 22,
  /** fabric-javaenv 2.5.8: fabric-chaincode-docker/Dockerfile of hyperledger/fabric-chaincode-java v2.5.8. */
  java: 25,
  /** The same before 2.5.5. */
  oldJava: 11,
} as const
