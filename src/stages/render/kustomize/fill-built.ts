import type { Location } from '../../../model/fault.ts'
import type { Defect } from '../../declare/defect.ts'
import { escapeOthers } from '../../declare/references/escape-others.ts'
import type { Scope } from '../../declare/references/resolve-text.ts'
import type { Room } from '../../declare/references/room.ts'
import { substitute } from '../../declare/references/substitute.ts'
import { readRendered } from '../read-rendered.ts'
import type { Rendered } from '../renderer.ts'

/** Maximum number of distinct undefined values that are looked for in the files of an overlay. */
const MOST_LOOKED_FOR = 20

export interface BuiltOptions {
  readonly scope: Scope
  readonly room: Room
  /** Those of the overlay. */
  readonly files: ReadonlyMap<string, Uint8Array>
  /** The path of a file for people. */
  readonly shown: (path: string) => string
}

/**
 * Fills in what Kustomize built: `${values.…}` and `${installation.…}` as in manifests. Any other `${` is text.
 *
 * @param file the kustomization
 */
export function fillBuilt(text: string, file: string, { scope, room, files, shown }: BuiltOptions): Rendered {
  const places = new Map<string, Location | undefined>()
  const placeOf = ({ code, details }: Defect) => {
    if (code !== 'undefined-value') return undefined
    if (!places.has(details) && places.size < MOST_LOOKED_FOR)
      places.set(details, placeIn(files, details, shown))
    return places.get(details)
  }
  const read = readRendered(text, file, {
    fill: (value, pointer, defects) => substitute(escapeOthers(value), scope, pointer, defects, room),
    placeOf,
  })
  return { ...read, size: read.size + room.used }
}

/** Where a reference stands in the files: Kustomize does not say what it built an object from. */
function placeIn(
  files: BuiltOptions['files'],
  name: string,
  shown: BuiltOptions['shown'],
): Location | undefined {
  for (const [path, bytes] of files) {
    const at = Buffer.from(bytes).indexOf(`\${${name}`)
    if (at < 0) continue
    const before = Buffer.from(bytes.subarray(0, at)).toString('latin1')
    return { file: shown(path), line: before.split('\n').length }
  }
  return undefined
}
