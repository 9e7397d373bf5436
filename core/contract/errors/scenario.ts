/** The files of the folder `scenarios`; what is wrong with their text is CONFIG_SYNTAX or CONFIG_INVALID. */
export const scenarioErrors = {
  SCENARIO_NONE: (d: { folder: string }) => ({
    what: `${d.folder} has no scenarios.`,
    why: 'A scenario is a file scenarios/NAME.yaml: calls, and what they should answer.',
    do: 'Write one, or record one from the calls you made: slipway test FOLDER --record NAME.',
  }),
  SCENARIO_UNKNOWN: (d: { name: string; folder: string; known: string[]; nearest?: string | undefined }) => ({
    what: `There is no scenario ${JSON.stringify(d.name)} in ${d.folder}.`,
    why: `Its scenarios are ${d.known.join(', ')}.`,
    do: d.nearest === undefined ? 'Choose one of them.' : `Did you mean ${d.nearest}?`,
  }),
  SCENARIO_DUPLICATE: (d: { name: string; files: string[] }) => ({
    what: `There are two scenarios called ${d.name}.`,
    why: `They are ${d.files.join(' and ')}.`,
    do: 'Rename or delete one of these files.',
  }),
  SCENARIO_UNREADABLE: (d: { file: string; reason: string }) => ({
    what: `Slipway can't read the scenario ${d.file}.`,
    why: d.reason,
    do: 'Give your user read access to it.',
  }),
  SCENARIO_VARIABLE: (d: { file: string; line: number; column: number; name: string; known: string[] }) => ({
    what: `${d.file}:${d.line}:${d.column} uses \${${d.name}}, which no step before it saves.`,
    why: d.known.length === 0 ? 'Nothing is saved before it.' : `Saved before it: ${d.known.join(', ')}.`,
    do: `Save it in an earlier step (save: { ${d.name}: payload.id }), or write $\${${d.name}} for the text itself.`,
  }),
  SCENARIO_START: (d: { file: string; start: string; reason: string }) => ({
    what: `${d.file} can't start at ${JSON.stringify(d.start)}.`,
    why: d.reason,
    do: 'Name a checkpoint of your ledger, `current`, `empty`, or the path of a file of state that ends in .jsonl.',
  }),
  SCENARIO_NETWORK: (d: { file: string; line?: number | undefined; network: string; reason: string }) => ({
    what: `${d.file}${d.line === undefined ? '' : `:${d.line}`} can't be played on the network ${d.network}; nothing was.`,
    why: d.reason,
    do: 'Leave that out of the scenario, name other scenarios, or play it without --network.',
  }),
  REPORT_UNWRITABLE: (d: { file: string; reason: string }) => ({
    what: `Slipway can't write the report ${d.file}.`,
    why: d.reason,
    do: 'Give --junit the path of a file in an existing folder where your user can write.',
  }),
  SCENARIO_UNWRITABLE: (d: { file: string; reason: string }) => ({
    what: `Slipway didn't write the scenario ${d.file}.`,
    why: d.reason,
    do: 'Choose another name, or make room for it.',
  }),
}
