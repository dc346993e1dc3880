import { printable } from '../../model/printable.ts'
import { isManifestName } from '../../stages/declare/tree-path.ts'
import { counted } from './bounds.ts'
import { wrap } from './wrap.ts'

const FIRST = `
  # acme/hello.yaml
  apiVersion: v1
  kind: ConfigMap
  metadata:
    name: hello
  data:
    greeting: Hello
`

export interface NothingDeclared {
  /** What was read, such as `the directory fleet`. */
  readonly where: string
  /** Paths of all files in it. */
  readonly files: readonly string[]
}

/** Says that nothing declares an installation: what was looked at, and what a first manifest would be. */
export function presentNothing({ where, files }: NothingDeclared, width: number): string {
  const manifests = files.filter(isManifestName).length
  const looked = `No installations in ${where}: ${foundText(files.length, manifests)}`
  const how =
    'A directory that holds manifests is an installation, named by its path. A first one could be the file'
  return `${wrap(printable(looked), width, '')}${wrap(how, width, '')}${FIRST}\n`
}

function foundText(files: number, manifests: number): string {
  if (files === 0) return 'it has no files.'
  if (manifests === 0)
    return `none of its ${counted(files, 'file')} is a manifest, which ends in .yaml, .yml or .json.`
  return `${counted(manifests, 'file')} of ${files.toLocaleString('en')} could be a manifest, but none declares an object in a directory of its own.`
}
