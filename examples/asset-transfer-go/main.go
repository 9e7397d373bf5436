// Command asset-transfer is a chaincode that keeps assets and their owners on a ledger.
package main

import (
	"log"

	"github.com/hyperledger/fabric-contract-api-go/v2/contractapi"
)

func main() {
	chaincode, err := contractapi.NewChaincode(&AssetTransfer{})
	if err != nil {
		log.Fatalf("the contract is not valid: %v", err)
	}
	chaincode.Info.Title = "AssetTransfer"
	chaincode.Info.Version = "1.0.0"
	if err := chaincode.Start(); err != nil {
		log.Fatalf("the chaincode ended: %v", err)
	}
}
