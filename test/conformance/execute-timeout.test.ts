// @module-tag slow
import { testRecordings } from './conversations.ts'
import { recordings } from './recording.ts'

// By itself: it waits for as long as the recorded chaincode slept, 33 s.
testRecordings(
  'as recorded from Fabric 2.5',
  recordings().filter(({ name }) => name.startsWith('execute-timeout')),
)
