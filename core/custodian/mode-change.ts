import type { Mode } from '../contract/state.ts'
import type { Project } from '../project/project.ts'

/**
 * A change of mode under way: what is built and started is of the new one, what serves is of the old. It ends when the
 * new one serves, or when it is given up.
 */
export class ModeChange {
  #to: Mode | undefined
  readonly #saved = new Set<string>()
  #aimed: { from: Project; project: Project } | undefined

  /** The mode to come; undefined while none is. */
  get to(): Mode | undefined {
    return this.#to
  }

  begin(to: Mode): void {
    this.#to = to
  }

  /** These were saved while it is under way. */
  saved(files: readonly string[]): void {
    if (this.#to !== undefined) for (const file of files) this.#saved.add(file)
  }

  /** It is reached or given up. Returns what was saved meanwhile: the old mode has not seen it. Idempotent. */
  end(): string[] {
    this.#to = undefined
    const files = [...this.#saved]
    this.#saved.clear()
    return files
  }

  /** The project as it is to be built; the same object as long as nothing of it changes. */
  aim(project: Project): Project {
    const mode = this.#to ?? project.mode
    if (mode === project.mode) return project
    if (this.#aimed?.from !== project || this.#aimed.project.mode !== mode) {
      this.#aimed = { from: project, project: { ...project, mode } }
    }
    return this.#aimed.project
  }
}
