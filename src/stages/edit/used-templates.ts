import type { TemplateReference } from '../../model/template.ts'
import type { PlacedGroup } from '../declare/fleet/directory.ts'
import type { Draft } from '../declare/fleet/drafts.ts'

/** An installation with the documents of its groups, the outermost first. */
export interface Chained {
  readonly draft: Draft
  readonly chain: readonly PlacedGroup[]
}

/** The templates that installations use: those of the innermost document that names any. */
export function usedTemplates(installations: readonly Chained[]): readonly TemplateReference[] {
  return installations.flatMap(({ draft, chain }) => {
    if (draft.overlay !== undefined) return []
    const sayers = [...(draft.document ? [draft.document] : []), ...chain.toReversed()]
    const templates = sayers.map(({ document }) => document.templates).find((each) => each.length > 0)
    return (templates ?? []).map(({ reference }) => reference)
  })
}
