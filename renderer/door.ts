import { askForKey, comeBack } from './wire/session.ts'

/** The page for a browser without a session: one that was admitted before a restart is let in again. */
const admission = await comeBack()
// Asked again, because a browser that takes no cookies would be sent back here for ever.
if ((admission === 'open' || admission === 'renewed') && (await askForKey()) === 'open') {
  location.replace(`/${location.hash}`)
}
