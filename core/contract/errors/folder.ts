import type { FoundChaincode } from '../found-chaincode.ts'
import type { Demand } from '../trust.ts'

/** A folder that can't be opened as a chaincode. */
export const folderErrors = {
  FOLDER_MISSING: (d: { folder: string; do?: string }) => ({
    what: `The folder ${d.folder} doesn't exist.`,
    why: 'Nothing is at that path, or it isn’t a folder.',
    do: d.do ?? 'Check the path. A relative path starts from the folder where you ran the command.',
  }),
  FOLDER_UNREADABLE: (d: { folder: string; reason: string; do?: string }) => ({
    what: `Slipway can't read the folder ${d.folder}.`,
    why: d.reason,
    do: d.do ?? 'Give your user read access to it, then open it again.',
  }),
  FOLDER_EMPTY: (d: { folder: string }) => ({
    what: `The folder ${d.folder} is empty.`,
    why: 'A chaincode folder contains a go.mod, a package.json, a build.gradle or a pom.xml.',
    do: 'Open the folder that contains the chaincode, or copy one of the examples into this one.',
  }),
  FOLDER_NOT_CHAINCODE: (d: { folder: string; looked: string[] }) => ({
    what: `Slipway found no chaincode in ${d.folder}.`,
    why: `It looked for ${d.looked.join(', ')}: none of them is a Fabric chaincode.`,
    do: 'Open the folder that contains the chaincode itself, or describe the chaincode in slipway.yaml (language, start).',
  }),
  NOT_A_PROGRAM: (d: { folder: string; package: string | undefined; programs: string[] }) => ({
    what: `${d.folder} isn't a chaincode that can be started.`,
    why: `${
      d.package === undefined ? 'It has no Go files of its own' : `Package ${d.package} isn't main`
    }, so \`go build\` makes no program of it${
      d.programs.length === 0 ? '' : `; the program is in ${d.programs.join(' or ')}`
    }.`,
    do:
      d.programs.length === 0
        ? 'Make it `package main`, with a main function that starts the chaincode.'
        : `Open ${d.programs.length === 1 ? 'that folder' : 'one of these folders'} instead.`,
  }),
  FOLDER_HOLDS_CHAINCODES: (d: { folder: string; found: FoundChaincode[] }) => ({
    what: `${d.folder} isn't a chaincode itself, but holds ${d.found.length === 1 ? 'one' : d.found.length}.`,
    why: d.found.map(({ path, dialect }) => `${path} (${dialect})`).join('\n'),
    do: d.found.length === 1 ? 'Open that folder.' : 'Open one of these folders.',
  }),
  FOLDER_TWO_LANGUAGES: (d: { folder: string; found: string[] }) => ({
    what: `${d.folder} could be ${d.found.join(' or ')}.`,
    why: 'It contains project files of more than one language, so Slipway would have to guess.',
    do: 'Add `language: golang`, `node` or `java` to slipway.yaml in that folder.',
  }),
  NOT_TRUSTED: (d: { folder: string; file: string; demands: Demand[] }) => ({
    what: `${d.file} wants more than to run its chaincode, and you haven't allowed it yet.`,
    why: d.demands.map(({ key, value, means }) => `${key}: ${value}. ${means}.`).join('\n'),
    do: 'Read the file. If you trust this folder, allow it in the window, or give --trust on the command line; Slipway remembers it.',
  }),
  FOLDER_GONE: (d: { folder: string }) => ({
    what: `The folder ${d.folder} was renamed or deleted.`,
    why: 'It existed when you opened the chaincode. The running chaincode keeps serving.',
    do: 'Put it back to resume watching, or open it at its new path.',
  }),
  INDEX_INVALID: (d: { file: string; message: string }) => ({
    what: `The index in ${d.file} isn't valid.`,
    why: d.message,
    do: 'Write it like {"index":{"fields":["docType","owner"]},"ddoc":"indexOwnerDoc","name":"indexOwner","type":"json"}. A peer refuses to install a chaincode with an invalid index.',
  }),
  COLLECTIONS_INVALID: (d: { file: string; message: string }) => ({
    what: `The collections in ${d.file} aren't valid.`,
    why: d.message,
    do: 'Write each one like {"name":"private","policy":"OR(\'Org1MSP.member\')","requiredPeerCount":0,"maxPeerCount":1,"blockToLive":0,"memberOnlyRead":true,"memberOnlyWrite":true}.',
  }),
  WATCH_FAILED: (d: { folder: string; reason: string }) => ({
    what: `Slipway can't watch ${d.folder} for changes.`,
    why: d.reason,
    do: 'Press Restart after a change. On Linux, raising fs.inotify.max_user_watches usually helps.',
  }),
  CHAINCODE_OPEN: (d: { name: string; folder: string }) => ({
    what: `A chaincode named ${d.name} is already open.`,
    why: `It is the one in ${d.folder}; names are unique within a peer.`,
    do: 'Close that one first, or open this one under another name (--name, or name in slipway.yaml).',
  }),
  CHAINCODE_UNKNOWN: (d: { name: string; known: string[] }) => ({
    what: `No chaincode named ${d.name} is open.`,
    why: d.known.length === 0 ? 'No chaincode is open.' : `Open chaincodes: ${d.known.join(', ')}.`,
    do: 'Open its folder, or use one of those names.',
  }),
}
