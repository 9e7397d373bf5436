// @module-tag slow
import { testRecordings } from './conversations.ts'
import { recordings } from './recording.ts'

testRecordings(
  'as recorded from Fabric 2.5',
  recordings().filter(({ name }) => /^(go|cc2cc|chaincode|init|priv)/.test(name)),
)
