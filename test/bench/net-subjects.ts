import type { Language } from '../../core/contract/language.ts'
import type { FixtureName } from '../support/fixtures.ts'

/** A chaincode for containers. No toolchain of this machine is needed: its image is built in one. */
export interface NetSubject {
  dialect: string
  /** How rows of it are named. */
  suffix: string
  language: Language
  fixture: FixtureName
  /** The source that is edited, and what in it. */
  file: string
  edited(text: string, round: number): string
  /** What its author would write by hand: the dependencies in layers of their own, compiled where they can be. */
  dockerfile(label: string): string
}

const javascript: NetSubject = {
  dialect: 'JavaScript',
  suffix: '',
  language: 'node',
  fixture: 'javascript-contract',
  file: 'index.js',
  edited: (text, round) => text.replace('VERSION_MARK_1', `VERSION_MARK_${round}_`),
  dockerfile: (label) => `FROM hyperledger/fabric-nodeenv:2.5
LABEL ${label}
WORKDIR /usr/local/src
COPY package.json package-lock.json ./
RUN npm ci --omit=dev
COPY . .
`,
}

const STATIC = `-ldflags "-linkmode external -extldflags '-static'"`

const go: NetSubject = {
  dialect: 'Go',
  suffix: '-go',
  language: 'golang',
  fixture: 'asset-transfer-go',
  file: 'asset_transfer.go',
  edited: (text, round) => text.replace('exists already', `exists already (${round})`),
  dockerfile: (label) => `FROM hyperledger/fabric-ccenv:2.5 AS build
LABEL ${label}
WORKDIR /chaincode/input/src
COPY go.mod go.sum ./
RUN go build -mod=readonly runtime/cgo github.com/hyperledger/fabric-contract-api-go/v2/contractapi
COPY . .
RUN go build -v -mod=readonly ${STATIC} -o /chaincode/output/chaincode .

FROM hyperledger/fabric-baseos:2.5
LABEL ${label}
COPY --from=build /chaincode/output/chaincode /usr/local/bin/chaincode
`,
}

export const netSubjects: readonly NetSubject[] = [javascript, go]
