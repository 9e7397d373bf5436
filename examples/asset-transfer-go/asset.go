package main

import "encoding/json"

// Asset is one asset as it stands on the ledger, as JSON under its id.
type Asset struct {
	ID             string `json:"id"`
	Color          string `json:"color"`
	Size           int    `json:"size"`
	Owner          string `json:"owner"`
	AppraisedValue int    `json:"appraisedValue"`
}

// bytes are what an asset is stored as; the order of the fields is the struct's, so it is the same on every peer.
func (a *Asset) bytes() ([]byte, error) {
	return json.Marshal(a)
}

func assetFromBytes(bytes []byte) (*Asset, error) {
	var asset Asset
	if err := json.Unmarshal(bytes, &asset); err != nil {
		return nil, err
	}
	return &asset, nil
}
