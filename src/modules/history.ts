import { type InstallationSource, layout } from '../declare/layout.ts'
import type { Installation } from '../model/installation.ts'
import type { ReadBlobs, TreeEntry } from '../model/snapshot.ts'
import { renderPlain } from '../render/plain.ts'
import type { RenderOptions } from '../render/render.ts'

/** So many commits' directory listings are kept; a base is mostly of the commit before. */
const COMMITS_KEPT = 4

export interface HistorySource {
  /** The tree of a commit below the Repository's path; undefined where the commit can't be had. */
  readonly entriesAt: (commit: string) => Promise<readonly TreeEntry[] | undefined>
  readonly readBlobs: ReadBlobs
  readonly render: RenderOptions
}

interface Past {
  readonly entries: Promise<readonly TreeEntry[]>
  /** By id; made when it is first wanted. */
  sources?: Promise<ReadonlyMap<string, InstallationSource>>
  readonly rendered: Map<string, Promise<Installation | undefined>>
}

/** What earlier commits declared, rendered again from Git when it is wanted. */
export class History {
  readonly #source: HistorySource
  readonly #past = new Map<string, Past>()

  constructor(source: HistorySource) {
    this.#source = source
  }

  /** The installation of that id as a commit declared it; undefined where the commit or the installation is gone. */
  async installationAt(commit: string, id: string): Promise<Installation | undefined> {
    const past = this.#at(commit)
    const known = past.rendered.get(id) ?? this.#render(past, id)
    past.rendered.set(id, known)
    return known
  }

  /** The text of a file as a commit has it; undefined where that can't be had. */
  async textAt(commit: string, file: string): Promise<string | undefined> {
    const entries = await this.#at(commit).entries
    const entry = entries.find(({ path, type }) => path === file && type === 'file')
    if (entry === undefined) return undefined
    const bytes = (await this.#source.readBlobs([entry.oid])).get(entry.oid)
    return bytes && new TextDecoder().decode(bytes)
  }

  #at(commit: string): Past {
    const past = this.#past.get(commit) ?? this.#open(commit)
    this.#past.delete(commit)
    this.#past.set(commit, past)
    for (const oldest of this.#past.keys()) {
      if (this.#past.size <= COMMITS_KEPT) break
      this.#past.delete(oldest)
    }
    return past
  }

  #open(commit: string): Past {
    const entries = this.#source.entriesAt(commit).then((found) => found ?? [])
    entries.catch(() => this.#past.delete(commit)) // who asks again may have better luck
    return { entries, rendered: new Map() }
  }

  async #render(past: Past, id: string): Promise<Installation | undefined> {
    past.sources ??= past.entries.then(
      (entries) => new Map(layout(entries).map((source) => [source.id, source])),
    )
    const source = (await past.sources).get(id)
    if (source === undefined) return undefined
    const oids = source.files.filter((file) => file.type === 'file').map((file) => file.oid)
    return renderPlain(source, await this.#source.readBlobs(oids), this.#source.render)
  }
}
