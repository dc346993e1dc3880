import type { InstallationSource } from '../declare/layout.ts'
import type { Installation } from '../model/installation.ts'

export interface RenderOptions {
  /** The namespace of namespaced objects that name none. */
  readonly namespace: string
  /** Larger files are not read, they are a fault. */
  readonly maxFileBytes: number
}

/**
 * Makes an installation's objects of its files. `contents` are the files' bytes by blob id; a file
 * that has none there counts as too large to have been read. Never throws: what is wrong is among
 * the installation's faults, by file and line.
 */
export type Render = (
  source: InstallationSource,
  contents: ReadonlyMap<string, Uint8Array>,
  options: RenderOptions,
) => Installation | Promise<Installation>
