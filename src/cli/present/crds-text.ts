import { dump } from 'js-yaml'
import { customResourceDefinitions } from '../../stages/declare/documents/custom-resource-definitions.ts'

const HEAD = '# Written by `reeve crds` from the definition in src/stages/declare/documents.\n'

/** The CustomResourceDefinitions of Reeve's own documents as a file of YAML documents. */
export function crdsText(): string {
  const documents = customResourceDefinitions().map((crd) => dump(crd, { noRefs: true, lineWidth: 100 }))
  return HEAD + documents.map((text) => `---\n${text}`).join('')
}
