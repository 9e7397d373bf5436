/** The installed app: its command line's link, its window, its updates. */
export const appErrors = {
  COMMAND_TAKEN: (d: { path: string }) => ({
    what: `The slipway command wasn't installed: ${d.path} exists already.`,
    why: 'It isn’t a link to Slipway, so something else put it there.',
    do: 'Move or delete that file, and install the command again.',
  }),
  COMMAND_UNWRITABLE: (d: { launcher: string; tried: string[] }) => ({
    what: 'The slipway command wasn’t installed.',
    why: `Slipway may not write to ${d.tried.join(' or ')}.`,
    do: `Put the command on your PATH yourself: ${d.launcher}`,
  }),
  COMMAND_INCOMPLETE: (d: { launcher: string }) => ({
    what: 'The slipway command wasn’t installed.',
    why: `Only an installed Slipway brings it, and ${d.launcher} doesn't exist.`,
    do: 'Install Slipway, or run `npx slipway` in its clone.',
  }),
  NO_WINDOW: (d: { reason: string; folders: string[] }) => ({
    what: 'Slipway can’t open its window here.',
    why: d.reason,
    do: `Open it in a browser instead: slipway serve ${d.folders.map((folder) => (/[^\w./\\:-]/.test(folder) ? `"${folder}"` : folder)).join(' ')}`.trim(),
  }),
  UPDATE_UNSUPPORTED: (d: { reason: string }) => ({
    what: 'This Slipway can’t update itself.',
    why: d.reason,
    do: 'Install a newer version the way you installed this one.',
  }),
  UPDATE_UNREACHABLE: (d: { message: string }) => ({
    what: 'Slipway couldn’t ask for updates.',
    why: `The update server didn't answer: ${d.message}`,
    do: 'Check the network or proxy and try again. Nothing has changed.',
  }),
  UPDATE_FEED_MALFORMED: (d: { message: string }) => ({
    what: 'Slipway couldn’t read the list of updates.',
    why: `The update server answered with something else: ${d.message}`,
    do: 'Try again later. A proxy or a sign-in page may have answered for the server. Nothing has changed.',
  }),
  UPDATE_FAILED: (d: { version: string; message: string }) => ({
    what: `Slipway ${d.version} wasn't installed.`,
    why: d.message,
    do: 'Try again, or install it the way you installed this version. Nothing has changed.',
  }),
  UPDATE_POSTPONED: (d: { version: string; minutes: number }) => ({
    what: `Slipway ${d.version} wasn't installed.`,
    why: `For ${d.minutes} minutes, calls or builds were under way, and an update never interrupts them.`,
    do: 'Choose “Check for Updates…” again once they have ended.',
  }),
}
