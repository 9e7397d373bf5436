package main

import (
	"encoding/json"
	"fmt"

	"github.com/hyperledger/fabric-contract-api-go/v2/contractapi"
)

// byOwner is the object type of the composite keys owner~id, which find the assets of one owner
// without reading all the others. Their value says nothing.
const byOwner = "owner~id"

// transfer is what the event TransferAsset carries.
type transfer struct {
	ID   string `json:"id"`
	From string `json:"from"`
	To   string `json:"to"`
}

// AssetTransfer is the contract: each of its exported methods is a transaction.
type AssetTransfer struct {
	contractapi.Contract
}

// GetEvaluateTransactions names the transactions that only read.
func (c *AssetTransfer) GetEvaluateTransactions() []string {
	return []string{"ReadAsset", "AssetExists", "GetAllAssets", "GetAssetsByOwner"}
}

// InitLedger puts a few assets on the ledger to begin with.
func (c *AssetTransfer) InitLedger(ctx contractapi.TransactionContextInterface) error {
	assets := []Asset{
		{ID: "asset1", Color: "blue", Size: 5, Owner: "Tomoko", AppraisedValue: 300},
		{ID: "asset2", Color: "red", Size: 5, Owner: "Brad", AppraisedValue: 400},
		{ID: "asset3", Color: "green", Size: 10, Owner: "Jin Soo", AppraisedValue: 500},
	}
	for i := range assets {
		if err := put(ctx, &assets[i]); err != nil {
			return err
		}
	}
	fmt.Printf("The ledger begins with %d assets\n", len(assets))
	return nil
}

// CreateAsset puts a new asset on the ledger.
func (c *AssetTransfer) CreateAsset(ctx contractapi.TransactionContextInterface, id string, color string, size int, owner string, appraisedValue int) (*Asset, error) {
	exists, err := c.AssetExists(ctx, id)
	if err != nil {
		return nil, err
	}
	if exists {
		return nil, fmt.Errorf("asset %s exists already", id)
	}
	asset := &Asset{ID: id, Color: color, Size: size, Owner: owner, AppraisedValue: appraisedValue}
	return asset, put(ctx, asset)
}

// ReadAsset returns the asset with this id.
func (c *AssetTransfer) ReadAsset(ctx contractapi.TransactionContextInterface, id string) (*Asset, error) {
	bytes, err := ctx.GetStub().GetState(id)
	if err != nil {
		return nil, err
	}
	if bytes == nil {
		return nil, fmt.Errorf("asset %s does not exist", id)
	}
	return assetFromBytes(bytes)
}

// UpdateAsset changes everything but the owner: that is what TransferAsset is for.
func (c *AssetTransfer) UpdateAsset(ctx contractapi.TransactionContextInterface, id string, color string, size int, appraisedValue int) (*Asset, error) {
	asset, err := c.ReadAsset(ctx, id)
	if err != nil {
		return nil, err
	}
	asset.Color, asset.Size, asset.AppraisedValue = color, size, appraisedValue
	return asset, put(ctx, asset)
}

// DeleteAsset takes an asset and its place in the index off the ledger.
func (c *AssetTransfer) DeleteAsset(ctx contractapi.TransactionContextInterface, id string) error {
	asset, err := c.ReadAsset(ctx, id)
	if err != nil {
		return err
	}
	if err := ctx.GetStub().DelState(id); err != nil {
		return err
	}
	return forget(ctx, asset.Owner, id)
}

// AssetExists tells whether there is an asset with this id.
func (c *AssetTransfer) AssetExists(ctx contractapi.TransactionContextInterface, id string) (bool, error) {
	bytes, err := ctx.GetStub().GetState(id)
	return bytes != nil, err
}

// TransferAsset gives an asset to someone else, emits TransferAsset and returns the owner it had.
func (c *AssetTransfer) TransferAsset(ctx contractapi.TransactionContextInterface, id string, newOwner string) (string, error) {
	asset, err := c.ReadAsset(ctx, id)
	if err != nil {
		return "", err
	}
	from := asset.Owner
	if err := forget(ctx, from, id); err != nil {
		return "", err
	}
	asset.Owner = newOwner
	if err := put(ctx, asset); err != nil {
		return "", err
	}
	event, err := json.Marshal(transfer{ID: id, From: from, To: newOwner})
	if err != nil {
		return "", err
	}
	fmt.Printf("Asset %s goes from %s to %s\n", id, from, newOwner)
	return from, ctx.GetStub().SetEvent("TransferAsset", event)
}

// GetAllAssets returns every asset, in the order of their ids.
func (c *AssetTransfer) GetAllAssets(ctx contractapi.TransactionContextInterface) ([]*Asset, error) {
	results, err := ctx.GetStub().GetStateByRange("", "")
	if err != nil {
		return nil, err
	}
	defer results.Close()

	assets := []*Asset{}
	for results.HasNext() {
		entry, err := results.Next()
		if err != nil {
			return nil, err
		}
		asset, err := assetFromBytes(entry.Value)
		if err != nil {
			return nil, err
		}
		assets = append(assets, asset)
	}
	return assets, nil
}

// GetAssetsByOwner returns the assets of one owner, found through the index.
func (c *AssetTransfer) GetAssetsByOwner(ctx contractapi.TransactionContextInterface, owner string) ([]*Asset, error) {
	results, err := ctx.GetStub().GetStateByPartialCompositeKey(byOwner, []string{owner})
	if err != nil {
		return nil, err
	}
	defer results.Close()

	assets := []*Asset{}
	for results.HasNext() {
		entry, err := results.Next()
		if err != nil {
			return nil, err
		}
		_, attributes, err := ctx.GetStub().SplitCompositeKey(entry.Key)
		if err != nil {
			return nil, err
		}
		asset, err := c.ReadAsset(ctx, attributes[1])
		if err != nil {
			return nil, err
		}
		assets = append(assets, asset)
	}
	return assets, nil
}

// put writes an asset and its place in the index.
func put(ctx contractapi.TransactionContextInterface, asset *Asset) error {
	bytes, err := asset.bytes()
	if err != nil {
		return err
	}
	if err := ctx.GetStub().PutState(asset.ID, bytes); err != nil {
		return err
	}
	key, err := ctx.GetStub().CreateCompositeKey(byOwner, []string{asset.Owner, asset.ID})
	if err != nil {
		return err
	}
	return ctx.GetStub().PutState(key, []byte{0})
}

// forget takes an asset out of the index of its owner.
func forget(ctx contractapi.TransactionContextInterface, owner string, id string) error {
	key, err := ctx.GetStub().CreateCompositeKey(byOwner, []string{owner, id})
	if err != nil {
		return err
	}
	return ctx.GetStub().DelState(key)
}
