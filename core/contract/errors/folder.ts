/** A folder that cannot be opened as a chaincode. */
export const folderErrors = {
  FOLDER_MISSING: (d: { folder: string }) => ({
    what: `There is no folder ${d.folder}.`,
    why: 'Nothing exists at that path, or it is not a folder.',
    do: 'Check the path. A relative path is taken from the folder the command was started in.',
  }),
  FOLDER_UNREADABLE: (d: { folder: string; reason: string }) => ({
    what: `The folder ${d.folder} cannot be read.`,
    why: d.reason,
    do: 'Give your user read access to it, then open it again.',
  }),
  FOLDER_EMPTY: (d: { folder: string }) => ({
    what: `The folder ${d.folder} is empty.`,
    why: 'A chaincode folder holds a go.mod, a package.json, a build.gradle or a pom.xml.',
    do: 'Open the folder that holds the chaincode, or copy one of the examples into this one.',
  }),
  FOLDER_NOT_CHAINCODE: (d: { folder: string; looked: string[] }) => ({
    what: `No chaincode was found in ${d.folder}.`,
    why: `Looked for ${d.looked.join(', ')}: none of them is a Fabric chaincode.`,
    do: 'Open the folder that holds the chaincode itself, or say what it is in slipway.yaml (language, start).',
  }),
  FOLDER_TWO_LANGUAGES: (d: { folder: string; found: string[] }) => ({
    what: `${d.folder} could be ${d.found.join(' or ')}.`,
    why: 'It holds the project files of more than one language, so the choice would be a guess.',
    do: 'Write `language: golang`, `node` or `java` into slipway.yaml in that folder.',
  }),
  FOLDER_GONE: (d: { folder: string }) => ({
    what: `The folder ${d.folder} was renamed or deleted.`,
    why: 'It was there when the chaincode was opened and is not any more. The running chaincode goes on serving.',
    do: 'Put it back to go on watching, or open it at its new place.',
  }),
  INDEX_INVALID: (d: { file: string; message: string }) => ({
    what: `The index in ${d.file} cannot be used.`,
    why: d.message,
    do: 'An index file holds {"index":{"fields":["docType","owner"]},"ddoc":"indexOwnerDoc","name":"indexOwner","type":"json"}. A peer refuses to install a chaincode with a bad one.',
  }),
  COLLECTIONS_INVALID: (d: { file: string; message: string }) => ({
    what: `The collections in ${d.file} cannot be used.`,
    why: d.message,
    do: 'A collection is {"name":"private","policy":"OR(\'Org1MSP.member\')","requiredPeerCount":0,"maxPeerCount":1,"blockToLive":0,"memberOnlyRead":true,"memberOnlyWrite":true}.',
  }),
  CONFIG_POLICY: (d: { file: string; message: string }) => ({
    what: `The endorsementPolicy in ${d.file} cannot be used.`,
    why: d.message,
    do: "Write it like AND('Org1MSP.peer', 'Org2MSP.peer'), or name a policy of the channel, like /Channel/Application/Endorsement.",
  }),
  WATCH_FAILED: (d: { folder: string; reason: string }) => ({
    what: `Changes in ${d.folder} are not noticed.`,
    why: d.reason,
    do: 'Press Restart after a change. On Linux, raising fs.inotify.max_user_watches usually helps.',
  }),
  CHAINCODE_OPEN: (d: { name: string; folder: string }) => ({
    what: `A chaincode named ${d.name} is already open.`,
    why: `It is the one in ${d.folder}; names are unique in a peer.`,
    do: 'Close that one first, or open this one with another name (--name, or name in slipway.yaml).',
  }),
  CHAINCODE_UNKNOWN: (d: { name: string; known: string[] }) => ({
    what: `No chaincode named ${d.name} is open.`,
    why: d.known.length === 0 ? 'None is open.' : `Open are: ${d.known.join(', ')}.`,
    do: 'Open its folder, or use one of those names.',
  }),
}
