import type { PeerFact } from '../contract/events.ts'
import type { Project } from '../project/project.ts'
import { sourcesOf } from '../watch/sources.ts'
import { watchSources, type SourceWatcher } from '../watch/source-watcher.ts'

/** Watch the sources of a project. `quietPeriod`: milliseconds without a change before `changed` is called. */
export function watchProject(
  project: Project,
  quietPeriod: number,
  emit: (fact: PeerFact) => void,
  changed: (files: string[], since: number) => void,
): SourceWatcher {
  const opening = sourcesOf(project).then((sources) =>
    watchSources({
      sources,
      quietPeriod,
      changed,
      emit: (watch) => emit({ type: 'watch', name: project.name, watch }),
    }),
  )
  return {
    ready: opening.then(({ ready }) => ready),
    close: async () => (await opening).close(),
  }
}
