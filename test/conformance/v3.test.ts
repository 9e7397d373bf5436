// @module-tag slow
import { testRecordings } from './conversations.ts'
import { recordings } from './recording.ts'

testRecordings(
  'as recorded from Fabric 3.1',
  recordings().filter(({ name }) => name.startsWith('v3')),
)
