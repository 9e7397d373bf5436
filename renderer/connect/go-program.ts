import { CLIENT_CERTIFICATE, CLIENT_KEY, clientCertificate, placeOf } from './client-certificate.ts'
import { doubleQuoted, goString } from './literals.ts'
import type { ProgramFacts, Step } from './program-facts.ts'

const USER = `func user(mspID, certificatePath, privateKeyPath string) (*identity.X509Identity, identity.Sign, error) {
	certificatePEM, err := os.ReadFile(certificatePath)
	if err != nil {
		return nil, nil, err
	}
	certificate, err := identity.CertificateFromPEM(certificatePEM)
	if err != nil {
		return nil, nil, err
	}
	id, err := identity.NewX509Identity(mspID, certificate)
	if err != nil {
		return nil, nil, err
	}
	privateKeyPEM, err := os.ReadFile(privateKeyPath)
	if err != nil {
		return nil, nil, err
	}
	privateKey, err := identity.PrivateKeyFromPEM(privateKeyPEM)
	if err != nil {
		return nil, nil, err
	}
	sign, err := identity.NewPrivateKeySign(privateKey)
	return id, sign, err
}
`

/** An application for Go on the public client. Pure. */
export function goProgram(facts: ProgramFacts): Step[] {
  return [
    ...clientCertificate(facts),
    {
      title: placeOf(facts),
      text: 'go mod init app\ngo get github.com/hyperledger/fabric-gateway@v1.8.0\n',
    },
    { title: 'Save as main.go', file: 'main.go', text: program(facts) },
    { title: 'Run', text: 'go mod tidy\ngo run .\n' },
  ]
}

function program(facts: ProgramFacts): string {
  const { call, identity, tls } = facts
  const name = call.kind === 'submit' ? 'Submit' : 'Evaluate'
  const credentials = tls === undefined ? 'credentials/insecure' : 'credentials'
  const packages = tls === undefined ? [] : ['"crypto/tls"', '"crypto/x509"']
  return `package main

import (
${packages.map((name) => `\t${name}\n`).join('')}	"fmt"
	"os"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/hyperledger/fabric-gateway/pkg/identity"
	"google.golang.org/grpc"
	"google.golang.org/grpc/${credentials}"
	"google.golang.org/grpc/status"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		for _, detail := range status.Convert(err).Details() {
			fmt.Fprintln(os.Stderr, detail)
		}
		os.Exit(1)
	}
}

func run() error {
	id, sign, err := user(
		${doubleQuoted(identity.mspId)},
		${doubleQuoted(identity.certificate)},
		${doubleQuoted(identity.privateKey)},
	)
	if err != nil {
		return err
	}
${connection(facts)}	if err != nil {
		return err
	}
	defer conn.Close()
	gateway, err := client.Connect(id, client.WithSign(sign), client.WithClientConnection(conn))
	if err != nil {
		return err
	}
	defer gateway.Close()

	contract := gateway.GetNetwork(${doubleQuoted(call.channel)}).GetContract(${doubleQuoted(call.chaincode)})
	result, err := contract.${name}(${doubleQuoted(call.function)}${options(call)})
	if err != nil {
		return err
	}
	fmt.Println(string(result))
	return nil
}

${USER}`
}

function connection({ peer, tls }: ProgramFacts): string {
  if (tls === undefined)
    return `	conn, err := grpc.NewClient(${doubleQuoted(peer)}, grpc.WithTransportCredentials(insecure.NewCredentials()))\n`
  const certificate = `	certificate, err := tls.LoadX509KeyPair(${doubleQuoted(CLIENT_CERTIFICATE)}, ${doubleQuoted(CLIENT_KEY)})
	if err != nil {
		return err
	}
	config.Certificates = []tls.Certificate{certificate}
`
  return `	root, err := os.ReadFile(${doubleQuoted(tls.peerRoot)})
	if err != nil {
		return err
	}
	config := &tls.Config{RootCAs: x509.NewCertPool()}
	config.RootCAs.AppendCertsFromPEM(root)
${tls.clientCa === undefined ? '' : certificate}	conn, err := grpc.NewClient(${doubleQuoted(peer)}, grpc.WithTransportCredentials(credentials.NewTLS(config)))
`
}

function options({ args, transient }: ProgramFacts['call']): string {
  const pairs = Object.entries(transient ?? {}).map(([key, value]) => {
    return `\t\t\t${doubleQuoted(key)}: []byte(${goString(value)}),\n`
  })
  const lines = [
    ...(args.length === 0 ? [] : [`\t\tclient.WithArguments(${args.map(goString).join(', ')}),\n`]),
    ...(pairs.length === 0 ? [] : [`\t\tclient.WithTransient(map[string][]byte{\n${pairs.join('')}\t\t}),\n`]),
  ]
  return lines.length === 0 ? '' : `,\n${lines.join('')}\t`
}
