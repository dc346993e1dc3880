import { layout } from '../declare/layout.ts'
import type { Installation } from '../model/installation.ts'
import type { ReadBlobs, TreeEntry } from '../model/snapshot.ts'
import { renderPlain } from '../render/plain.ts'
import type { RenderOptions } from '../render/render.ts'

/** So many commits' directory listings are kept; a base is mostly of the commit before. */
const COMMITS_KEPT = 8

export interface HistorySource {
  /** The tree of a commit below the Repository's path; undefined where the commit can't be had. */
  readonly entriesAt: (commit: string) => Promise<readonly TreeEntry[] | undefined>
  readonly readBlobs: ReadBlobs
  readonly render: RenderOptions
}

/** What earlier commits declared, rendered again from Git when it is wanted. */
export class History {
  readonly #source: HistorySource
  readonly #rendered = new Map<string, Map<string, Promise<Installation | undefined>>>()

  constructor(source: HistorySource) {
    this.#source = source
  }

  /** The installation of that id as a commit declared it; undefined where the commit or the installation is gone. */
  async installationAt(commit: string, id: string): Promise<Installation | undefined> {
    const ofCommit = this.#ofCommit(commit)
    const known = ofCommit.get(id) ?? this.#render(commit, id)
    ofCommit.set(id, known)
    return known
  }

  /** The text of a file as a commit has it; undefined where that can't be had. */
  async textAt(commit: string, file: string): Promise<string | undefined> {
    const entries = await this.#source.entriesAt(commit)
    const entry = entries?.find(({ path, type }) => path === file && type === 'file')
    if (entry === undefined) return undefined
    const bytes = (await this.#source.readBlobs([entry.oid])).get(entry.oid)
    return bytes && new TextDecoder().decode(bytes)
  }

  #ofCommit(commit: string): Map<string, Promise<Installation | undefined>> {
    const known = this.#rendered.get(commit) ?? new Map<string, Promise<Installation | undefined>>()
    this.#rendered.delete(commit)
    this.#rendered.set(commit, known)
    for (const oldest of this.#rendered.keys()) {
      if (this.#rendered.size <= COMMITS_KEPT) break
      this.#rendered.delete(oldest)
    }
    return known
  }

  async #render(commit: string, id: string): Promise<Installation | undefined> {
    const entries = await this.#source.entriesAt(commit)
    const source = layout(entries ?? []).find((candidate) => candidate.id === id)
    if (source === undefined) return undefined
    const oids = source.files.filter((file) => file.type === 'file').map((file) => file.oid)
    return renderPlain(source, await this.#source.readBlobs(oids), this.#source.render)
  }
}
